"""The link of an invitation: opening it does nothing, answering works once, old ones explain."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.people import mails, roles, team_of
from tests.web.test_team import entered, invitation
from usergroups import clock, db
from usergroups.models import Group, Invitation, SignIn, User
from usergroups.services import invitations
from usergroups.web import limits

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


@pytest.fixture
def asked(app) -> tuple[Group, dict[str, User], str]:
    """A group, its people, and the link by which nell@example.org is asked to organize it."""
    limits._counter.cache_clear()
    app.config["WTF_CSRF_ENABLED"] = False
    group, people = team_of("lead", "member", slug="paris", name="UG Paris")
    with db.transaction():
        invitations.invite(group, "nell@example.org", by=people["lead"])
    return group, people, invitation()


def count(table) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_opening_it_answers_nothing(client, asked):
    _, people, link = asked
    for _ in range(3):
        page = client.get(link)
        assert page.status_code == 200
    assert "Would you organize UG Paris?" in page.text
    assert "A lead would like you to help organize this group in Paris." in page.text
    assert "You say yes as nell@example.org." in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert count(User) == len(people)
    with db.reading() as session:
        assert session.scalars(select(Invitation.answer)).all() == ["open"]


def test_yes_makes_an_account_and_leads_to_the_desk(client, asked):
    group, _, link = asked
    answer = client.post(f"{link}/accept", data={"name": "Nell"})
    assert (answer.status_code, answer.location) == (303, "/organize/paris")
    page = client.get("/organize/paris")
    assert page.status_code == 200
    assert "Thank you. You have said yes." in page.text
    assert list(roles(group).values()) == ["lead", "member", "organizer"]


def test_somebody_who_has_an_account_is_not_signed_in_by_it(app, client, asked):
    """It is a link of two weeks: signing in takes a fresh one."""
    group, people, _ = asked
    with db.transaction():
        invitations.invite(group, people["member"].email, by=people["lead"])
    before = count(SignIn)
    link = invitation()
    assert "Your name" not in client.get(link).text
    assert client.post(f"{link}/accept").location == "/invitations/answered"
    assert 'href="/sign-in"' in client.get("/invitations/answered").text
    assert client.get("/organize/paris").status_code == 401
    assert roles(group)[people["member"].id] == "organizer"
    assert count(SignIn) == before


def test_whoever_is_signed_in_is_told_as_whom_they_say_yes(app, asked):
    group, people, link = asked
    browser = entered(app, people["member"])
    assert f"You are signed in as {people['member'].email}" in browser.get(link).text
    assert browser.post(f"{link}/accept").location == "/organize/paris"
    assert roles(group)[people["member"].id] == "organizer"
    assert count(User) == len(people)


def test_somebody_unseen_for_an_hour_says_yes_as_well(app, asked):
    """Who asks is looked up, and noted to be there, before the act begins."""
    group, people, link = asked
    browser = entered(app, people["member"])
    with clock.frozen_at(NOW + timedelta(hours=2)):
        assert browser.post(f"{link}/accept").status_code == 303
    assert roles(group)[people["member"].id] == "organizer"


def test_no_is_said_once(client, asked):
    _, people, link = asked
    assert client.post(f"{link}/decline").location == "/invitations/answered"
    assert client.post(f"{link}/accept").status_code == 410
    gone = client.get(link)
    assert (gone.status_code, "It was answered with no." in gone.text) == (410, True)
    assert mails()[-1][:2] == ("invitation_answered", people["lead"].email)
    assert count(User) == len(people)


def test_a_link_that_is_too_old_explains_itself_and_a_new_one_can_be_had(client, asked):
    _, _, link = asked
    with clock.frozen_at(NOW + timedelta(days=15)):
        old = client.get(link)
        assert (old.status_code, "Mail me a new link" in old.text) == (410, True)
        assert client.post(f"{link}/accept").status_code == 410
        assert client.post(f"{link}/renew").status_code == 303
        assert invitation() != link
        assert client.post(f"{link}/renew").status_code == 410
        assert client.get(invitation()).status_code == 200
    assert [to for kind, to, _ in mails() if kind == "organizer_invited"] == [
        "nell@example.org"
    ] * 2


def test_a_link_that_still_works_is_not_sent_again(client, asked):
    _, _, link = asked
    answer = client.post(f"{link}/renew")
    assert (answer.status_code, answer.location) == (303, link)
    assert len(mails()) == 1


def test_a_link_that_nobody_was_given_says_what_may_be_wrong(client, asked):
    for method, act in (("GET", ""), ("POST", "/accept"), ("POST", "/decline"), ("POST", "/renew")):
        answer = client.open(f"/invitations/wrong{act}", method=method)
        assert answer.status_code == 404
        assert "some mail programs break long lines" in answer.text


def test_a_name_that_is_too_long_comes_back(client, asked):
    _, people, link = asked
    answer = client.post(f"{link}/accept", data={"name": "x" * 201})
    assert answer.status_code == 422
    assert "At most 200 characters, please: this has 201." in answer.text
    assert count(User) == len(people)
