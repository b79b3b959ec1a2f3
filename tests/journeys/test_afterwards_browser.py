"""The days after a meetup in a real browser: one number, the recap, what people think."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import NEEDED, PHONE, opened, served, troubles
from tests.factories import make_group, make_meetup, make_membership, make_rsvp, make_user
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import EventLink, EventLinkKind, Feedback, Recap, Role, User, WalkIn
from usergroups.services import accounts

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
QUIET, LOUD = "bcdfghjkmn", "cdfghjkmnp"
DESK = "/organize/london/meetups"


@pytest.fixture
def address(sqlite_template: Path, gazetteer_file: Path, tmp_path: Path) -> Iterator[str]:
    """A served federation with two meetups of the day before: of one everything is known."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    with db.transaction() as session:
        group = make_group(slug="london", name=f"UG London {HOSTILE}")
        lena = make_user(email="lena@example.org", name="Lena", is_steward=True)
        guest = make_user(email="guest@example.org", name=f"Guest {HOSTILE}")
        make_membership(lena, group, Role.LEAD)
        yesterday = clock.now() - timedelta(days=1)
        for public_id, title in ((QUIET, "Quiet"), (LOUD, f"Loud {HOSTILE}")):
            event = make_meetup(group, 9, public_id=public_id, title=title, starts_at=yesterday)
            make_rsvp(event, guest)
        session.add_all(
            [
                WalkIn(event_id=event.id, tap="phone-one-1", people=9),
                Recap(
                    event_id=event.id, text=f"**Great.** {HOSTILE}", published_at=yesterday,
                    shows_feedback=True,
                ),
                EventLink(
                    event_id=event.id, kind=EventLinkKind.PHOTOS, title=HOSTILE,
                    url=f"https://example.org/{'long' * 40}",
                ),
                *(
                    Feedback(
                        event_id=event.id, user_id=make_user().id, rating=4, keep=HOSTILE,
                        mend="chairs " * 60,
                    )
                    for _ in range(5)
                ),
            ]
        )  # fmt: skip
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str, email: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    seen = {
        "lena@example.org": [
            f"{DESK}/{QUIET}/recap", f"{DESK}/{LOUD}/recap", f"{DESK}/{LOUD}/door",
            "/steward/attendees",
        ],
        "guest@example.org": [f"/rsvp/{QUIET}/feedback", f"/rsvp/{LOUD}", f"/events/{LOUD}"],
    }  # fmt: skip
    for email, paths in seen.items():
        page, witness = opened(browser)
        sign_in(page, address, email)
        assert troubles(page, address, paths) == {}
        assert witness.hosts == {"127.0.0.1"}
        assert witness.complaints == []
        page.context.close()


def test_the_number_the_recap_and_an_opinion_without_scripts(browser, address):
    lena, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    guest, _ = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(lena, address, "lena@example.org")
    sign_in(guest, address, "guest@example.org")
    guest.goto(f"{address}/rsvp/{QUIET}/feedback")
    guest.get_by_label("5, great").check()
    guest.get_by_label("What could be better?").fill("More soup")
    guest.get_by_role("button", name="Send").click()
    expect(guest.get_by_role("status")).to_contain_text("Thank you.")
    lena.goto(f"{address}{DESK}/{QUIET}/recap")
    lena.get_by_label("How many came").fill("340")
    lena.get_by_role("button", name="Save", exact=True).click()
    expect(lena.get_by_role("status")).to_have_text("Thank you. Noted.")
    expect(lena.get_by_text("More soup")).to_be_visible()
    expect(lena.get_by_label("Text")).to_have_value(
        "We planned for 9. 1 person said they would come. 340 people came."
    )
    lena.get_by_label("Text").fill("It was **great**.")
    lena.get_by_role("button", name="Look at it first").click()
    expect(lena.locator("strong", has_text="great")).to_be_visible()
    lena.get_by_role("button", name="Publish").click()
    guest.goto(f"{address}/events/{QUIET}")
    expect(guest.get_by_role("region", name="How it was")).to_contain_text("340")
    expect(guest.get_by_role("region", name="How it was")).to_contain_text("It was great.")
    assert witness.complaints == []
    for page in (lena, guest):
        page.context.close()
