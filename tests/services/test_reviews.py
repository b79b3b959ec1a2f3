from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    AuditEntry,
    Coordinator,
    CoOrganizer,
    Group,
    Message,
    Note,
    Reviewer,
    User,
)
from usergroups.services import reviews
from usergroups.services.overtaking import OvertakenError

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
SUBMITTED, IN_REVIEW = ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW


def steward(**given) -> User:
    return make_user(is_steward=True, **given)


def coordinator(country: str, **given) -> User:
    user = make_user(**given)
    db.session().add(Coordinator(user_id=user.id, country=country))
    db.session().flush()
    return user


def co_organizer(application: Application, answer: Answer, **given) -> CoOrganizer:
    user = make_user(**given)
    row = CoOrganizer(
        application_id=application.id, email=user.email, user_id=user.id, user=user, answer=answer
    )
    db.session().add(row)
    db.session().flush()
    return row


def mails() -> list[tuple[str, str]]:
    db.session().flush()
    rows = db.session().execute(select(Message.kind, Message.address).order_by(Message.id))
    return [(kind.value, address) for kind, address in rows]


def acts() -> list[tuple[str, int | None]]:
    db.session().flush()
    rows = db.session().execute(select(AuditEntry.act, AuditEntry.actor_id).order_by(AuditEntry.id))
    return [tuple(row) for row in rows]


def test_taking_up_is_done_once_and_a_second_reviewer_is_told_by_whom() -> None:
    with db.transaction() as session:
        application, ada, bob = make_application(), steward(name="Ada"), steward(name="Bob")
        reviews.take_up(application, by=ada, version=1)
        assert (application.status, application.version) == (IN_REVIEW, 2)
        reviews.take_up(application, by=ada, version=1)  # the second half of a double click
        with pytest.raises(OvertakenError) as told:
            reviews.take_up(application, by=bob, version=1)
        overtaking = told.value.overtaking
        assert (overtaking.name, overtaking.status, overtaking.act) == (
            "Ada", IN_REVIEW, "application.taken_up",
        )  # fmt: skip
        assert session.scalars(select(Reviewer.user_id)).all() == [ada.id]
        assert acts() == [("application.taken_up", ada.id)]


def test_the_operator_takes_up_without_becoming_a_reviewer() -> None:
    with db.transaction() as session:
        application = make_application()
        reviews.take_up(application, by=None, version=1)
        assert application.status is IN_REVIEW
        assert session.scalar(select(func.count(Reviewer.id))) == 0


def test_only_reviewers_of_its_country_act_and_nobody_on_their_own() -> None:
    with db.transaction():
        applicant = steward()
        application = make_application(applicant)
        co = co_organizer(application, Answer.ACCEPTED, is_steward=True)
        invited = steward(email="invited@example.org")
        row = CoOrganizer(application_id=application.id, email=invited.email)
        db.session().add(row)
        others = [make_user(), coordinator("FR"), applicant, co.user, invited]
        for person in others:
            for act in (
                lambda by: reviews.take_up(application, by=by, version=1),
                lambda by: reviews.assign(application, by, by=by),
                lambda by: reviews.unassign(application, by, by=by),
                lambda by: reviews.say(application, "Hello", Audience.APPLICANTS, by=by),
                lambda by: reviews.request_changes(application, "More", by=by, version=1),
                lambda by: reviews.decline(application, "No", by=by, version=1),
                lambda by: reviews.approve(application, by=by, version=1),
            ):
                with pytest.raises(NotAllowedError):
                    act(person)
        assert (application.status, application.version, acts()) == (SUBMITTED, 1, [])
        reviews.take_up(application, by=coordinator("HU"), version=1)
        assert application.status is IN_REVIEW


def test_reviewers_are_assigned_and_let_go_once() -> None:
    with db.transaction() as session:
        application, ada = make_application(), steward()
        local, foreign = coordinator("HU"), coordinator("FR")
        for _ in range(2):
            reviews.assign(application, local, by=ada)
        with pytest.raises(InvalidInputError) as refused:
            reviews.assign(application, foreign, by=ada)
        assert refused.value.refusals["reviewer"].code == "not_reviewer"
        assert session.scalars(select(Reviewer.user_id)).all() == [local.id]
        for _ in range(2):
            reviews.unassign(application, local, by=ada)
        assert session.scalars(select(Reviewer.user_id)).all() == []
        assert acts() == [("application.assigned", ada.id), ("application.unassigned", ada.id)]
        assert application.version == 3
        assert mails() == [("application_to_review", local.email)]
        reviews.assign(application, ada, by=ada)
        assert len(mails()) == 1


def test_a_message_goes_to_the_applicants_and_a_note_to_nobody() -> None:
    with db.transaction() as session:
        application, ada = make_application(make_user(email="lead@example.org")), steward()
        co_organizer(application, Answer.ACCEPTED, email="yes@example.org")
        co_organizer(application, Answer.OPEN, email="open@example.org")
        co_organizer(application, Answer.DECLINED, email="no@example.org")
        for _ in range(2):
            reviews.say(application, "SECRET doubts", Audience.REVIEWERS, by=ada)
        assert mails() == []
        for _ in range(2):
            reviews.say(application, "Where would you meet?", Audience.APPLICANTS, by=ada)
        assert mails() == [
            ("application_message", "lead@example.org"),
            ("application_message", "yes@example.org"),
        ]
        reviews.request_changes(application, "Name a place", by=ada, version=application.version)
        reviews.decline(application, "Too near", by=ada, version=application.version)
        said = session.execute(select(Note.audience, Note.text).order_by(Note.id)).all()
        assert [tuple(row) for row in said] == [
            (Audience.REVIEWERS, "SECRET doubts"),
            (Audience.APPLICANTS, "Where would you meet?"),
            (Audience.APPLICANTS, "Name a place"),
        ]
        everything = [str(one) for one in session.scalars(select(Message.arguments))]
        entries = [str(one) for one in session.scalars(select(AuditEntry.details))]
    assert everything
    assert not any("SECRET" in one for one in everything + entries)


def test_the_same_words_later_are_said_again() -> None:
    with db.transaction() as session:
        application, ada = make_application(), steward()
        reviews.say(application, "Any news?", Audience.APPLICANTS, by=ada)
        with clock.frozen_at(clock.now() + timedelta(hours=1)):
            reviews.say(application, "Any news?", Audience.APPLICANTS, by=ada)
        assert session.scalar(select(func.count(Note.id))) == 2


def test_changes_are_requested_and_mailed() -> None:
    with db.transaction() as session:
        application, ada = make_application(make_user(email="lead@example.org")), steward()
        for _ in range(2):
            reviews.request_changes(application, "Name a place.", by=ada, version=1)
        assert (application.status, application.reason) == (
            ApplicationStatus.CHANGES_REQUESTED, "Name a place.",
        )  # fmt: skip
        assert mails() == [("changes_requested", "lead@example.org")]
        arguments = session.scalar(select(Message.arguments))
        assert arguments == {
            "public_id": application.public_id, "group_name": application.group_name,
            "city": "Budapest", "is_takeover": False, "changes": "Name a place.",
        }  # fmt: skip
        assert session.scalars(select(Reviewer.user_id)).all() == [ada.id]
        with pytest.raises(OvertakenError):
            reviews.approve(application, by=ada, version=2)


def test_declining_needs_a_reason_and_says_when_one_may_apply_again() -> None:
    with db.transaction() as session:
        application, ada = make_application(make_user(email="lead@example.org")), steward()
        co_organizer(application, Answer.ACCEPTED, email="yes@example.org")
        with pytest.raises(InvalidInputError):
            reviews.decline(application, "  ", by=ada, version=1)
        for _ in range(2):
            reviews.decline(application, "Too near.", by=ada, version=1)
        assert (application.status, application.reason, application.decided_by_id) == (
            ApplicationStatus.DECLINED, "Too near.", ada.id,
        )  # fmt: skip
        assert application.decided_at == clock.now()
        assert mails() == [
            ("application_declined", "lead@example.org"),
            ("application_declined", "yes@example.org"),
        ]
        arguments = session.scalars(select(Message.arguments)).first()
        assert (arguments["reason"], arguments["again_on"]) == ("Too near.", "2026-09-08")
        assert session.scalar(select(func.count(Group.id))) == 0


@pytest.mark.parametrize("second", ["approve", "decline", "request_changes"])
@pytest.mark.parametrize("first", ["approve", "decline", "request_changes"])
def test_of_two_deciding_at_once_the_second_changes_nothing(first: str, second: str) -> None:
    def act(name: str, application: Application, by: User, version: int) -> None:
        words = () if name == "approve" else (f"by {by.name}",)
        getattr(reviews, name)(application, *words, by=by, version=version)

    with db.transaction():
        application, ada, bob = make_application(), steward(name="Ada"), steward(name="Bob")
        act(first, application, ada, 1)
        before = (application.status, application.reason, application.version, mails(), acts())
        with pytest.raises(OvertakenError) as told:
            act(second, application, bob, 1)
        assert (told.value.overtaking.name, told.value.overtaking.status) == (
            "Ada", application.status,
        )  # fmt: skip
        after = (application.status, application.reason, application.version, mails(), acts())
        assert after == before


def test_what_was_said_meanwhile_is_read_before_deciding() -> None:
    with db.transaction():
        application, ada, bob = make_application(), steward(name="Ada"), steward(name="Bob")
        reviews.say(application, "They are spammers.", Audience.REVIEWERS, by=ada)
        with pytest.raises(OvertakenError) as told:
            reviews.approve(application, by=bob, version=1)
        assert told.value.overtaking.act == "application.note"
        reviews.approve(application, by=bob, version=2)
        assert application.status is ApplicationStatus.APPROVED


def test_what_has_ended_takes_notes_but_no_reviewers() -> None:
    with db.transaction():
        ada = steward()
        application = make_application(status=ApplicationStatus.WITHDRAWN)
        reviews.say(application, "A pity.", Audience.REVIEWERS, by=ada)
        with pytest.raises(OvertakenError):
            reviews.assign(application, ada, by=ada)
        draft = make_application(status=ApplicationStatus.DRAFT)
        with pytest.raises(ConflictError):
            reviews.say(draft, "Hm.", Audience.REVIEWERS, by=ada)


def test_who_has_not_answered_stands_in_the_way_until_left_out() -> None:
    with db.transaction() as session:
        application, ada = make_application(), steward()
        slow = co_organizer(application, Answer.OPEN, email="slow@example.org")
        other = co_organizer(application, Answer.OPEN, email="other@example.org")
        key = application.id
    with pytest.raises(InvalidInputError) as refused, db.transaction() as session:
        reviews.approve(session.get_one(Application, key), by=ada, version=1, without=[slow.id])
    why = refused.value.refusals["without"]
    assert (why.code, why.values) == ("unanswered", {"names": "other@example.org"})
    with db.transaction() as session:
        application = session.get_one(Application, key)
        assert (application.status, application.version) == (SUBMITTED, 1)
        reviews.approve(application, by=ada, version=1, without=[slow.id, other.id])
        answers = session.scalars(select(CoOrganizer.answer)).all()
    assert answers == [Answer.WITHDRAWN, Answer.WITHDRAWN]
