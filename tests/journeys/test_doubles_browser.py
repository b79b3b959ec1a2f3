"""An organizer makes one meetup of what is announced in two places, and takes it back."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import DESKTOP, NEEDED, opened, served, troubles
from tests.factories import make_event, make_group, make_membership, make_source, make_user
from usergroups import clock, db
from usergroups.models import Origin, Role
from usergroups.services import accounts, doubles

pytestmark = NEEDED


@pytest.fixture
def secret(database) -> str:
    """A meetup planned here that Meetup and Luma have too, each a little otherwise; its lead."""
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris")
        at = clock.now() + timedelta(days=7)
        make_event(group, title="Clouds over Paris", venue="La Paillasse", public_id="native1234")
        for url, off in (("https://www.meetup.com/p/events/1/", 0), ("https://lu.ma/clouds", 15)):
            source = make_source(group, location=f"{url}.ics")
            make_event(
                group, title="UG Paris: Clouds over Paris", url=url, source_id=source.id,
                origin=Origin.IMPORTED, starts_at=at + timedelta(minutes=off),
            )  # fmt: skip
        doubles.suggest(group.id)
        lead = make_user(name="Lea", verified_at=clock.now())
        make_membership(lead, group, Role.LEAD)
        return accounts.offer_sign_in(lead)


@pytest.mark.parametrize("scripts", ["with scripts", ""])
def test_two_entries_become_one_and_two_again(
    app, browser: Browser, secret: str, scripts: str
) -> None:
    page, witness = opened(browser, viewport=DESKTOP, java_script_enabled=bool(scripts))
    with served(app) as address:
        page.goto(f"{address}/sign-in/{secret}")
        main = page.get_by_role("main")
        main.get_by_role("button", name="Sign in").press("Enter")
        page.goto(f"{address}/organize/paris")
        page.get_by_role("link", name="look as if they were announced twice").press("Enter")
        expect(page.get_by_text("differs").first).to_be_visible()
        one = main.get_by_role("button", name="They are one: Clouds over Paris")
        one.first.press("Enter")
        expect(page.get_by_text("They are one now.")).to_be_visible()
        one.first.press("Enter")
        expect(main.get_by_role("button", name="Take apart")).to_have_count(2)
        if scripts:
            pages = ("/organize/paris/meetups/doubles", "/events/native1234/clouds-over-paris")
            assert troubles(page, address, pages) == {}
            page.set_viewport_size(DESKTOP)
        page.goto(f"{address}/events/native1234/clouds-over-paris")
        also = main.get_by_role("list", name="Also on:")
        expect(also.get_by_role("link")).to_have_text(["Meetup", "Luma"])
        page.goto(f"{address}/organize/paris/meetups/doubles")
        main.get_by_role("button", name="Take apart").first.press("Enter")
        expect(page.get_by_text("Taken back: everything is as it was.")).to_be_visible()
        expect(main.get_by_role("button", name="Take apart")).to_have_count(1)
    assert witness.complaints == []
    page.context.close()
