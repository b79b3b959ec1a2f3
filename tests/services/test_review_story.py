"""From applying to a group on the map: the applicants' side and the reviewers', together."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tests.factories import make_user
from usergroups import db, tokens
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.inputs.application import GroupStep, PeopleInput, PersonInput, WrittenInput
from usergroups.inputs.fields import read
from usergroups.models import (
    Answer,
    ApplicationStatus,
    Audience,
    CoOrganizer,
    Group,
    Membership,
    Message,
    MessageKind,
    Role,
    Source,
)
from usergroups.queries import applications as applicants
from usergroups.queries import reviews as desk
from usergroups.services import application_talk, applications, co_organizers, reviews

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def mailed(kind: MessageKind) -> list[str]:
    db.session().flush()
    query = select(Message.address).where(Message.kind == kind).order_by(Message.id)
    return list(db.session().scalars(query))


def handed_in(gazetteer: Gazetteer, ilona):
    """An application with one co-organizer, handed in by its applicant."""
    place = gazetteer.look_up("Budapest").best
    assert place is not None
    draft = applications.start(place, by=ilona)
    steps = {
        "group_name": "UG Budapest", "language": "hu", "topics": ["Clouds"],
        "why": "There are many of us, and we travel to Vienna.",
        "website": "https://example.org/ug", "calendar_url": "webcal://example.org/ug.ics",
    }  # fmt: skip
    application = applicants.in_full(draft.public_id)
    applications.describe(application, read(GroupStep, {**steps, "version": 1}), by=ilona)
    people = {"name": "Ilona", "employer": "Acme", "people": "bence@example.org"}
    given = read(PeopleInput, {**people, "version": application.version})
    co_organizers.name(application, given, by=ilona)
    applications.submit(application, by=ilona, version=application.version)
    return applicants.in_full(draft.public_id)


def test_an_application_is_sent_back_amended_and_approved(gazetteer: Gazetteer) -> None:
    with db.transaction() as session:
        ilona, ada = make_user(email="ilona@example.org"), make_user(is_steward=True)
        application = handed_in(gazetteer, ilona)
        assert mailed(MessageKind.APPLICATION_TO_REVIEW) == [ada.email]
        assert [
            one.public_id for one in desk.every(desk.QueueSearch(), desk.Standing(is_steward=True))
        ] == [application.public_id]
        reviews.take_up(application, by=ada, version=application.version)
        reviews.say(application, "SECRET doubts", Audience.REVIEWERS, by=ada)
        reviews.say(application, "Where?", Audience.APPLICANTS, by=ada)
        application_talk.answer(application, read(WrittenInput, {"text": "Here."}), by=ilona)
        assert mailed(MessageKind.APPLICATION_MESSAGE) == [ilona.email, ada.email]
        reviews.request_changes(application, "More why.", by=ada, version=application.version)
        assert mailed(MessageKind.CHANGES_REQUESTED) == [ilona.email]
        # What its applicants can read has nothing of what reviewers say among themselves.
        said = [note.text for note in applicants.said_to_applicants(application)]
        assert said == ["Where?", "Here.", "More why."]
        assert "SECRET" not in str(session.scalars(select(Message.arguments)).all())
        application = applicants.in_full(application.public_id)
        applications.submit(application, by=ilona, version=application.version)
        assert application.status is ApplicationStatus.SUBMITTED
        row = session.scalars(select(CoOrganizer)).one()
        row.secret_hash = tokens.hashed("known")
        session.flush()
        public_id = application.public_id
    with db.transaction() as session:
        co_organizers.accept("known", read(PersonInput, {"name": "Bence"}), by=None)
    with db.transaction() as session:
        application = applicants.in_full(public_id)
        reviews.approve(application, by=ada, version=application.version)
    with db.reading() as session:
        group = session.scalars(
            select(Group).options(selectinload(Group.topics), selectinload(Group.links))
        ).one()
        roles = session.execute(
            select(Membership.role).where(Membership.group_id == group.id).order_by(Membership.id)
        ).scalars()
        assert (group.slug, group.city, group.country, [one.name for one in group.topics]) == (
            "ug-budapest", "Budapest", "HU", ["Clouds"],
        )  # fmt: skip
        assert [link.url for link in group.links] == ["https://example.org/ug"]
        assert roles.all() == [Role.LEAD, Role.ORGANIZER]
        assert session.scalars(select(Source.location)).all() == ["https://example.org/ug.ics"]
        assert session.scalars(select(CoOrganizer.answer)).all() == [Answer.ACCEPTED]
        assert mailed(MessageKind.APPLICATION_APPROVED) == [ilona.email, "bence@example.org"]
