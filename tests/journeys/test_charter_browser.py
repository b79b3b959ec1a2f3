"""The charter and the audit in a real browser: for all, by keyboard alone, and without scripts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles
from tests.factories import make_application, make_event, make_group, make_user
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.inputs.charter import MeetupsRule, QuestionInput, WaiverInput
from usergroups.models import Membership, Role, User
from usergroups.services import accounts, audit, charter, charter_terms, waivers

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
CHARTER = "/steward/charter"
PAGES = [
    "/charter", CHARTER, f"{CHARTER}?rule=organizers&country=FR", f"{CHARTER}?rule=x&page=y",
    f"{CHARTER}?page=2", f"{CHARTER}?country=AQ", f"{CHARTER}/rules/distance",
    f"{CHARTER}/rules/distance?is_on=true&least_km=900&inhabitants=",
    f"{CHARTER}/rules/meetups?days=1", f"{CHARTER}/rules/conduct", f"{CHARTER}/questions",
    f"{CHARTER}/questions/4", f"{CHARTER}/waivers", f"{CHARTER}/waivers/groups/group",
    f"{CHARTER}/waivers/applications/budapest00", "/steward/audit",
    "/steward/audit?act=group.&from=never&country=XX", "/steward/audit?who=nobody",
]  # fmt: skip


def plant() -> None:
    """A steward, many groups that fall short of something, a waiver of each kind, many acts."""
    with db.transaction() as session:
        charter.found()
        steward = make_user(email="ada@example.org", name="Ada", is_steward=True)
        group = make_group(slug="group", name=f"UG {HOSTILE}")
        for role in (Role.LEAD, Role.ORGANIZER):
            user = make_user(employer=HOSTILE)
            session.add(Membership(user_id=user.id, group_id=group.id, role=role))
        make_event(group, title=HOSTILE, starts_at=clock.now() - timedelta(days=10))
        for n in range(55):
            other = make_group(name=f"{HOSTILE} {n}", latitude=40 + n / 9, longitude=n / 9)
            audit.record("group.added", other, by=steward, status="active")
        make_group(slug="alone", name="UG Alone", country="NZ", latitude=-41.3, longitude=174.8)
        application = make_application(public_id="budapest00", group_name=HOSTILE)
        given = WaiverInput(
            kind="employers", why=f"{HOSTILE} ", until_on=clock.today() + timedelta(30)
        )
        charter.evaluate_all()
        waivers.grant(group, given, by=steward)
        waivers.grant(application, given, by=steward)
        charter_terms.change_rule(MeetupsRule(is_on=True, days=90), version=1, by=steward)
        charter_terms.add_question(QuestionInput(text=HOSTILE), by=steward)


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


def sign_in(page: Page, address: str) -> None:
    with db.transaction() as session:
        ada = session.scalars(select(User).where(User.email == "ada@example.org")).one()
        secret = accounts.offer_sign_in(ada)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me**")


def test_pages_are_for_everybody(browser, address):
    page, witness = opened(browser)
    sign_in(page, address)
    assert troubles(page, address, PAGES) == {}
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def test_a_rule_is_set_by_keyboard_and_without_scripts(browser, address):
    page, _ = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address)
    page.goto(address + CHARTER)
    page.get_by_role("link", name="Enough organizers").press("Enter")
    field = page.get_by_label("At least how many?")
    field.press("Control+a")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    preview = page.get_by_role("region", name="What that would change")
    expect(preview).to_contain_text("1 group would come to fall short")
    expect(preview.get_by_role("link", name=f"UG {HOSTILE}")).to_be_visible()
    preview.get_by_role("button", name="Set the rule like this").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("The rule is set.")
    page.goto(f"{address}/charter")
    expect(page.get_by_text("At least 3 people organize the group.")).to_be_visible()
    page.goto(f"{address}/steward/audit?act=charter.")
    expect(page.get_by_role("listitem").filter(has_text="least: 2 → 3")).to_be_visible()
    page.context.close()


def test_a_rule_is_waived_and_the_waiver_ended(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address)
    page.goto(address + CHARTER + "?country=NZ")
    page.get_by_role("link", name="UG Alone").click()
    page.get_by_label("Rule", exact=True).select_option("organizers")
    page.get_by_label("Why?").fill("Far from everybody; the first year is hard.")
    page.get_by_label("Until when?").fill((clock.today() + timedelta(90)).isoformat())
    page.get_by_role("button", name="Waive it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Waived.")
    expect(page.get_by_role("heading", name="Enough organizers Waived")).to_be_visible()
    expect(page.get_by_text("because: Far from everybody")).to_be_visible()
    page.get_by_role("button", name="End it today").press("Enter")
    expect(page.get_by_role("heading", name="Enough organizers Not met")).to_be_visible()
    assert witness.complaints == []
    page.context.close()


def test_the_audit_is_leafed_through_and_taken_away(browser, address):
    page, _ = opened(browser, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}/steward/audit")
    first = page.locator(".act").first.inner_text()
    page.get_by_role("link", name="Older").press("Enter")
    expect(page.locator(".act").first).not_to_have_text(first)
    page.get_by_role("link", name="Newer").press("Enter")
    expect(page.locator(".act").first).to_contain_text(first.splitlines()[-1])
    page.get_by_role("searchbox", name="Who").fill("ada")
    page.get_by_label("About").select_option("waiver.")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator(".act")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="As a table (CSV)").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 3
    page.context.close()
