"""Questions about topics."""

from dataclasses import dataclass

from sqlalchemy import func, select

from usergroups.db import session
from usergroups.models import Group, GroupStatus, Topic, group_topic


@dataclass(frozen=True, slots=True)
class TopicCount:
    """A topic and the number of groups that talk about it."""

    slug: str
    name: str
    groups: int


def counted() -> list[TopicCount]:
    """All topics that groups have, the most common first; one query."""
    number = func.count(Group.id)
    query = (
        select(Topic.slug, Topic.name, number)
        .join(group_topic, group_topic.c.topic_id == Topic.id)
        .join(Group, Group.id == group_topic.c.group_id)
        .where(Group.status != GroupStatus.ARCHIVED)
        .group_by(Topic.id, Topic.slug, Topic.name)
        .order_by(number.desc(), Topic.name)
    )
    return [TopicCount(*row) for row in session().execute(query)]


def of_groups(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    """Slug and name of the topics of each of these groups, by name; one query, none for none."""
    found: dict[int, list[tuple[str, str]]] = {}
    if not ids:
        return found
    query = (
        select(group_topic.c.group_id, Topic.slug, Topic.name)
        .join(Topic, Topic.id == group_topic.c.topic_id)
        .where(group_topic.c.group_id.in_(ids))
        .order_by(Topic.name)
    )
    for group_id, slug, name in session().execute(query):
        found.setdefault(group_id, []).append((slug, name))
    return found


def of_all_groups() -> dict[int, list[str]]:
    """Slugs of the topics of every group; one query."""
    query = select(group_topic.c.group_id, Topic.slug).join(Topic)
    found: dict[int, list[str]] = {}
    for group_id, slug in session().execute(query):
        found.setdefault(group_id, []).append(slug)
    return found
