"""A group's team over HTTP: who sees what, what comes back, who was first."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.people import crowd, mails, roles, team_of
from usergroups import db, tokens
from usergroups.models import Group, Membership, Message, MessageKind, User
from usergroups.services import accounts, invitations, leads

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
HOSTILE = "<script>alert(1)</script>"
TEAM = "/organize/paris/team"


@pytest.fixture
def group(database) -> tuple[Group, dict[str, User]]:
    group, people = team_of("lead", "organizer", "second", "member", slug="paris")
    return group, people | crowd(group)


def entered(app, user: User):
    """A browser in which somebody is signed in."""
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    with db.transaction():
        secret = accounts.offer_sign_in(user)
    assert browser.post(f"/sign-in/{secret}").status_code == 303
    return browser


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def held_by(user: User) -> int:
    with db.reading() as session:
        query = select(Membership.id).where(Membership.user_id == user.id)
        return session.scalars(query.order_by(Membership.id)).first()


def invitation() -> str:
    kinds = (MessageKind.ORGANIZER_INVITED, MessageKind.HANDOVER_OFFERED)
    query = select(Message.nonce).where(Message.kind.in_(kinds)).order_by(Message.id.desc())
    with db.reading() as session:
        nonce = session.scalars(query.limit(1)).one()
    return "/invitations/" + tokens.secret(invitations.PURPOSE, nonce)


def test_organizers_see_names_and_leads_see_addresses(app, group, count_queries):
    _, people = group
    for role, sees_addresses in (
        ("organizer", False), ("lead", True), ("steward", True), ("coordinator", True),
    ):  # fmt: skip
        browser = entered(app, people[role])
        browser.get(TEAM)
        with count_queries() as queries:
            page = browser.get(TEAM)
        assert page.headers["Cache-Control"] == "private, no-cache"
        assert "A lead" in page.text
        assert "A member" not in page.text
        assert (people["second"].email in page.text) is sees_addresses
        assert ("Invite an organizer" in page.text) is sees_addresses
        assert ("Appoint somebody at once" in page.text) is (role in {"steward", "coordinator"})
        assert ("Step down" in page.text) is (role in {"organizer", "lead"})
        assert len(queries) == 7


def test_invited_told_and_taken_back(app, group):
    _, people = group
    lead = entered(app, people["lead"])
    answer = lead.post(f"{TEAM}/invite", data={"email": "Nell@Example.org "})
    assert (answer.status_code, answer.location) == (303, TEAM)
    page = lead.get(TEAM)
    assert "The invitation is on its way." in page.text
    assert "nell@example.org" in page.text
    assert "nell@example.org" not in entered(app, people["organizer"]).get(TEAM).text
    withdraw = re.search(rf'action="({TEAM}/invitations/\d+/withdraw)"', page.text)[1]
    # Nobody takes back what others sent.
    assert entered(app, people["organizer"]).post(withdraw).status_code == 403
    assert lead.post(withdraw).status_code == 303
    late = lead.post(withdraw)
    assert late.status_code == 409
    assert "It was answered or withdrawn in the meantime." in late.text
    gone = app.test_client().get(invitation())
    assert gone.status_code == 410
    assert "The invitation was withdrawn, or something has changed since." in gone.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "An address such as ada@example.org, please."),
        ("nobody", "An address such as ada@example.org, please."),
        (f"{HOSTILE}@x.org", "An address such as ada@example.org, please."),
        ("a\0b@example.org", None),
    ],
)
def test_an_address_that_is_none_comes_back(app, group, typed, said):
    browser = entered(app, group[1]["lead"])
    answer = browser.post(f"{TEAM}/invite", data={"email": typed})
    assert HOSTILE not in answer.text
    if said:
        assert (answer.status_code, said in answer.text) == (422, True)
    assert "Bcc" not in str(mails())


def test_the_lead_is_handed_over_and_whoever_comes_late_is_told(app, group):
    row, people = group
    lead, heir = entered(app, people["lead"]), entered(app, people["organizer"])
    to = {"membership": held_by(people["organizer"])}
    assert lead.post(f"{TEAM}/offer", data=to).status_code == 303
    again = lead.post(f"{TEAM}/offer", data=to)
    assert again.status_code == 409
    assert "The lead was offered already: wait for the answer." in again.text
    offered = invitation()
    assert "You are signed in as" not in heir.get(offered).text
    assert heir.post(f"{offered}/accept").location == "/organize/paris"
    assert roles(row)[people["organizer"].id] == "lead"
    assert lead.post(f"{TEAM}/invite", data={"email": "n@example.org"}).status_code == 403
    assert "You have said yes already." in heir.get(offered).text


def test_a_steward_who_decides_on_what_has_changed_is_told(app, group):
    row, people = group
    steward = entered(app, people["steward"])
    seen = re.search(r'name="seen_lead" value="(\d+)"', steward.get(TEAM).text)[1]
    with db.transaction() as session:
        leads.change_lead(people["second"], session.get_one(Group, row.id), by=None)
    given = {"address": people["organizer"].email, "role": "lead", "seen_lead": seen}
    answer = steward.post(f"{TEAM}/appoint", data=given)
    assert answer.status_code == 409
    assert "Somebody else was given the lead in the meantime." in answer.text
    # With that before their eyes they may decide again.
    seen = re.search(r'name="seen_lead" value="(\d+)"', answer.text)[1]
    assert steward.post(f"{TEAM}/appoint", data=given | {"seen_lead": seen}).status_code == 303
    assert roles(row)[people["organizer"].id] == "lead"


def test_whoever_steps_down_is_out(app, group):
    row, people = group
    browser = entered(app, people["organizer"])
    assert browser.post(f"{TEAM}/step-down").location == "/me"
    assert browser.get(TEAM).status_code == 403
    assert roles(row)[people["organizer"].id] == "member"


def test_somebody_else_is_taken_out_and_not_oneself(app, group):
    row, people = group
    browser = entered(app, people["lead"])
    own = browser.post(f"{TEAM}/{held_by(people['lead'])}/remove")
    assert (own.status_code, "To go yourself, step down." in text(own)) == (409, True)
    assert browser.post(f"{TEAM}/{held_by(people['second'])}/remove").status_code == 303
    assert people["second"].id not in roles(row)
