"""The stewards' desk in a real browser: for all, by keyboard alone, and without scripts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles, violations
from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    BlockedAddress,
    CoOrganizer,
    GroupStatus,
    Note,
    User,
)
from usergroups.services import accounts, charter

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
DESK = "/steward/applications"
PAGES = [
    "/steward", DESK, f"{DESK}?state=all&country=XX", f"{DESK}/budapest00", f"{DESK}/declined00",
    "/steward/blocked",
]  # fmt: skip


def plant() -> None:
    """Groups around Budapest, an application with everything, another, and enough to page."""
    ago = timedelta(days=9)
    with db.transaction() as session:
        charter.found()
        make_user(email="ada@example.org", name="Ada", is_steward=True)
        make_user(email="bob@example.org", name="Bob", is_steward=True)
        for n, status in enumerate(GroupStatus):
            make_group(
                name=f"{HOSTILE} {n}", status=status, latitude=47.0 + n / 9, longitude=18.1 + n / 9
            )
        ilona = make_user(name=f"Ilona {HOSTILE}", employer="Acme")
        session.flush()
        one = make_application(
            ilona, public_id="budapest00", group_name="UG Budapest", region="Budapest",
            why=f"Because **so**. {HOSTILE}", topics=["Clouds", HOSTILE],
            links=[{"kind": "website", "url": "https://example.org/ug"}],
            calendar_url="https://example.org/ug.ics", calendar_tried_at=clock.now(),
            calendar_preview={
                "error": None, "found": 1, "coming": 1, "lately": 0, "left_out": 0,
                "events": [{"uid": "1", "title": HOSTILE, "start": "2027-01-01T18:00:00+00:00"}],
            },
            answers={"1": "Each month"}, submitted_at=clock.now() - ago - ago,
        )  # fmt: skip
        for answer in (Answer.ACCEPTED, Answer.DECLINED):
            user = make_user()
            session.add(
                CoOrganizer(application_id=one.id, email=user.email, user_id=user.id, answer=answer)
            )
        for audience in Audience:
            session.add(
                Note(application_id=one.id, author_id=ilona.id, audience=audience, text=HOSTILE)
            )
        make_application(
            ilona, public_id="declined00", group_name="Earlier", reason="No.",
            status=ApplicationStatus.DECLINED, decided_at=clock.now(),
        )  # fmt: skip
        make_application(
            public_id="szeged0000", group_name="UG Szeged", submitted_at=clock.now() - ago
        )
        for n in range(35):
            make_application(group_name=f"{HOSTILE} {n}", city="Pécs")
        session.add(BlockedAddress(pattern="@spam.example", reason=HOSTILE))


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


def sign_in(page: Page, address: str, email: str = "ada@example.org") -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def status(public_id: str) -> ApplicationStatus:
    with db.reading() as session:
        query = select(Application.status).where(Application.public_id == public_id)
        return session.scalars(query).one()


def test_the_desk_is_for_everybody_and_asks_nobody_else(browser, address):
    page, witness = opened(browser)
    sign_in(page, address)
    assert troubles(page, address, PAGES) == {}
    # The picture has its own policy, and draws where scripts are shut out, too.
    drawn = page.evaluate("fetch('/steward/applications/budapest00/map.svg').then(a => a.text())")
    assert drawn.count("<circle") >= 6
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def focused(page: Page) -> str:
    return str(
        page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
    )


def test_an_application_is_found_read_and_decided_by_keyboard_alone(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address)
    page.goto(address + DESK)
    for key, name in (
        ("j", "UG Budapest"),
        ("j", "UG Szeged"),
        ("k", "UG Budapest"),
        ("k", "UG Budapest"),
    ):
        page.keyboard.press(key)
        assert focused(page) == name
    page.keyboard.press("o")
    page.wait_for_url("**/budapest00")
    for key, name in (("m", "message"), ("c", "changes"), ("x", "reason"), ("n", "note")):
        page.locator("h1").click()
        page.keyboard.press(key)
        assert focused(page) == name
    # Who types is typing: no key is taken away from them.
    page.keyboard.type("jkatcx? all of it")
    expect(page.get_by_label("Note for other reviewers")).to_have_value("jkatcx? all of it")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Noted. Only reviewers read it.")
    page.keyboard.press("t")
    assert focused(page) == "Take it up"
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("It is yours now.")
    page.keyboard.press("j")
    page.wait_for_url("**/szeged0000")
    page.keyboard.press("k")
    page.wait_for_url("**/budapest00")
    page.keyboard.press("a")
    assert focused(page) == "Approve"
    assert status("budapest00") is ApplicationStatus.IN_REVIEW
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("The group is on the map")
    assert status("budapest00") is ApplicationStatus.APPROVED
    page.keyboard.press("u")
    page.wait_for_url(f"**{DESK}")
    assert witness.complaints == []
    page.context.close()


def test_single_keys_are_listed_and_can_be_turned_off(browser, address):
    page, witness = opened(browser, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}{DESK}/budapest00")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("m")
    expect(page.get_by_label("Write to the applicants")).not_to_be_focused()
    dialog.get_by_label("Use single keys on these pages").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("m")
        expect(page.get_by_label("Write to the applicants")).not_to_be_focused()
        page.keyboard.press("?")
        expect(dialog).to_be_hidden()
        page.reload()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_label("Use single keys on these pages").check()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("m")
    expect(page.get_by_label("Write to the applicants")).to_be_focused()
    # On public pages, and with a modifier, keys are the browser's.
    page.locator("h1").click()
    page.keyboard.press("Control+m")
    expect(page.get_by_label("Write to the applicants")).not_to_be_focused()
    assert witness.complaints == []
    page.context.close()


def test_without_scripts_the_second_of_two_is_told_and_keeps_their_words(browser, address):
    first, _ = opened(browser, java_script_enabled=False, viewport=DESKTOP)
    second, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(first, address, "bob@example.org")
    sign_in(second, address)
    for page in (first, second):
        page.goto(f"{address}{DESK}/budapest00")
        expect(page.get_by_role("button", name="Keyboard shortcuts")).to_have_count(0)
    first.get_by_role("button", name="Take it up").click()
    first.get_by_label("What should change").fill("Name a place, please.")
    first.get_by_role("button", name="Send it back").click()
    expect(first.get_by_role("status")).to_contain_text("Sent back.")
    second.get_by_label("Why not").fill("There are enough groups around.")
    second.get_by_role("button", name="Decline").click()
    expect(second.get_by_role("alert")).to_contain_text(re.compile("Bob asked for changes on"))
    expect(second.get_by_label("What you had written")).to_have_value(
        "There are enough groups around."
    )
    expect(second.get_by_label("Why not")).to_have_value("There are enough groups around.")
    assert status("budapest00") is ApplicationStatus.CHANGES_REQUESTED
    # Having read what the other did, they may still decide.
    second.get_by_role("button", name="Decline").click()
    expect(second.get_by_role("status")).to_contain_text("Declined.")
    assert status("budapest00") is ApplicationStatus.DECLINED
    assert witness.hosts == {"127.0.0.1"}
    for page in (first, second):
        page.context.close()
