"""Looking after applications: taking up, talking, asking for changes, deciding.

Every act moves the application's version. Who decides names the version that they saw: of two at
once the second changes nothing and is told what the first did. The same act by the same person
from the same version is one click that came twice, and is answered alike.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import inspect, select, update

from usergroups import clock, queue
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    CoOrganizer,
    MessageKind,
    Note,
    Reviewer,
    User,
    before,
)
from usergroups.permissions import may_review, may_review_in
from usergroups.queries import blocking, standings
from usergroups.services import audit, provisioning
from usergroups.services.overtaking import OvertakenError, last_act

# The same words by the same person within this time are one click that came twice.
_ECHO = timedelta(minutes=10)
# Without these a refresh would drop the relationships that somebody has loaded.
_COLUMNS = inspect(Application).column_attrs.keys()


def guard(application: Application, by: User | None) -> None:
    """See that they review its country and have no part in it. Raises NotAllowedError."""
    standing = standings.of(by)
    if not (may_review(standing) and may_review_in(standing, application.country)):
        raise NotAllowedError("this application is for the reviewers of its country")
    if by is not None and _takes_part(application, by):
        raise NotAllowedError("somebody else decides about one's own application")


def take_up(application: Application, *, by: User | None, version: int) -> None:
    """Begin to look after an application that was handed in. Raises OvertakenError."""
    guard(application, by)
    if _move(
        application,
        "application.taken_up",
        by=by,
        version=version,
        to=ApplicationStatus.IN_REVIEW,
    ):
        _look_after(application, by)
        audit.record("application.taken_up", application, by=by)


def assign(application: Application, reviewer: User, *, by: User | None) -> None:
    """Have a steward or coordinator of its country look after an application; once is enough.

    Unless they do so of their own accord, a mail tells them.
    Raises InvalidInputError for somebody who may not review it, ConflictError once it is decided.
    """
    guard(application, by)
    _hold(application)
    standing = standings.of(reviewer)
    if not may_review_in(standing, application.country) or _takes_part(application, reviewer):
        raise InvalidInputError(
            {"reviewer": Refusal("not_reviewer", "expected somebody who reviews this country")}
        )
    if _look_after(application, reviewer):
        _touch(application)
        audit.record("application.assigned", application, by=by, user_id=reviewer.id)
        if by is None or by.id != reviewer.id:
            queue.send(
                MessageKind.APPLICATION_TO_REVIEW,
                reviewer,
                public_id=application.public_id,
                group_name=application.group_name,
                city=application.city,
                is_assigned=True,
                is_again=False,
            )


def unassign(application: Application, reviewer: User, *, by: User | None) -> None:
    """Have somebody no longer look after an application; once is enough."""
    guard(application, by)
    _hold(application)
    row = session().scalar(
        select(Reviewer).where(
            Reviewer.application_id == application.id, Reviewer.user_id == reviewer.id
        )
    )
    if row is not None:
        session().delete(row)
        _touch(application)
        audit.record("application.unassigned", application, by=by, user_id=reviewer.id)


def say(application: Application, text: str, audience: Audience, *, by: User | None) -> Note:
    """Write to the applicants, who get a mail of it, or among reviewers, who alone can read it.

    The same words of the same person within ten minutes are the same note. What reviewers say to
    one another goes into no mail.
    """
    guard(application, by)
    _hold(application, ended=True)
    known = session().scalar(
        select(Note).where(
            Note.application_id == application.id,
            Note.author_id == (by.id if by else None),
            Note.audience == audience,
            Note.text == text,
            Note.written_at > clock.now() - _ECHO,
        )
    )
    if known is not None:
        return known
    note = _note(application, text, audience, by)
    _touch(application)
    if audience is Audience.REVIEWERS:
        audit.record("application.note", application, by=by)
    else:
        audit.record("application.message", application, by=by)
        for person in _applicants(application):
            queue.send(
                MessageKind.APPLICATION_MESSAGE,
                person,
                public_id=application.public_id,
                group_name=application.group_name,
                to_reviewers=False,
                text=text,
            )
    return note


def request_changes(
    application: Application, changes: str, *, by: User | None, version: int
) -> None:
    """Send an application back, saying what should change; it is mailed. Raises OvertakenError."""
    guard(application, by)
    if _move(
        application,
        "application.changes_requested",
        by=by,
        version=version,
        to=ApplicationStatus.CHANGES_REQUESTED,
        reason=changes,
    ):
        _look_after(application, by)
        _note(application, changes, Audience.APPLICANTS, by)
        audit.record("application.changes_requested", application, by=by)
        for person in _applicants(application):
            queue.send(
                MessageKind.CHANGES_REQUESTED, person, **_named(application), changes=changes
            )


def decline(application: Application, reason: str, *, by: User | None, version: int) -> None:
    """Say no, and why; it is mailed. Raises OvertakenError."""
    guard(application, by)
    if not reason.strip():
        raise InvalidInputError({"reason": Refusal("empty", "expected a reason")})
    if _move(
        application,
        "application.declined",
        by=by,
        version=version,
        to=ApplicationStatus.DECLINED,
        reason=reason,
        decided_at=clock.now(),
        decided_by_id=by.id if by else None,
    ):
        audit.record("application.declined", application, by=by)
        again = again_at(application)
        for person in _applicants(application):
            queue.send(
                MessageKind.APPLICATION_DECLINED,
                person,
                **_named(application),
                reason=reason,
                again_on=again.date().isoformat() if again > clock.now() else "",
            )


def approve(
    application: Application, *, by: User | None, version: int, without: Collection[int] = ()
) -> None:
    """Say yes: the group is there, with its people and all that it begins with, once.

    `without` are the ids of co-organizers who have not answered and are left out; others who have
    not answered stand in the way (InvalidInputError). Raises OvertakenError; ConflictError where
    the applicant is gone or the group to take over needs nobody.
    """
    guard(application, by)
    decided = {"decided_at": clock.now(), "decided_by_id": by.id if by else None}
    act = "application.approved"
    approved = ApplicationStatus.APPROVED
    if not _move(application, act, by=by, version=version, to=approved, **decided):
        return
    _settle_unanswered(application, frozenset(without))
    group = provisioning.provision(application, by=by)
    application.group_id = group.id
    application.status = approved
    application.reason = ""
    session().flush()  # the audit entry names the group
    audit.record(act, application, by=by)
    for person in _applicants(application):
        queue.send(
            MessageKind.APPLICATION_APPROVED,
            person,
            **_named(application),
            slug=group.slug,
            is_lead=person.id == application.applicant_id,
        )


def again_at(application: Application) -> datetime:
    """When its applicant may apply for the same place again, were it declined now, or as it was."""
    waits = timedelta(days=blocking.cooling_off_days())
    return (application.decided_at or clock.now()) + waits


def _takes_part(application: Application, user: User) -> bool:
    if application.applicant_id == user.id:
        return True
    query = select(CoOrganizer.id).where(
        CoOrganizer.application_id == application.id,
        (CoOrganizer.user_id == user.id) | (CoOrganizer.email == user.email),
    )
    return session().scalar(query.limit(1)) is not None


def _move(
    application: Application,
    act: str,
    *,
    by: User | None,
    version: int,
    to: ApplicationStatus,
    **values: Any,
) -> bool:
    """Move it on if it is what this person saw; False where the same click has done so already.

    Raises OvertakenError where it has become something else.
    """
    if to is not ApplicationStatus.APPROVED:  # which is written when its group is there
        values["status"] = to
    moved = session().execute(
        update(Application)
        .where(
            Application.id == application.id,
            Application.version == version,
            Application.status.in_(before(to)),
        )
        .values(version=Application.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    session().refresh(application, _COLUMNS)
    if moved.rowcount:  # type: ignore[attr-defined]  # an UPDATE's result has it
        return True
    overtaking = last_act(application)
    last = (application.version, overtaking.act, overtaking.actor_id)
    if last == (version + 1, act, by.id if by else None):
        return False
    raise OvertakenError(overtaking)


def _hold(application: Application, *, ended: bool = False) -> None:
    """Lock the row and see it as it is. Raises ConflictError once it has ended, unless `ended`."""
    session().refresh(application, _COLUMNS, with_for_update=True)
    if application.status is ApplicationStatus.DRAFT:
        raise ConflictError("this application has not been handed in")
    if not (ended or application.is_open):
        raise OvertakenError(last_act(application))


def _touch(application: Application) -> None:
    application.version += 1
    session().flush()  # whoever asks next sees it


def _look_after(application: Application, reviewer: User | None) -> bool:
    """Answers whether this person has not done so before."""
    if reviewer is None:
        return False
    query = select(Reviewer.id).where(
        Reviewer.application_id == application.id, Reviewer.user_id == reviewer.id
    )
    if session().scalar(query) is not None:
        return False
    session().add(Reviewer(application_id=application.id, user_id=reviewer.id))
    session().flush()  # the next question finds it
    return True


def _note(application: Application, text: str, audience: Audience, by: User | None) -> Note:
    note = Note(
        application_id=application.id,
        author_id=by.id if by else None,
        audience=audience,
        text=text,
    )
    session().add(note)
    return note


def _settle_unanswered(application: Application, without: frozenset[int]) -> None:
    """Leave out those who have not answered and were named; the others stand in the way.

    Somebody who says yes in this moment has said yes, or finds that they were left out.
    """
    query = (
        select(CoOrganizer)
        .where(CoOrganizer.application_id == application.id, CoOrganizer.answer == Answer.OPEN)
        .order_by(CoOrganizer.id)
        .with_for_update()
    )
    unanswered = session().scalars(query.execution_options(populate_existing=True)).all()
    if waiting := [one.email for one in unanswered if one.id not in without]:
        raise InvalidInputError(
            {
                "without": Refusal(
                    "unanswered",
                    f"{', '.join(waiting)} has not answered yet: wait, or go on without",
                    {"names": ", ".join(waiting)},
                )
            }
        )
    for one in unanswered:
        one.answer, one.answered_at = Answer.WITHDRAWN, clock.now()


def _applicants(application: Application) -> list[User]:
    """The applicant, and the co-organizers who have said yes, in that order."""
    return provisioning.people(application)


def _named(application: Application) -> dict[str, Any]:
    """What every mail about an application says of it."""
    return {
        "public_id": application.public_id,
        "group_name": application.group_name,
        "city": application.city,
        "is_takeover": application.is_takeover,
    }
