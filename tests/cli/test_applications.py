from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_application, make_user
from usergroups import clock, db
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    AuditEntry,
    Coordinator,
    CoOrganizer,
    Group,
    Message,
)

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def waiting() -> None:
    with db.transaction():
        ilona = make_user(name="Ilona", email="ilona@example.org")
        application = make_application(
            ilona, public_id="bcdfghjkmn", group_name="UG [bold]Budapest[/bold]",
            submitted_at=clock.now() - timedelta(days=9),
        )  # fmt: skip
        row = CoOrganizer(application_id=application.id, email="slow@example.org")
        db.session().add(row)
        make_application(
            public_id="declined000", status=ApplicationStatus.DECLINED, reason="No.",
            decided_at=clock.now(),
        )  # fmt: skip
        make_application(public_id="draft000000", status=ApplicationStatus.DRAFT)


def state() -> tuple[ApplicationStatus, int | None]:
    with db.reading() as session:
        query = select(Application).where(Application.public_id == "bcdfghjkmn")
        application = session.scalars(query).one()
        return application.status, application.decided_by_id


def test_what_waits_is_listed_and_drafts_never(run, waiting):
    listed = run("applications", "list")
    head, line = listed.stdout.splitlines()
    assert head.split() == [
        "ID", "STATE", "SINCE", "DAYS", "COUNTRY", "CITY", "NAME", "APPLICANT",
    ]  # fmt: skip
    assert line.split() == [
        "bcdfghjkmn", "submitted", f"{clock.now() - timedelta(days=9):%Y-%m-%d}", "9", "HU",
        "Budapest", "UG", "[bold]Budapest[/bold]", "Ilona",
    ]  # fmt: skip
    assert "declined000" in run("applications", "list", "--state", "declined").stdout
    everything = run("applications", "list", "--state", "all").stdout
    assert ("declined000" in everything, "draft000000" in everything) == (True, False)
    assert run("applications", "list", "--state", "approved").stdout == "nothing waits\n"


def test_the_operator_approves(run, waiting):
    refused = run("applications", "approve", "bcdfghjkmn")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "usergroups: without: slow@example.org has not answered yet: wait, or go on without\n"
    )
    assert state() == (ApplicationStatus.SUBMITTED, None)
    done = run("applications", "approve", "bcdfghjkmn", "--without-unanswered")
    assert (done.exit_code, done.stdout) == (
        0, "http://usergroups.test/groups/ug-bold-budapest-bold\n",
    )  # fmt: skip
    again = run("applications", "approve", "bcdfghjkmn")
    assert (again.exit_code, again.stdout) == (1, "")
    assert "the operator was first: the application is approved since" in again.stderr
    with db.reading() as session:
        assert len(session.scalars(select(Group.id)).all()) == 1
        answers = session.scalars(select(CoOrganizer.answer)).all()
        acts = session.execute(select(AuditEntry.act, AuditEntry.actor_id)).all()
    assert answers == [Answer.WITHDRAWN]
    assert {actor for _, actor in acts} == {None}
    assert "application.approved" in {act for act, _ in acts}


def test_somebody_named_decides_as_far_as_they_may(run, waiting):
    with db.transaction() as session:
        here = make_user(email="here@example.org")
        there = make_user(email="there@example.org")
        session.add(Coordinator(user_id=here.id, country="HU"))
        session.add(Coordinator(user_id=there.id, country="FR"))
        key = here.id
    for email, said in (
        ("nobody@example.org", "there is no account with the address 'nobody@example.org'"),
        ("there@example.org", "this application is for the reviewers of its country"),
    ):
        refused = run("applications", "decline", "bcdfghjkmn", "--reason", "No.", "--by", email)
        assert (refused.exit_code, refused.stderr) == (1, f"usergroups: {said}\n")
    assert state() == (ApplicationStatus.SUBMITTED, None)
    done = run(
        "applications", "decline", "bcdfghjkmn", "--reason", "No.", "--by", "Here@example.org"
    )
    assert (done.exit_code, done.stdout) == (0, "declined\n")
    assert state() == (ApplicationStatus.DECLINED, key)
    with db.reading() as session:
        assert session.scalars(select(Message.address)).all() == ["ilona@example.org"]


def test_a_reason_is_needed_and_drafts_are_not_there(run, waiting):
    assert run("applications", "decline", "bcdfghjkmn").exit_code == 2
    blank = run("applications", "decline", "bcdfghjkmn", "--reason", " ")
    assert (blank.exit_code, blank.stdout) == (1, "")
    assert state() == (ApplicationStatus.SUBMITTED, None)
    for command in (["approve"], ["decline", "--reason", "No."]):
        missing = run("applications", command[0], "draft000000", *command[1:])
        assert (missing.exit_code, missing.stderr) == (
            1, "usergroups: there is no such application\n",
        )  # fmt: skip
