"""Who runs a group, in a real browser: asked, answered, handed over; for all, without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles
from tests.factories import make_group, make_membership, make_user
from usergroups import db, tokens
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import Coordinator, GroupStatus, Message, MessageKind, Role, User
from usergroups.services import accounts, charter, invitations

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
INVITED = (MessageKind.ORGANIZER_INVITED, MessageKind.HANDOVER_OFFERED)


def plant() -> None:
    """A group with a team and open questions, a vacant one, and who looks after them."""
    with db.transaction() as session:
        charter.found()
        ada = make_user(email="ada@example.org", name="Ada", is_steward=True)
        make_user(email="eve@example.org", name=f"Eve {HOSTILE}", is_steward=True)
        lead = make_user(email="lead@example.org", name="Lena")
        ilona = make_user(email="ilona@example.org", name="Ilona")
        group = make_group(slug="paris", name=f"UG Paris {HOSTILE}")
        empty = make_group(slug="lyon", name="UG Lyon", status=GroupStatus.VACANT)
        make_membership(lead, group, Role.LEAD)
        make_membership(ilona, group, Role.ORGANIZER)
        make_membership(make_user(name=HOSTILE), group, Role.ORGANIZER)
        make_membership(ilona, empty, Role.ORGANIZER)
        invitations.invite(group, f"{'long' * 12}@{'example' * 5}.org", by=lead)
        for code in ("FR", "HU"):
            session.add(Coordinator(user_id=ilona.id, country=code))
        assert ada


@pytest.fixture
def address(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Iterator[str]:
    """A served federation."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    plant()
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str, email: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def invitation() -> str:
    """The address of the last invitation that was mailed."""
    query = select(Message.nonce).where(Message.kind.in_(INVITED)).order_by(Message.id.desc())
    with db.reading() as session:
        nonce = session.scalars(query.limit(1)).one()
    return "/invitations/" + tokens.secret(invitations.PURPOSE, nonce)


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    seen = {
        "lead@example.org": ["/organize/paris/team"],
        "ilona@example.org": ["/organize/lyon/team", invitation()],
        "ada@example.org": ["/organize/lyon/team", "/steward/people", "/steward/people?q=e"],
        "": [invitation(), "/invitations/nobody-was-given-this", "/invitations/answered"],
    }
    for email, paths in seen.items():
        page, witness = opened(browser)
        if email:
            sign_in(page, address, email)
        assert troubles(page, address, paths) == {}
        assert witness.hosts == {"127.0.0.1"}
        assert witness.complaints == []
        page.context.close()


def test_the_lead_passes_on_without_scripts(browser, address):
    lena, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    ilona, _ = opened(browser, java_script_enabled=False, viewport=DESKTOP)
    sign_in(lena, address, "lead@example.org")
    lena.goto(f"{address}/organize/paris/team")
    lena.get_by_label("To whom").select_option(label="Ilona")
    lena.get_by_role("button", name="Offer the lead").click()
    expect(lena.get_by_role("status")).to_have_text(
        "Asked by mail. Nothing changes until they say yes."
    )
    ilona.goto(address + invitation())
    ilona.get_by_role("button", name="Yes, I will lead it").click()
    expect(ilona.get_by_role("heading", level=1)).to_have_text("Thank you")
    lena.reload()
    expect(lena.get_by_role("button", name="Invite")).to_have_count(0)
    lena.get_by_role("button", name="Organize no longer").click()
    lena.wait_for_url("**/me")
    expect(lena.get_by_role("status")).to_contain_text("Thank you for all you did.")
    lena.goto(f"{address}/organize/paris/team")
    expect(lena.get_by_role("heading", level=1)).to_have_text("This page is not for you")
    sign_in(ilona, address, "ilona@example.org")
    ilona.goto(f"{address}/organize/paris/team")
    expect(ilona.get_by_role("listitem").filter(has_text="(you)")).to_contain_text("Lead organizer")
    assert witness.complaints == []
    for page in (lena, ilona):
        page.context.close()


def test_a_stranger_is_invited_and_comes_in_by_keyboard_alone(browser, address):
    lena, witness = opened(browser, viewport=DESKTOP)
    sign_in(lena, address, "lead@example.org")
    lena.goto(f"{address}/organize/paris/team")
    lena.get_by_label("Their address").focus()
    lena.keyboard.type("nell@example.org")
    lena.keyboard.press("Enter")
    expect(lena.get_by_role("status")).to_have_text("The invitation is on its way.")
    lena.get_by_label("Their address").focus()
    lena.keyboard.type("nell@example.org")
    lena.keyboard.press("Enter")
    expect(lena.get_by_text("This address was invited already.")).to_be_visible()
    expect(lena.get_by_label("Their address")).to_have_value("nell@example.org")
    nell, _ = opened(browser, viewport=PHONE)
    nell.goto(address + invitation())
    nell.get_by_label("Your name").focus()
    nell.keyboard.type("Nell")
    nell.keyboard.press("Enter")
    nell.wait_for_url(re.compile("/organize/paris$"))
    expect(nell.get_by_role("status")).to_have_text("Thank you. You have said yes.")
    nell.goto(address + invitation())
    expect(nell.get_by_text("You have said yes already.")).to_be_visible()
    lena.goto(f"{address}/organize/paris/team")
    expect(lena.get_by_role("listitem").filter(has_text="Nell")).to_contain_text("Organizer")
    assert witness.complaints == []
    for page in (lena, nell):
        page.context.close()


def test_stewards_give_a_vacant_group_its_lead_and_a_country_its_coordinator(browser, address):
    ada, witness = opened(browser, viewport=PHONE)
    sign_in(ada, address, "ada@example.org")
    ada.goto(f"{address}/organize/lyon/team")
    ada.get_by_label("Address of their account").fill("nobody@example.org")
    ada.get_by_label("As", exact=True).select_option(label="Lead organizer")
    ada.get_by_role("button", name="Appoint").click()
    expect(ada.get_by_text("Nobody has an account with this address.")).to_be_visible()
    ada.get_by_label("Address of their account").fill("ilona@example.org")
    ada.get_by_role("button", name="Appoint").click()
    expect(ada.get_by_role("status")).to_have_text("Appointed. They have been told.")
    expect(ada.get_by_role("listitem").filter(has_text="Ilona")).to_contain_text("Lead organizer")
    ada.goto(f"{address}/steward/people")
    form = ada.locator("form").filter(has_text="Appoint a coordinator")
    form.get_by_label("Address of their account").fill("lead@example.org")
    form.get_by_label("Country").select_option(label="Austria")
    form.get_by_role("button").click()
    expect(ada.get_by_role("listitem").filter(has_text="Austria")).to_contain_text("Lena")
    ada.get_by_role("button", name="Dismiss Lena as coordinator of Austria").click()
    expect(ada.get_by_role("listitem").filter(has_text="Austria")).to_have_count(0)
    ada.get_by_role("button", name=re.compile("Dismiss Eve")).click()
    expect(ada.get_by_role("button", name=re.compile("as a steward"))).to_have_count(0)
    ada.get_by_label("Name or address, or a piece of it").fill("LEN")
    ada.get_by_role("button", name="Find").click()
    expect(ada.get_by_role("heading", name="1 person")).to_be_visible()
    expect(ada.get_by_text("organizes 1 group", exact=False)).to_be_visible()
    assert witness.complaints == []
    ada.context.close()
