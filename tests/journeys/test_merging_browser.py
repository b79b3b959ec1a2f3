"""A steward makes one group of two, in a real browser, by keyboard."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import DESKTOP, NEEDED, opened, served, troubles
from tests.factories import make_event, make_group, make_membership, make_user
from usergroups import clock, db
from usergroups.models import Group, Role
from usergroups.services import accounts

pytestmark = NEEDED


@pytest.fixture
def secret(database) -> str:
    """Two groups that are the same, and what signs their steward in."""
    with db.transaction():
        gone = make_group(slug="paris-users", name="Paris users")
        kept = make_group(slug="ug-paris", name="UG Paris")
        make_membership(make_user(name="Lea"), gone, Role.LEAD)
        make_membership(make_user(name="Odile"), kept, Role.LEAD)
        make_event(gone, title="Clouds over Paris")
        ada = make_user(name="Ada", is_steward=True, verified_at=clock.now())
        return accounts.offer_sign_in(ada)


def test_two_groups_become_one(app, browser: Browser, secret: str) -> None:
    page, witness = opened(browser, viewport=DESKTOP)
    with served(app) as address:
        page.goto(f"{address}/sign-in/{secret}")
        main = page.get_by_role("main")
        main.get_by_role("button", name="Sign in").press("Enter")
        pages = (
            "",
            "?gone=paris-users",
            "?gone=paris-users&kept=ug-paris",
            "?gone=x&kept=ug-paris",
        )
        assert troubles(page, f"{address}/steward/merge", pages) == {}

        page.goto(f"{address}/organize/paris-users/name")
        page.get_by_role("link", name="Merge with another").press("Enter")
        main.get_by_role("link", name="UG Paris").press("Enter")
        expect(page.get_by_role("heading", level=2)).to_have_text("Paris users goes into UG Paris")
        expect(page.get_by_text("Odile goes on leading it.")).to_contain_text("Lea becomes")
        main.get_by_role("button", name="Merge them").press("Enter")
        expect(page).to_have_url(f"{address}/organize/ug-paris")
        expect(page.get_by_text("They are one group now.")).to_be_visible()
        expect(page.get_by_role("link", name="Clouds over Paris").first).to_be_visible()
        page.goto(f"{address}/organize/paris-users")
        expect(page).to_have_url(f"{address}/organize/ug-paris")
    assert witness.complaints == []
    with db.reading() as session:
        assert session.query(Group.slug).all() == [("ug-paris",)]
    page.context.close()
