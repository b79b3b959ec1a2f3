"""What applicants write: to their reviewers, and to strangers who apply for the same city."""

from datetime import timedelta

from sqlalchemy import select

from usergroups import clock, queue, tokens
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.inputs.application import NoteToApplicantInput, WrittenInput
from usergroups.models import (
    OPEN,
    Application,
    ApplicationStatus,
    Audience,
    MessageKind,
    Note,
    User,
)
from usergroups.permissions import may_amend, may_follow
from usergroups.queries import applications as queries
from usergroups.services import application_mails, audit

PURPOSE = "applicant_note"
# The same words by the same person within this time are one click that came twice.
_ECHO = timedelta(minutes=10)


def answer(application: Application, given: WrittenInput, *, by: User) -> Note:
    """Write to the reviewers, who get a mail of it; whoever takes part may, once it is handed in.

    Raises NotAllowedError for others, ConflictError for a draft or what was withdrawn.
    """
    if not may_follow(by.id, application):
        raise NotAllowedError("only who takes part can write about an application")
    if application.status in {ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN}:
        raise ConflictError("nobody looks at this application")
    # Two clicks at once wait for one another here.
    session().refresh(application, ["version"], with_for_update=True)
    known = session().scalar(
        select(Note).where(
            Note.application_id == application.id,
            Note.author_id == by.id,
            Note.text == given.text,
            Note.written_at > clock.now() - _ECHO,
        )
    )
    if known is not None:
        return known
    note = Note(
        application_id=application.id,
        author_id=by.id,
        audience=Audience.APPLICANTS,
        text=given.text,
    )
    session().add(note)
    application.version += 1
    audit.record("application.message", application, by=by)
    for reviewer in application_mails.reviewers(application):
        queue.send(
            MessageKind.APPLICATION_MESSAGE,
            reviewer,
            public_id=application.public_id,
            group_name=application.group_name,
            to_reviewers=True,
            text=given.text,
        )
    return note


def way(sender: Application, receiver_id: int) -> str:
    """A token by which whoever sends one application may write to whoever sent the other."""
    return tokens.signed(PURPOSE, f"{sender.id}.{receiver_id}")


def between(token: str, *, by: User) -> tuple[Application, Application, User]:
    """Who may write to whom by a token: two applications something may come of, and the receiver.

    Raises NotFoundError for a token that we did not sign, NotAllowedError for somebody else's,
    ConflictError where one of the two has ended.
    """
    value = tokens.value_of(PURPOSE, token)
    if value is None:
        raise NotFoundError("there is no such page")
    sender_id, _, receiver_id = value.partition(".")
    sender, receiver = queries.by_id(int(sender_id)), queries.by_id(int(receiver_id))
    if not may_amend(by.id, sender):
        raise NotAllowedError("this way to write is somebody else's")
    living = (ApplicationStatus.DRAFT, *OPEN)
    person = receiver.applicant
    if sender.status not in living or receiver.status not in living or person is None:
        raise ConflictError("one of the two has been decided or withdrawn")
    return sender, receiver, person


def introduce(token: str, given: NoteToApplicantInput, *, by: User) -> None:
    """Mail a few words to somebody who applies nearby, with a way to answer and without addresses.

    How often that may be done is for the door to say. Raises what `between` raises.
    """
    sender, receiver, person = between(token, by=by)
    queue.send(
        MessageKind.APPLICANT_NOTE,
        person,
        person=by.name,
        city=sender.city,
        group_name=receiver.group_name or receiver.city,
        answer_path=f"/apply/notes/{way(receiver, sender.id)}",
        text=given.text,
    )
