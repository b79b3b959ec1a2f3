"""Questions about topics."""

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select

from usergroups.db import Question, session
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


_T = Topic.metadata.tables["topic"].c
_OF_GROUPS = Question(
    select(group_topic.c.group_id, _T.slug, _T.name)
    .select_from(group_topic.join(Topic.metadata.tables["topic"]))
    .where(group_topic.c.group_id.in_(bindparam("ids", expanding=True)))
    .order_by(_T.name)
)


def of_groups(ids: list[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Slug and name of the topics of each of these groups, by name; one query, none for none."""
    found: dict[int, list[tuple[str, str]]] = {}
    for group_id, slug, name in _OF_GROUPS.rows(ids=ids) if ids else ():
        found.setdefault(group_id, []).append((slug, name))
    return {group_id: tuple(topics) for group_id, topics in found.items()}


def of_all_groups() -> dict[int, list[str]]:
    """Slugs of the topics of every group; one query."""
    query = select(group_topic.c.group_id, Topic.slug).join(Topic)
    found: dict[int, list[str]] = {}
    for group_id, slug in session().execute(query):
        found.setdefault(group_id, []).append(slug)
    return found
