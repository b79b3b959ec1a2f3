"""Talks: proposed to a group, reviewed and decided on by its organizers, given, linked to."""

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
    Refusal,
)
from usergroups.inputs.talk import (
    DecisionInput,
    ProposalInput,
    RecordInput,
    TalkInput,
    TalkReviewInput,
)
from usergroups.models import (
    AgendaItem,
    Event,
    Group,
    GroupStatus,
    MessageKind,
    Talk,
    TalkReview,
    TalkStatus,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import standings, talks, team
from usergroups.queue import send
from usergroups.services import audit, speakers
from usergroups.services.outcome import assign
from usergroups.services.revisions import mark_changed

MOST_OPEN = 5


def propose(group: Group, given: ProposalInput, *, by: User) -> Talk:
    """Propose a talk to a group; its organizers are told.

    Raises NotAllowedError while the address is unproven, ConflictError for a group that has ended,
    and InvalidInputError for an unknown meetup or too many proposals that wait.
    """
    if by.verified_at is None:
        raise NotAllowedError("verify your address first: the answer goes there")
    if group.status is GroupStatus.ARCHIVED:
        raise ConflictError("this group has ended")
    if talks.open_of(group.id, by) >= MOST_OPEN:
        raise _refused("title", "talks_many", most=MOST_OPEN)
    event = _meant(group, given.event)
    speaker = speakers.describe(given.speaker, by=by)
    talk = Talk(
        group_id=group.id, event_id=event.id if event else None, proposed_by_id=by.id,
        status=TalkStatus.PROPOSED, speakers=[speaker], reviews=[], **_facts(given),
    )  # fmt: skip
    session().add(talk)
    session().flush()
    for one in team.organizers(group.id):
        send(
            MessageKind.TALK_PROPOSED, one.user, group=group.name, slug=group.slug,
            title=talk.title, who=speaker.name,
        )  # fmt: skip
    return talk


def amend(talk: Talk, given: TalkInput, group: Group, *, by: User) -> None:
    """Change what one proposed, while nobody has decided. Raises as `propose`."""
    _own(talk, by)
    if talk.status is not TalkStatus.PROPOSED:
        raise ConflictError("this was decided meanwhile")
    event = _meant(group, given.event)
    assign(talk, _facts(given) | {"event_id": event.id if event else None})
    talk.version += 1


def withdraw(talk: Talk, group: Group, *, by: User) -> None:
    """Take a talk back, from the agenda too; its organizers are told. Twice is once."""
    _own(talk, by)
    if talk.status is TalkStatus.WITHDRAWN:
        return
    was_accepted = talk.status is TalkStatus.ACCEPTED
    talk.status, talk.version = TalkStatus.WITHDRAWN, talk.version + 1
    for item in session().query(AgendaItem).filter(AgendaItem.talk_id == talk.id):
        session().delete(item)
    session().flush()
    if was_accepted:
        mark_changed(group)
        for one in team.organizers(group.id):
            send(
                MessageKind.TALK_WITHDRAWN, one.user, group=group.name, slug=group.slug,
                title=talk.title,
            )  # fmt: skip


def review(talk: Talk, group: Group, given: TalkReviewInput, *, by: User) -> None:
    """Say what one thinks of a proposal; a second time takes the place of the first.

    Raises NotAllowedError; nobody reviews a talk of their own.
    """
    _guard(group, by)
    if talk.proposed_by_id == by.id or any(one.user_id == by.id for one in talk.speakers):
        raise NotAllowedError("others review your own talk")
    mine = next((one for one in talk.reviews if one.reviewer_id == by.id), None)
    if mine is None:
        mine = TalkReview(talk_id=talk.id, reviewer_id=by.id)
        talk.reviews.append(mine)
    mine.score, mine.note, mine.reviewed_at = given.score, given.note, clock.now()
    session().flush()


def decide(talk: Talk, group: Group, given: DecisionInput, *, by: User | None) -> None:
    """Say yes or no, once; whoever proposed it is told.

    Raises NotAllowedError, InvalidInputError for an unknown meetup, and ConflictError where
    somebody decided, or changed the proposal, since `given.version`.
    """
    _guard(group, by)
    event = _meant(group, given.event)
    moved = session().execute(
        update(Talk)
        .where(Talk.id == talk.id, Talk.version == given.version)
        .where(Talk.status == TalkStatus.PROPOSED)
        .values(
            version=Talk.version + 1, status=given.status, decided_at=clock.now(),
            decided_by_id=by.id if by else None,
            event_id=event.id if event else talk.event_id,
        )
        .execution_options(synchronize_session="fetch")
    )  # fmt: skip
    if moved.rowcount == 0:  # type: ignore[attr-defined]  # of an UPDATE it is a CursorResult
        raise ConflictError("somebody decided on this, or changed it, meanwhile")
    accepted = given.status is TalkStatus.ACCEPTED
    act = "group.talk_accepted" if accepted else "group.talk_declined"
    audit.record(act, group, by=by, talk=talk.id)
    asker = session().get(User, talk.proposed_by_id) if talk.proposed_by_id else None
    if asker is not None:
        send(
            MessageKind.TALK_DECIDED, asker, group=group.name, slug=group.slug, title=talk.title,
            accepted=accepted, reason=given.reason,
            event_title=event.title if event else "",
        )  # fmt: skip


def link(talk: Talk, group: Group, given: RecordInput, *, by: User) -> None:
    """Say where slides and the recording are: whoever speaks, or the organizers."""
    is_own = talk.proposed_by_id == by.id or any(one.user_id == by.id for one in talk.speakers)
    if not is_own and not may_organize(standings.of(by), group):
        raise NotAllowedError("this is for who speaks, and for the organizers")
    if assign(talk, given.model_dump()):
        session().flush()
        mark_changed(group)


def _facts(given: TalkInput) -> dict[str, object]:
    names = {"title", "abstract", "format", "minutes"}
    facts: dict[str, object] = given.model_dump(include=names)
    return facts | {"language": given.language or "", "proposal_note": given.note}


def _meant(group: Group, public_id: str) -> Event | None:
    if not public_id:
        return None
    for event in talks.events_to_speak_at(group.id):
        if event.public_id == public_id:
            return event
    raise _refused("event", "meetup_unknown")


def _own(talk: Talk, by: User) -> None:
    if talk.proposed_by_id != by.id:
        raise NotFoundError("you proposed no such talk")


def _guard(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("this is for the group's organizers")


def _refused(field: str, code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({field: Refusal(code, f"refused: {code}", values)})
