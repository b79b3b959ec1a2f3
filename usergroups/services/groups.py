"""Making and changing groups."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, Refusal
from usergroups.inputs.group import GroupInput
from usergroups.models import FormerSlug, Group, GroupLink, User
from usergroups.services import audit, topics, waiting
from usergroups.services.outcome import Outcome, assign
from usergroups.services.revisions import mark_changed
from usergroups.text import fold, slugify


@dataclass(frozen=True, slots=True)
class Saved:
    """A group, and what saving it did."""

    group: Group
    outcome: Outcome


def save(given: GroupInput, *, by: User | None = None) -> Saved:
    """Make the group with this slug, or change it to what is given; twice changes nothing.

    Raises InvalidInputError for an address that another group once had.
    """
    return save_as(present(given.slug), given, by=by)


def present(slug: str) -> Group | None:
    """The group that has this slug, with what `save_as` compares."""
    query = select(Group).where(Group.slug == slug)
    return session().scalar(query.options(selectinload(Group.topics), selectinload(Group.links)))


def save_as(group: Group | None, given: GroupInput, *, by: User | None = None) -> Saved:
    """The same as `save`, for who has looked already whether the group is `present`."""
    if group is None:
        return Saved(_add(given, by), Outcome.ADDED)
    before, stood = group.status, (group.city, group.latitude, group.longitude)
    moved = assign(group, _columns(given))
    if not (_set_topics(group, given) | _set_links(group, given) | moved):
        return Saved(group, Outcome.UNCHANGED)
    if group.status is not before:
        group.status_changed_at = clock.now()
    if (group.city, group.latitude, group.longitude) != stood:
        group.population = 0  # of another city now; the charter's next look asks the gazetteer
    group.revised_at = clock.now()
    session().flush()  # the counters below go past the session, straight to the row
    mark_changed(group, on_map=True)
    audit.record("group.changed", group, by=by)
    return Saved(group, Outcome.UPDATED)


def _add(given: GroupInput, by: User | None) -> Group:
    if _is_former(given.slug):
        told = f"{given.slug!r} leads to a group that had this address before"
        raise InvalidInputError({"slug": Refusal("slug_taken", told)})
    group = Group(slug=given.slug, topics=[], links=[], **_columns(given))
    session().add(group)
    _set_topics(group, given)
    _set_links(group, given)
    session().flush()  # the audit entry needs the id
    if _is_former(given.slug):  # whoever left it in this very moment has been waited for
        raise ConflictError("another group has left this address in the meantime")
    mark_changed(group, on_map=True)
    audit.record("group.added", group, by=by, status=group.status.value)
    waiting.announce(group)
    return group


def _is_former(slug: str) -> bool:
    return bool(session().scalar(select(exists().where(FormerSlug.slug == slug))))


def _columns(given: GroupInput) -> dict[str, object]:
    values = given.model_dump(exclude={"slug", "topics", "links"})
    words = (given.name, given.city, given.region, given.summary, *given.topics)
    return {**values, "search_key": search_key(words)}


def search_key(words: Iterable[str]) -> str:
    """What searches look through: a group's name, city, region, summary and topics."""
    return fold(" ".join(words))


def _set_topics(group: Group, given: GroupInput) -> bool:
    wanted = {slug for name in given.topics if (slug := slugify(name))}
    if {topic.slug for topic in group.topics} == wanted:
        return False
    group.topics = topics.named(given.topics)
    return True


def _set_links(group: Group, given: GroupInput) -> bool:
    wanted = [(link.kind, link.url) for link in given.links]
    if [(link.kind, link.url) for link in group.links] == wanted:
        return False
    group.links = [GroupLink(kind=kind, url=url) for kind, url in wanted]
    return True
