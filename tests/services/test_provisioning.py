"""What an approval makes: all of it, once, whatever happens at the same time or half-way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import selectinload

from tests.factories import make_application, make_event, make_group, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    AuditEntry,
    CoOrganizer,
    Federation,
    FirstStep,
    FormerSlug,
    Group,
    GroupLink,
    GroupStatus,
    Job,
    JobKind,
    Membership,
    Message,
    MessageKind,
    Role,
    Source,
    Step,
    Topic,
    User,
)
from usergroups.services import memberships, reviews
from usergroups.services.overtaking import OvertakenError

ROWS = (Group, Membership, Source, FirstStep, Message, Job, AuditEntry, GroupLink, Topic)


def counted() -> dict[str, int]:
    session = db.session()
    return {
        table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in ROWS
    }


def applied(**given: Any) -> Application:
    """An application with everything, two co-organizers who said yes and one who said no."""
    application = make_application(
        make_user(name="Lead"),
        **{
            "group_name": "UG Budapest", "region": "Budapest", "topics": ["Clouds", "Python"],
            "links": [{"kind": "meetup", "url": "https://www.meetup.com/ug-budapest/"}],
            "calendar_url": "https://example.org/budapest.ics",
        } | given,
    )  # fmt: skip
    for answer in (Answer.ACCEPTED, Answer.ACCEPTED, Answer.DECLINED):
        user = make_user()
        row = CoOrganizer(
            application_id=application.id, email=user.email, user_id=user.id, answer=answer
        )
        db.session().add(row)
    db.session().flush()
    return application


def roles(group: Group) -> list[tuple[int, str]]:
    query = select(Membership.user_id, Membership.role).where(Membership.group_id == group.id)
    return [
        (user, role.value) for user, role in db.session().execute(query.order_by(Membership.id))
    ]


@pytest.mark.usefixtures("database", "frozen_clock")
def test_everything_a_group_begins_with_is_there() -> None:
    with db.transaction() as session:
        application, ada = applied(), make_user(is_steward=True)
        before = session.get_one(Federation, 1).map_version
        reviews.approve(application, by=ada, version=1)
        session.flush()
        group = session.scalars(
            select(Group).options(selectinload(Group.links), selectinload(Group.topics))
        ).one()
        told = {name: getattr(group, name) for name in (
            "slug", "name", "city", "region", "country", "latitude", "longitude", "timezone",
            "language", "status", "status_cause", "status_changed_at", "population", "description",
            "summary", "reconfirmed_at", "search_key",
        )}  # fmt: skip
        assert told == {
            "slug": "ug-budapest", "name": "UG Budapest", "city": "Budapest",
            "region": "Budapest", "country": "HU", "latitude": 47.4979, "longitude": 19.0402,
            "timezone": "Europe/Budapest", "language": "hu", "status": GroupStatus.FORMING,
            "status_cause": "approved", "status_changed_at": clock.now(),
            "population": 1_741_041, "description": "", "summary": "",
            "reconfirmed_at": clock.now(),
            "search_key": "ug budapest budapest budapest  clouds python",
        }  # fmt: skip
        assert [(one.kind.value, one.url) for one in group.links] == [
            ("meetup", "https://www.meetup.com/ug-budapest/")
        ]
        assert [topic.name for topic in group.topics] == ["Clouds", "Python"]
        yes = session.scalars(
            select(CoOrganizer.user_id)
            .where(CoOrganizer.answer == Answer.ACCEPTED)
            .order_by(CoOrganizer.id)
        ).all()
        assert roles(group) == [
            (application.applicant_id, "lead"), (yes[0], "organizer"), (yes[1], "organizer"),
        ]  # fmt: skip
        source = session.scalars(select(Source)).one()
        assert (source.group_id, source.location) == (group.id, application.calendar_url)
        syncs = session.scalars(select(Job.arguments).where(Job.kind == JobKind.SYNC_SOURCE))
        assert syncs.all() == [{"source_id": source.id}]
        steps = dict(session.execute(select(FirstStep.step, FirstStep.done_at)).all())
        done = {step for step, at in steps.items() if at}
        assert (set(steps), done) == (set(Step), {Step.LINKS, Step.CO_ORGANIZER})
        mails = session.execute(
            select(Message.kind, Message.user_id, Message.arguments).order_by(Message.id)
        ).all()
        common = {
            "public_id": application.public_id, "group_name": "UG Budapest", "city": "Budapest",
            "is_takeover": False, "slug": "ug-budapest",
        }  # fmt: skip
        assert [(kind.value, user, arguments) for kind, user, arguments in mails] == [
            ("application_approved", application.applicant_id, common | {"is_lead": True}),
            ("application_approved", yes[0], common | {"is_lead": False}),
            ("application_approved", yes[1], common | {"is_lead": False}),
        ]
        assert (application.status, application.decided_by_id, application.decided_at) == (
            ApplicationStatus.APPROVED, ada.id, clock.now(),
        )  # fmt: skip
        session.refresh(session.get_one(Federation, 1))
        assert session.get_one(Federation, 1).map_version > before
        once = counted()
        reviews.approve(application, by=ada, version=1)  # the second half of a double click
        assert counted() == once


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("name", "taken", "former", "expected"),
    [
        ("UG", [], [], "ug"),
        ("UG", ["ug"], [], "ug-budapest"),
        ("UG", ["ug"], ["ug-budapest"], "ug-hu"),
        ("UG", ["ug", "ug-budapest", "ug-hu"], ["ug-2"], "ug-3"),
        ("UG Budapest", [], ["ug-budapest"], "ug-budapest-hu"),
        ("!!!", [], [], "budapest"),
        ("Пайтон Будапешт", [], [], "паитон-будапешт-budapest"),
    ],
)
def test_an_address_that_was_ever_used_is_left_to_its_group(name, taken, former, expected) -> None:
    with db.transaction() as session:
        for slug in taken:
            make_group(slug=slug, name="Before")
        session.add_all(
            FormerSlug(slug=slug, group_id=make_group(slug=f"now-{slug}").id) for slug in former
        )
        session.flush()
        if name.startswith("П"):
            make_group(slug="паитон-будапешт")
        application = make_application(group_name=name)
        reviews.approve(application, by=None, version=1)
        group = session.get_one(Group, application.group_id)
        assert (group.slug, group.name) == (expected, name)
        others = session.scalars(select(Group.name).where(Group.slug.in_(taken))).all()
    assert set(others) <= {"Before"}


@pytest.mark.usefixtures("database", "frozen_clock")
def test_taking_over_makes_the_applicant_lead_and_keeps_everything_else() -> None:
    with db.transaction() as session:
        group = make_group(status=GroupStatus.DORMANT, name="Old", slug="old", members_elsewhere=9)
        before, member = make_user(), make_user()
        memberships.appoint(before, group, Role.LEAD)
        memberships.appoint(member, group, Role.MEMBER)
        application = make_application(
            member, is_takeover=True, group_id=group.id, group_name="Old", country="FR"
        )
        reviews.approve(application, by=make_user(is_steward=True), version=1)
        session.refresh(group)
        assert roles(group) == [(before.id, "organizer"), (member.id, "lead")]
        assert (group.status, group.status_cause, group.status_changed_at) == (
            GroupStatus.FORMING, "taken_over", clock.now(),
        )  # fmt: skip
        assert (group.slug, group.name, group.members_elsewhere, group.version) == (
            "old", "Old", 9, 2,
        )  # fmt: skip
        assert session.scalar(select(func.count(Group.id))) == 1
        assert session.scalar(select(func.count(FirstStep.id))) == len(Step)
        told = session.execute(select(Message.kind, Message.user_id).order_by(Message.id)).all()
        assert [tuple(row) for row in told] == [
            (MessageKind.LEAD_CHANGED, before.id), (MessageKind.APPLICATION_APPROVED, member.id),
        ]  # fmt: skip


@pytest.mark.usefixtures("database")
def test_a_vacant_group_with_meetups_to_come_is_active_at_once() -> None:
    with db.transaction() as session:
        group = make_group(status=GroupStatus.VACANT)
        make_event(group, starts_at=clock.now() + timedelta(days=3))
        application = make_application(is_takeover=True, group_id=group.id)
        reviews.approve(application, by=None, version=1)
        session.refresh(group)
        assert (group.status, group.status_cause) == (GroupStatus.ACTIVE, "taken_over")


@pytest.mark.usefixtures("database")
def test_a_group_is_taken_over_once_and_only_while_nobody_runs_it() -> None:
    with db.transaction():
        group = make_group(status=GroupStatus.VACANT)
        first, second = (make_application(is_takeover=True, group_id=group.id) for _ in range(2))
        reviews.approve(first, by=None, version=1)
        keys = second.id, group.id
    with pytest.raises(ConflictError, match="somebody who runs it"), db.transaction() as session:
        reviews.approve(session.get_one(Application, keys[0]), by=None, version=1)
    with db.transaction() as session:
        second = session.get_one(Application, keys[0])
        assert (second.status, second.version) == (ApplicationStatus.SUBMITTED, 1)
        leads = select(Membership.user_id).where(Membership.role == Role.LEAD)
        assert session.scalars(leads).all() == [first.applicant_id]


@pytest.mark.usefixtures("database")
def test_nobody_leads_a_group_whose_applicant_is_gone() -> None:
    with db.transaction():
        application = make_application()
        application.applicant = None
        key = application.id
    with pytest.raises(ConflictError, match="account is gone"), db.transaction() as session:
        reviews.approve(session.get_one(Application, key), by=None, version=1)
    with db.transaction() as session:
        assert counted()["group"] == 0
        reviews.decline(session.get_one(Application, key), "Nobody is left.", by=None, version=1)


def at_once(acts: list[Callable[[], object]]) -> list[object]:
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


@pytest.mark.usefixtures("database")
def test_ten_reviewers_approve_in_one_moment_and_one_group_is_there() -> None:
    with db.transaction():
        key = applied().id
        people = [make_user(is_steward=True, name=f"Steward {n}").id for n in range(10)]

    def approve(person: int) -> str:
        session = db.session()
        user = session.get_one(User, person)
        reviews.approve(session.get_one(Application, key), by=user, version=1)
        return user.name

    results = at_once([lambda person=person: approve(person) for person in people * 2])
    (winner,) = {one for one in results if isinstance(one, str)}
    losers = [one for one in results if not isinstance(one, str)]
    assert len(losers) == 18
    for loser in losers:
        assert isinstance(loser, OvertakenError), loser
        assert (loser.overtaking.name, loser.overtaking.act) == (winner, "application.approved")
    with db.reading():
        assert counted() == {
            "group": 1, "membership": 3, "source": 1, "first_step": 6, "message": 3, "job": 4,
            "audit_entry": 6, "group_link": 1, "topic": 2,
        }  # fmt: skip


@pytest.mark.usefixtures("database")
def test_yes_and_no_in_one_moment_are_one_of_them() -> None:
    for _ in range(5):
        with db.transaction():
            key = applied(group_name="Both").id

        def get(key: int = key) -> Application:
            return db.session().get_one(Application, key)

        results = at_once(
            [
                lambda: reviews.approve(get(), by=None, version=1),
                lambda: reviews.decline(get(), "No.", by=None, version=1),
                lambda: reviews.request_changes(get(), "More.", by=None, version=1),
            ]
        )
        assert [type(one) for one in results].count(OvertakenError) == 2
        with db.reading() as session:
            application = session.get_one(Application, key)
            made = session.scalar(select(func.count(Group.id)).where(Group.name == "Both"))
            assert bool(application.group_id) == (application.status is ApplicationStatus.APPROVED)
        with db.transaction() as session:
            application = session.get_one(Application, key)
            if application.group_id:
                group = session.get_one(Group, application.group_id)
                group.name = "Seen"
            assert made == bool(application.group_id)


@pytest.mark.usefixtures("database")
def test_a_yes_in_the_moment_of_being_left_out_counts_or_comes_too_late() -> None:
    for _ in range(8):
        with db.transaction():
            application, invited = make_application(), make_user()
            row = CoOrganizer(application_id=application.id, email=invited.email)
            db.session().add(row)
            db.session().flush()
            key, co_key, user_key = application.id, row.id, invited.id

        def accept(co_key: int = co_key, user_key: int = user_key) -> int:
            answered = db.session().execute(
                update(CoOrganizer)
                .where(CoOrganizer.id == co_key, CoOrganizer.answer == Answer.OPEN)
                .values(answer=Answer.ACCEPTED, user_id=user_key)
            )
            return answered.rowcount

        def approve(key: int = key, co_key: int = co_key) -> None:
            application = db.session().get_one(Application, key)
            reviews.approve(application, by=None, version=1, without=[co_key])

        accepted, _none = at_once([accept, approve])
        with db.reading() as session:
            organizes = select(Membership.role).where(Membership.user_id == user_key)
            answer = session.get_one(CoOrganizer, co_key).answer
            role = session.scalar(organizes)
        assert (answer, role) == (
            (Answer.ACCEPTED, Role.ORGANIZER) if accepted else (Answer.WITHDRAWN, None)
        )


@pytest.mark.usefixtures("database")
def test_groups_of_one_name_approved_in_one_moment_have_addresses_of_their_own() -> None:
    with db.transaction():
        keys = [make_application(group_name="UG").id for _ in range(6)]

    def approve(key: int) -> str:
        session = db.session()
        application = session.get_one(Application, key)
        reviews.approve(application, by=None, version=1)
        return session.get_one(Group, application.group_id).slug

    slugs = at_once([lambda key=key: approve(key) for key in keys])
    assert sorted(map(str, slugs)) == ["ug", "ug-2", "ug-3", "ug-4", "ug-budapest", "ug-hu"]


KILLED = """
import os, signal
from usergroups import db, tokens
from usergroups.models import Application
from usergroups.services import {module}, reviews
db.connect({url!r})
tokens.sign_with("for tests only")
def die(*_given, **_named):
    db.session().flush()
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = die
with db.transaction() as session:
    reviews.approve(session.get_one(Application, {key}), by=None, version=1)
"""


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("reviews", "_settle_unanswered"),  # the version has moved
        ("provisioning", "_appoint"),  # the group is there, without people
        ("provisioning", "_attach_calendar"),  # the people are there
        ("first_steps", "begin"),  # the calendar and its job are there
        ("reviews", "_named"),  # everything but the mails
    ],
)
def test_killed_half_way_nothing_is_there_and_it_can_be_done_again(database, module, name) -> None:
    with db.transaction():
        key = applied().id
    with db.reading():
        before = counted()
    url = database.url.render_as_string(hide_password=False)
    script = KILLED.format(module=module, name=name, url=url, key=key)
    killed = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    with db.reading() as session:
        assert counted() == before
        application = session.get_one(Application, key)
        assert (application.status, application.version) == (ApplicationStatus.SUBMITTED, 1)
    with db.transaction() as session:
        reviews.approve(session.get_one(Application, key), by=None, version=1)
    with db.reading():
        assert (counted()["group"], counted()["membership"], counted()["message"]) == (1, 3, 3)
