"""Holding a meetup together: a group asks, another says yes or no.

The meetup stays one: one page, one UID, one list of those who come. It stands on the pages and in
the calendars of all who hold it, and counts for each.
"""

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.co_host import CoHostInput
from usergroups.models import Answer, CoHost, Event, Group, GroupStatus, MessageKind, User
from usergroups.permissions import may_organize
from usergroups.queries import co_hosts, groups, standings, team
from usergroups.queue import send
from usergroups.services import audit
from usergroups.services.memberships import hold
from usergroups.services.revisions import mark_changed

MOST = 5


def invite(event: Event, given: CoHostInput, *, by: User | None) -> CoHost:
    """Ask another group to hold a meetup too; its organizers are told by mail.

    Raises NotAllowedError, ConflictError for a meetup that is over or called off, and
    InvalidInputError, at the field `group`, for a group that cannot be asked.
    """
    _guard(event.group, by)
    hold(event.group)
    if event.is_past or event.is_cancelled:
        raise ConflictError("this meetup is over, or was called off")
    group = _named(given.group)
    if group.id == event.group_id:
        raise _refused("co_host_itself", "that is the group itself")
    if group.status is GroupStatus.ARCHIVED or not (organizers := team.organizers(group.id)):
        raise _refused("co_host_nobody", "that group has nobody who could answer")
    row = _open(event, group, by)
    audit.record("event.co_host_invited", event, by=by, co_host=group.id)
    for one in organizers:
        send(
            MessageKind.CO_HOST_INVITED, one.user, group=group.name, slug=group.slug,
            asking=event.group.name, title=event.title, on=event.local_start.isoformat(),
        )  # fmt: skip
    return row


def answer(event: Event, group: Group, *, accepts: bool, by: User | None) -> CoHost:
    """Say yes or no for the group that was asked. The same answer twice is once.

    Raises NotAllowedError, and ConflictError where it was not asked, answered otherwise, or the
    meetup was called off.
    """
    _guard(group, by)
    hold(event.group)
    said = Answer.ACCEPTED if accepts else Answer.DECLINED
    row = co_hosts.one(event.id, group.id)
    if row is not None and row.answer is said:
        return row
    if row is None or row.answer is not Answer.OPEN or event.is_cancelled:
        raise ConflictError("this was answered, taken back, or the meetup was called off")
    row.answer, row.answered_at = said, clock.now()
    session().flush()
    mark_changed(event.group, on_map=True)  # and of whoever holds it too
    act = "event.co_host_accepted" if accepts else "event.co_host_declined"
    audit.record(act, event, by=by, co_host=group.id)
    for one in team.organizers(event.group_id):
        send(
            MessageKind.CO_HOST_ANSWERED, one.user, group=group.name, title=event.title,
            accepted=accepts, slug=event.group.slug, public_id=event.public_id,
        )  # fmt: skip
    return row


def part(event: Event, group: Group, *, by: User | None) -> None:
    """Hold a meetup together no longer: by either side. Twice is once.

    Raises NotAllowedError.
    """
    standing = standings.of(by)
    if not (may_organize(standing, event.group) or may_organize(standing, group)):
        raise NotAllowedError("this is for the organizers of either group")
    hold(event.group)
    row = co_hosts.one(event.id, group.id)
    if row is None or row.answer not in (Answer.OPEN, Answer.ACCEPTED):
        return
    row.answer, row.answered_at = Answer.WITHDRAWN, clock.now()
    session().flush()
    mark_changed(event.group, on_map=True)
    mark_changed(group, on_map=True)
    audit.record("event.co_host_parted", event, by=by, co_host=group.id)


def _open(event: Event, group: Group, by: User | None) -> CoHost:
    """The open question, asked anew where it was refused or taken back before."""
    asked = {one.group_id: one for one in co_hosts.asked(event.id)}
    row = asked.pop(group.id, None)
    if row is not None and row.answer in (Answer.OPEN, Answer.ACCEPTED):
        raise _refused("co_host_asked", "that group was asked already")
    if sum(one.answer in (Answer.OPEN, Answer.ACCEPTED) for one in asked.values()) >= MOST:
        raise _refused("co_host_many", "many groups were asked", most=MOST)
    if row is None:
        row = CoHost(event_id=event.id, group_id=group.id, group=group)
        session().add(row)
    row.answer, row.answered_at = Answer.OPEN, None
    row.invited_at, row.invited_by_id = clock.now(), by.id if by else None
    session().flush()
    return row


def _named(text: str) -> Group:
    """The group of this address or name; InvalidInputError names those that are called alike."""
    slug = text.rstrip("/").rpartition("/")[2]
    known = groups.by_slug(slug)
    if known is not None:
        return known
    alike = groups.like(text)
    exact = [slug for slug, name in alike if name.casefold() == text.casefold()]
    if len(exact) == 1:
        return groups.known(exact[0])
    if alike:
        near = ", ".join(f"{name} ({slug})" for slug, name in alike[:3])
        raise _refused("co_host_alike", "no group is called so", near=near)
    raise _refused("co_host_unknown", "no group is called so")


def _guard(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("this is for the group's organizers")


def _refused(code: str, sentence: str, **values: object) -> InvalidInputError:
    return InvalidInputError({"group": Refusal(code, sentence, values)})
