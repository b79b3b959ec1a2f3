"""What a group is called and where it is found; taking it off the map, and putting it back."""

from sqlalchemy.exc import IntegrityError

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.desk import EndInput, NameInput
from usergroups.models import FormerSlug, Group, GroupStatus, User
from usergroups.permissions import may_lead
from usergroups.queries import applications, standings, team, topics
from usergroups.queries.nearby import Point
from usergroups.services import audit, groups, memberships
from usergroups.services.revisions import mark_changed
from usergroups.text import slugify


def rename(group: Group, given: NameInput, *, by: User | None) -> Group:
    """Call a group something else. Its old address leads to the new one for ever.

    The same again changes nothing. Raises NotAllowedError, and InvalidInputError for a name that
    cannot be told from another group's, or an address that another group has or had.
    """
    _guard(group, by)
    group = memberships.hold(group)
    slug = given.slug or slugify(given.name)
    if (given.name, slug) == (group.name, group.slug):
        return group
    point = Point(group.latitude, group.longitude)
    other = applications.namesake(given.name, point, but=group.id)
    if other is not None:
        raise InvalidInputError({"name": other.refusal})
    has_moved = slug != group.slug
    group.name, group.revised_at = given.name, clock.now()
    about = (name for _, name in topics.of_groups([group.id]).get(group.id, ()))
    words = (group.name, group.city, group.region, group.summary, *about)
    group.search_key = groups.search_key(words)
    if has_moved:
        _move(group, slug)
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group, on_map=True)
    audit.record("group.renamed", group, by=by, has_new_address=has_moved)
    return group


def end(group: Group, given: EndInput, *, by: User | None) -> None:
    """Take a group off the map; its meetups stay where they are. Twice is once.

    Raises NotAllowedError, and InvalidInputError unless its name was given.
    """
    _guard(group, by)
    group = memberships.hold(group)
    if group.status is GroupStatus.ARCHIVED:
        return
    if given.name != group.name:
        raise InvalidInputError({"name": Refusal("name_other", "expected the group's name")})
    before = group.status
    memberships.move(group, GroupStatus.ARCHIVED, "ended")
    audit.record("group.archived", group, by=by, before=before.value)


def reopen(group: Group, *, by: User | None) -> None:
    """Put a group that had ended on the map again: quiet, or vacant where nobody leads it.

    Raises NotAllowedError, and ConflictError for one that has not ended.
    """
    _guard(group, by)
    group = memberships.hold(group)
    if group.status is not GroupStatus.ARCHIVED:
        raise ConflictError("this group has not ended")
    status = GroupStatus.VACANT if team.lead_of(group.id) is None else GroupStatus.QUIET
    memberships.move(group, status, "reopened")
    audit.record("group.reopened", group, by=by, status=status.value)


def leave_behind(slug: str, group: Group) -> None:
    """Have an address lead to a group, from now on and for ever."""
    former = session().get(FormerSlug, slug)
    if former is None:
        session().add(FormerSlug(slug=slug, group_id=group.id))
    else:
        former.group_id = group.id


def _move(group: Group, slug: str) -> None:
    """Give a group another address, maybe one that it had before."""
    left = group.slug
    taken = InvalidInputError({"slug": Refusal("slug_taken", "another group has, or had, it")})
    group.slug = slug
    try:
        with session().begin_nested():
            session().flush()
    except IntegrityError as earlier:
        raise taken from earlier
    former = session().get(FormerSlug, slug, populate_existing=True)
    if former is not None and former.group_id != group.id:
        raise taken
    if former is not None:
        session().delete(former)
    leave_behind(left, group)


def _guard(group: Group, by: User | None) -> None:
    if not may_lead(standings.of(by), group):
        raise NotAllowedError("only its lead can name or end a group")
