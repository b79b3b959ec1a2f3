"""Applying in a real browser: by keyboard alone, on every screen, and without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles, violations, width
from tests.factories import make_application, make_group, make_user
from usergroups import clock, db, emails, queue
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.links import Links
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    CoOrganizer,
    Federation,
    GroupStatus,
    Message,
    Note,
    Topic,
    User,
)
from usergroups.queries import applications as queries
from usergroups.services import accounts, applications, charter

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
WHY = "There is no group here, and forty of us would come each month."


def plant() -> None:
    """Groups and another applicant around Budapest; an application with strangers' words."""
    with db.transaction() as session:
        session.get_one(Federation, 1).name = "Cloud Groups"
        charter.found()
        make_user(email="ilona@example.org", name="")
        make_user(email="ada@example.org", is_steward=True)
        topics = [Topic(slug="clouds", name="Clouds"), Topic(slug="x", name=HOSTILE)]
        for n, status in enumerate(GroupStatus):
            make_group(
                slug=status.value, name=f"{HOSTILE} {n}", status=status, topics=topics,
                latitude=47.0 + n / 9, longitude=18.1 + n / 9,
            )  # fmt: skip
        zsofi = make_user(email="zsofi@example.org", name=HOSTILE)
        one = make_application(
            zsofi, public_id="budapest00", group_name=f"UG {HOSTILE}", why=HOSTILE,
            topics=[HOSTILE], links=[{"kind": "website", "url": "https://example.org/ug"}],
            status=ApplicationStatus.CHANGES_REQUESTED, reason=HOSTILE, answers={"1": HOSTILE},
            calendar_url="https://example.org/ug.ics", calendar_tried_at=clock.now(),
            calendar_preview={
                "error": None, "coming": 1, "lately": 0, "left_out": 1, "warnings": ["bad_end"],
                "skipped": [{"uid": HOSTILE, "reason": HOSTILE}],
                "events": [{"uid": "1", "title": HOSTILE, "start": "2026-07-01T17:30:00+00:00"}],
            },
        )  # fmt: skip
        for n, answer in enumerate(Answer):
            email = f"{answer.value}@example.org"
            named = CoOrganizer(application_id=one.id, email=email, answer=answer)
            named.invited_at = clock.now()
            session.add(named)
            text = f"{HOSTILE} {n}"
            session.add(Note(application_id=one.id, audience=Audience.APPLICANTS, text=text))


@pytest.fixture
def address(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Iterator[str]:
    """A served federation; jobs are left, and nobody does them."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    queue.announce_with(None)
    plant()
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str, email: str = "ilona@example.org") -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def draft() -> Application:
    with db.reading() as session:
        return session.scalars(
            select(Application).where(Application.status == ApplicationStatus.DRAFT)
        ).one()


def invitation(address: str, email: str) -> str:
    with db.reading() as session:
        message = session.scalars(select(Message).where(Message.address == email)).one()
    written = emails.compose(message, Links(address), "Cloud Groups").text
    return re.search(r"http\S+/apply/co-organizer/\S+", written).group(0)


def test_the_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    here = "/apply/budapest00"
    pages = [
        "/apply", "/apply?group=vacant", "/apply?group=active", here, f"{here}/place",
        f"{here}/group", f"{here}/people", f"{here}/charter", f"{here}/check", f"{here}/calendar",
        "/apply/co-organizer", "/apply/co-organizer/nobody-was-given-this",
    ]  # fmt: skip
    page, witness = opened(browser)
    assert troubles(page, address, ["/apply"]) == {}
    sign_in(page, address, "zsofi@example.org")
    assert troubles(page, address, pages) == {}
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until something so called has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        named = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if named.startswith(name):
            return
    raise AssertionError(f"the keyboard does not come to {name!r}")


def test_a_group_is_applied_for_by_keyboard_alone(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address)
    begin(page, address)
    describe(page)
    wait_for_the_calendar(page)
    name_people_and_agree(page)
    send_and_withdraw(page)
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def begin(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    tab_to(page, "None near you? Start a group")
    page.keyboard.press("Enter")
    page.wait_for_url("**/apply")
    tab_to(page, "City")
    page.keyboard.type("budap")
    expect(page.get_by_role("option").first).to_contain_text("Budapest")
    for key in ("ArrowDown", "Enter", "Enter"):  # the last sends what the other two have chosen
        page.keyboard.press(key)
    page.wait_for_url("**/group")
    expect(page.get_by_role("heading", level=1)).to_have_text("A group in Budapest")


def describe(page: Page) -> None:
    tab_to(page, "What the group is called")
    page.keyboard.press("Control+a")
    page.keyboard.type("UG Budapest")
    tab_to(page, "Why this group")
    page.keyboard.type("Because.")
    tab_to(page, "Clouds")
    page.keyboard.press("Space")
    tab_to(page, "Address of its calendar")
    page.keyboard.type("https://example.org/ug.ics")
    page.keyboard.press("Enter")
    wrong = page.get_by_label("Why this group")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile("A sentence or two, please."))
    expect(page.get_by_label("Clouds")).to_be_checked()
    assert violations(page) == []
    tab_to(page, "Why this group")
    page.keyboard.press("Control+a")
    page.keyboard.type(WHY)
    tab_to(page, "Save and go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/calendar")


def wait_for_the_calendar(page: Page) -> None:
    waiting = page.get_by_text("We are reading it.")
    expect(waiting).to_be_visible()
    one = draft()
    preview = {"error": None, "coming": 3, "lately": 9, "events": [], "left_out": 0}
    with db.transaction():
        applications.keep_preview(one.id, one.calendar_url, preview)
    # The page finds out by itself, and says it to those who listen.
    expect(page.get_by_role("status").last).to_contain_text("3 meetups to come", timeout=15_000)
    expect(waiting).to_have_count(0)
    tab_to(page, "Go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")


def name_people_and_agree(page: Page) -> None:
    tab_to(page, "Your name")
    page.keyboard.type("Ilona")
    tab_to(page, "Who runs it with you?")
    page.keyboard.type("bela@example.org")
    tab_to(page, "Save and go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/charter")
    for words in ("How often", "Which meetups"):
        tab_to(page, words)
        page.keyboard.type("Each month.")
    for words in ("We keep to", "Our meetups", "The group belongs"):
        tab_to(page, words)
        page.keyboard.press("Space")
    tab_to(page, "Save and go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")


def send_and_withdraw(page: Page) -> None:
    assert violations(page) == []
    tab_to(page, "Send the application")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is with the reviewers now")
    assert violations(page) == []
    tab_to(page, "Write to the reviewers")
    page.keyboard.type("We could begin in May.")
    tab_to(page, "Send")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Sent to the reviewers.")
    tab_to(page, "Withdraw the application")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You took it back.")).to_be_visible()


def test_without_scripts_a_place_is_asked_for_and_a_co_organizer_says_yes(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}/apply")
    page.get_by_label("City").fill("Cambridge")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Cambridge, Massachusetts, United States").check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("What the group is called").fill("UG Cambridge")
    page.get_by_label("Why this group").fill(WHY)
    page.get_by_label("Address of its calendar").fill("https://example.org/ug.ics")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text("We are reading it.")).to_be_visible()
    one = draft()
    assert (one.country, one.language) == ("US", "en")
    preview = {"error": "the server answered 404", "code": "unreachable", "events": []}
    with db.transaction():
        applications.keep_preview(one.id, one.calendar_url, preview)
    # The page is loaded again by itself.
    expect(page.get_by_text("There is nothing at that address.")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="Go on").click()
    page.get_by_label("Your name").fill("Ilona")
    page.get_by_label("Who runs it with you?").fill("bela@example.org")
    page.get_by_role("button", name="Save and go on").click()
    for field in page.get_by_role("textbox").all():
        field.fill("Each month.")
    for tick in page.get_by_role("checkbox").all():
        tick.check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Send the application").click()
    expect(page.get_by_text("bela@example.org: has not answered yet")).to_be_visible()

    other, other_witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    other.goto(invitation(address, "bela@example.org"))
    expect(other.get_by_text(WHY)).to_be_visible()
    other.get_by_label("Your name").fill("Béla")
    other.get_by_role("button", name="Yes, I will run it, too").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("UG Cambridge")
    expect(other.get_by_role("status")).to_have_text("Thank you. You have said yes.")
    page.reload()
    expect(page.get_by_text("Béla: said yes")).to_be_visible()
    for one_witness in (witness, other_witness):
        assert one_witness.hosts == {"127.0.0.1"}
        assert one_witness.complaints == []
    page.context.close()
    other.context.close()


def test_an_invitation_is_for_everybody(browser, address):
    with db.transaction() as session:
        one = session.scalars(
            select(Application).where(Application.public_id == "budapest00")
        ).one()
        zsofi = session.get_one(User, one.applicant_id)
        zsofi.name = "Zsófi"
        one.status = ApplicationStatus.DRAFT
        one.agreements = {str(n): clock.now().isoformat() for n in range(9)}
        one.answers = {str(n): "Yes." for n in range(9)}
        one.group_name = "UG Budapest"
    with db.transaction() as session:
        for named in session.scalars(select(CoOrganizer)):
            session.delete(named)
    with db.transaction() as session:
        session.add(CoOrganizer(application_id=one.id, email="bela@example.org"))
        session.flush()
        applications.submit(queries.by_id(one.id), by=zsofi, version=one.version)
    for viewport in (PHONE, DESKTOP):
        page, witness = opened(browser, viewport=viewport)
        page.goto(invitation(address, "bela@example.org"))
        assert violations(page) == []
        assert width(page) <= viewport["width"]
        page.get_by_role("button", name="Yes, I will run it, too").press("Enter")
        # Without a name nothing is sent.
        expect(page.get_by_label("Your name")).to_be_focused()
        assert witness.complaints == []
        page.context.close()
