"""Merging a group that is here twice: one goes into the other, with all that it has, once.

Addresses of the one that goes lead to the other for ever, its meetups keep their ids, and its
calendars are read on. What a calendar that both have has given to both is one meetup afterwards;
the other's id leads to it. services/moves.py says of each table what goes over.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import aliased

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.merging import MergeInput
from usergroups.models import (
    ORGANIZING,
    Answer,
    CoHost,
    Event,
    Feed,
    FeedKind,
    FormerEvent,
    Group,
    GroupReport,
    GroupStatus,
    Invitation,
    Membership,
    MessageKind,
    ReportKind,
    ReportOutcome,
    Role,
    Source,
    User,
)
from usergroups.permissions import may_oversee
from usergroups.queries import groups, standings, team, topics
from usergroups.queue import send
from usergroups.services import audit, doubles, memberships, moves, naming
from usergroups.services.groups import search_key
from usergroups.services.revisions import mark_changed

_FEEDS = (FeedKind.GROUP, FeedKind.GROUP_ALL)
# States of a group that somebody leads, the liveliest first; then the others.
_LED = (GroupStatus.ACTIVE, GroupStatus.FORMING, GroupStatus.QUIET, GroupStatus.DORMANT)
_LIVELIEST = (*_LED, GroupStatus.VACANT, GroupStatus.ARCHIVED)


def merge(given: MergeInput, *, by: User | None) -> Group:
    """One group goes into the other, which is given back; organizers of both are told.

    Raises NotAllowedError, InvalidInputError for groups that are not there or cannot be merged,
    and ConflictError where somebody has merged one of them in the meantime.
    """
    gone, kept = _held(given)
    refuse(gone, kept, by=by)
    teams = (*team.organizers(gone.id), *team.organizers(kept.id))
    told = {one.user_id: one.user for one in teams if by is None or one.user_id != by.id}
    lead = _settle_lead(gone, kept)
    _settle_people(gone, kept)
    _settle_reports(gone, by)
    same = _settle_calendars(gone, kept)
    others = _settle_meetups(gone, kept)
    moves.to_group(gone.id, kept.id)
    _take_page(gone, kept, lead)
    _drop(gone, kept)
    if lead is not None:
        memberships.withdraw_offers(kept)
        memberships.appoint(lead, kept, Role.LEAD, by=by)
    memberships.roles_changed()
    mark_changed(kept, on_map=True)
    for other in others:
        mark_changed(other)
    doubles.look(kept.id)
    audit.record("group.merged", kept, by=by, gone=given.gone, gone_id=gone.id, same_meetups=same)
    _tell(gone.name, kept, told.values())
    return kept


def refuse(gone: Group, kept: Group, *, by: User | None) -> None:
    """Raise what stands against merging these two: NotAllowedError or InvalidInputError."""
    standing = standings.of(by)
    if not (may_oversee(standing, gone) and may_oversee(standing, kept)):
        raise NotAllowedError("groups are merged by those who look after the countries of both")
    if gone.id == kept.id:
        raise _refused("into_itself", "a group cannot be merged into itself")
    if kept.status is GroupStatus.ARCHIVED:
        raise _refused("group_ended", "this group has ended")


def _held(given: MergeInput) -> tuple[Group, Group]:
    """Both rows, ours until the transaction ends; first the meetups, as acts about them do."""
    ids = select(Group.id).where(Group.slug == given.gone).scalar_subquery()
    meetups = select(Event.id).where(Event.group_id == ids).order_by(Event.id)
    session().execute(meetups.with_for_update()).all()
    query = select(Group).where(Group.slug.in_((given.gone, given.kept))).order_by(Group.id)
    held = session().scalars(query.with_for_update().execution_options(populate_existing=True))
    found = {group.slug: group for group in held}
    for name in ("gone", "kept"):
        slug = getattr(given, name)
        if slug not in found and groups.moved_to(slug):
            raise ConflictError("one of them has gone into another group in the meantime")
        if slug not in found:
            raise InvalidInputError({name: Refusal("no_group", "there is no such group")})
    return found[given.gone], found[given.kept]


def _settle_lead(gone: Group, kept: Group) -> User | None:
    """There is one lead: that of the kept group. Answers who is to become it, if it has none."""
    theirs, ours = team.lead_of(gone.id), team.lead_of(kept.id)
    memberships.withdraw_offers(gone)
    if theirs is None:
        return None
    theirs.role = Role.ORGANIZER
    session().flush()  # there is never a second lead, not even for a statement
    return theirs.user if ours is None else None


def _settle_people(gone: Group, kept: Group) -> None:
    """Who is in both has the higher role; who was asked by both is asked by one."""
    theirs = aliased(Membership)
    organizing = select(theirs.user_id).where(
        theirs.group_id == gone.id, theirs.role.in_(ORGANIZING)
    )
    session().execute(
        update(Membership)
        .where(Membership.group_id == kept.id, Membership.role == Role.MEMBER)
        .where(Membership.user_id.in_(organizing))
        .values(role=Role.ORGANIZER)
        .execution_options(synchronize_session="fetch")
    )
    asked = aliased(Invitation)
    is_asked = select(asked.email).where(asked.group_id == kept.id, asked.answer == Answer.OPEN)
    session().execute(
        update(Invitation)
        .where(Invitation.group_id == gone.id, Invitation.answer == Answer.OPEN)
        .where(Invitation.email.in_(is_asked))
        .values(answer=Answer.WITHDRAWN, answered_at=clock.now())
    )


def _settle_reports(gone: Group, by: User | None) -> None:
    """That it is here twice is settled herewith."""
    session().execute(
        update(GroupReport)
        .where(GroupReport.group_id == gone.id, GroupReport.kind == ReportKind.DUPLICATE)
        .where(GroupReport.outcome == ReportOutcome.OPEN)
        .values(
            outcome=ReportOutcome.SETTLED,
            settled_at=clock.now(),
            settled_by_id=by.id if by else None,
        )
    )


def _settle_calendars(gone: Group, kept: Group) -> int:
    """Calendars that both have become one, meetups that both have of them too: answers how many."""
    theirs, ours = aliased(Source), aliased(Source)
    pairs = session().execute(
        select(theirs.id, ours.id)
        .join(ours, ours.location == theirs.location)
        .where(theirs.group_id == gone.id, ours.group_id == kept.id)
    )
    return sum(_settle_calendar(*pair) for pair in pairs.all())


def _settle_calendar(gone_id: int, kept_id: int) -> int:
    """One source goes into another that reads the same calendar; answers how many meetups did."""
    pairs = moves.twins(gone_id, kept_id).subquery()
    twins = list(session().scalars(select(pairs.c.gone)))
    if twins:
        moves.to_twins(pairs)
        former = select(pairs.c.public_id, pairs.c.kept)
        session().execute(insert(FormerEvent).from_select(["public_id", "event_id"], former))
        feeds = delete(Feed).where(Feed.kind == FeedKind.EVENT, Feed.subject.in_(map(str, twins)))
        session().execute(feeds)
        session().execute(delete(Event).where(Event.id.in_(select(pairs.c.gone))))
    session().execute(update(Event).where(Event.source_id == gone_id).values(source_id=kept_id))
    session().execute(delete(Source).where(Source.id == gone_id))
    return len(twins)


def _settle_meetups(gone: Group, kept: Group) -> Sequence[Group]:
    """What they held together is held by one. Answers the others whose meetups the gone one holds.

    Of two answers to the same question a yes is kept.
    """
    both = (gone.id, kept.id)
    own = select(Event.id).where(Event.group_id.in_(both))
    session().execute(delete(CoHost).where(CoHost.group_id.in_(both), CoHost.event_id.in_(own)))
    accepted = select(CoHost.event_id).where(
        CoHost.group_id == gone.id, CoHost.answer == Answer.ACCEPTED
    )
    session().execute(
        delete(CoHost)
        .where(CoHost.group_id == kept.id, CoHost.answer != Answer.ACCEPTED)
        .where(CoHost.event_id.in_(accepted))
        .execution_options(synchronize_session=False)
    )
    theirs = select(Event.group_id).where(Event.id.in_(accepted))
    return session().scalars(select(Group).where(Group.id.in_(theirs))).all()


def _take_page(gone: Group, kept: Group, lead: User | None) -> None:
    """Where the page of the kept one says nothing, the other's does; the map shows the livelier."""
    for name in ("summary", "description", "language", "logo_digest"):
        setattr(kept, name, getattr(kept, name) or getattr(gone, name))
    kept.founded_on = min(filter(None, (kept.founded_on, gone.founded_on)), default=None)
    kept.reconfirmed_at = max(
        filter(None, (kept.reconfirmed_at, gone.reconfirmed_at)), default=None
    )
    kept.members_elsewhere = max(kept.members_elsewhere, gone.members_elsewhere)
    # Meetups keep their addresses: what caches know of them is never what is there now.
    kept.version = max(kept.version, gone.version)
    status = _status(gone, kept, lead)
    if status is not kept.status:
        kept.status, kept.status_cause, kept.status_changed_at = status, "merged", clock.now()
    about = (name for _, name in topics.of_groups([kept.id]).get(kept.id, ()))
    kept.search_key = search_key((kept.name, kept.city, kept.region, kept.summary, *about))
    kept.revised_at = clock.now()


def _status(gone: Group, kept: Group, lead: User | None) -> GroupStatus:
    """The livelier state of both; vacant stays vacant unless the other brings a lead."""
    if kept.status is not GroupStatus.VACANT:
        return min(kept.status, gone.status, key=_LIVELIEST.index)
    if lead is None:
        return GroupStatus.VACANT
    return gone.status if gone.status in _LED else GroupStatus.QUIET


def _drop(gone: Group, kept: Group) -> None:
    """The row goes, with what was its alone; its address leads to the other."""
    slug = gone.slug
    session().flush()
    feeds = delete(Feed).where(Feed.kind.in_(_FEEDS), Feed.subject == str(gone.id))
    session().execute(feeds)
    session().execute(delete(Group).where(Group.id == gone.id))
    naming.leave_behind(slug, kept)
    session().flush()  # the counters go past the session, straight to the row


def _tell(gone: str, kept: Group, organizers: Iterable[User]) -> None:
    lead = team.lead_of(kept.id)
    for user in organizers:
        send(
            MessageKind.GROUP_MERGED, user, gone=gone, group=kept.name, slug=kept.slug,
            lead=(lead.user.name or lead.user.email) if lead else "",
        )  # fmt: skip


def _refused(code: str, sentence: str) -> InvalidInputError:
    return InvalidInputError({"kept": Refusal(code, sentence)})
