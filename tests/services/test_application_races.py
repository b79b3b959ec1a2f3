"""Two who act on one application in one moment: one of them is first, and nothing is half done."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_user
from usergroups import db, tokens
from usergroups.errors import GoneError, InvalidInputError
from usergroups.inputs.application import PersonInput
from usergroups.inputs.fields import read
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    AuditEntry,
    CoOrganizer,
    Job,
    Message,
    MessageKind,
    User,
)
from usergroups.queries import applications as queries
from usergroups.services import applications, co_organizers

pytestmark = pytest.mark.usefixtures("database")
ROUNDS = 5
BENCE = {"name": "Bence", "employer": ""}


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave or raised when all were begun in one moment."""
    start, results = Barrier(len(acts)), [None] * len(acts)

    def run(number: int) -> None:
        start.wait()
        try:
            with db.transaction():
                results[number] = acts[number]()
        except Exception as error:  # noqa: BLE001  what they raise is the point
            results[number] = error

    threads = [Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def begun(**given: object) -> tuple[str, int]:
    """An application with one co-organizer: its address and its applicant."""
    with db.transaction() as session:
        make_user(is_steward=True)
        application = make_application(**given)
        session.add(CoOrganizer(application_id=application.id, email="bence@example.org"))
        return application.public_id, application.applicant_id


def asked() -> tuple[str, int]:
    """An application whose one co-organizer was sent the link `known`."""
    found = begun()
    with db.transaction() as session:
        one = session.scalars(select(CoOrganizer)).one()
        application = queries.in_full(found[0])
        co_organizers.invite(application)
        one.secret_hash = tokens.hashed("known")
    return found


def person(key: int) -> User:
    return db.session().get_one(User, key)


def sent(kind: MessageKind) -> list[str]:
    with db.reading() as session:
        query = select(Message.address).where(Message.kind == kind).order_by(Message.id)
        return list(session.scalars(query))


def emptied() -> None:
    with db.transaction() as session:
        for rows in (Message, Job, CoOrganizer, Application, User):
            session.execute(rows.__table__.delete())


def test_five_clicks_in_one_moment_hand_it_in_once() -> None:
    public_id, ilona = begun(status=ApplicationStatus.DRAFT, submitted_at=None)

    def submit() -> bool:
        return applications.submit(queries.in_full(public_id), by=person(ilona), version=1)

    # None of the clicks is told that something went wrong: all meant the same.
    assert sorted(map(str, at_once(*[submit] * 5))) == ["False"] * 4 + ["True"]
    assert sent(MessageKind.CO_ORGANIZER_INVITED) == ["bence@example.org"]
    assert len(sent(MessageKind.APPLICATION_RECEIVED)) == 1
    assert len(sent(MessageKind.APPLICATION_TO_REVIEW)) == 1
    with db.reading() as session:
        acts = session.scalars(select(AuditEntry.act)).all()
        assert acts == ["application.submitted"]


def test_two_drafts_for_one_city_are_not_both_handed_in() -> None:
    public_id, ilona = begun(status=ApplicationStatus.DRAFT, submitted_at=None)
    with db.transaction():
        other = make_application(
            person(ilona), status=ApplicationStatus.DRAFT, submitted_at=None
        ).public_id

    def submit(which: str) -> bool:
        return applications.submit(queries.in_full(which), by=person(ilona), version=1)

    results = at_once(lambda: submit(public_id), lambda: submit(other))
    refused = [one for one in results if one is not True]
    assert len(refused) == 1
    assert isinstance(refused[0], InvalidInputError)
    assert refused[0].refusals["input"].code == "applied_already"


def test_five_clicks_say_yes_once_and_none_is_told_that_the_link_is_used() -> None:
    asked()

    def accept() -> object:
        return co_organizers.accept("known", read(PersonInput, BENCE), by=None)

    results = at_once(*[accept] * 5)
    assert [type(one) for one in results] == [co_organizers.Accepted] * 5, results
    assert sorted(one.is_new for one in results) == [False] * 4 + [True]
    assert len(sent(MessageKind.CO_ORGANIZER_ANSWERED)) == 1
    with db.reading() as session:
        query = select(func.count(User.id)).where(User.email == "bence@example.org")
        assert session.scalar(query) == 1


def test_yes_and_no_in_one_moment_are_one_of_them() -> None:
    for _ in range(ROUNDS):
        asked()
        results = at_once(
            lambda: co_organizers.accept("known", read(PersonInput, BENCE), by=None),
            lambda: co_organizers.decline("known"),
        )
        (failed,) = [one for one in results if isinstance(one, Exception)]
        assert isinstance(failed, GoneError)
        assert len(sent(MessageKind.CO_ORGANIZER_ANSWERED)) == 1
        emptied()


def test_who_says_yes_while_it_is_withdrawn_is_told_or_comes_too_late() -> None:
    for _ in range(ROUNDS):
        public_id, ilona = asked()

        def withdraw(public_id: str = public_id, ilona: int = ilona) -> None:
            application = queries.in_full(public_id)
            applications.withdraw(application, by=person(ilona), version=1)

        accepted, withdrawn = at_once(
            lambda: co_organizers.accept("known", read(PersonInput, BENCE), by=None), withdraw
        )
        assert withdrawn is None
        with db.reading() as session:
            answer = session.scalars(select(CoOrganizer.answer)).one()
        told = sent(MessageKind.APPLICATION_WITHDRAWN)
        if isinstance(accepted, Exception):
            assert answer is Answer.WITHDRAWN
            assert told == []
        else:
            assert answer is Answer.ACCEPTED
            assert told == ["bence@example.org"]
        emptied()
