"""Planning, talks, sponsors and hosts in a real browser: for everybody, asking nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NEEDED, opened, served, troubles
from tests.factories import make_event, make_group, make_user
from usergroups import clock, db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.models import (
    AgendaItem,
    CoHost,
    Event,
    EventStatus,
    Membership,
    PollDate,
    Precision,
    Registration,
    Role,
    Rsvp,
    RsvpStatus,
    Speaker,
    Sponsor,
    Sponsorship,
    Talk,
    TalkFormat,
    TalkStatus,
    TravelNote,
    User,
)
from usergroups.services import accounts

pytestmark = NEEDED
DESK, OPEN = "/organize/london/meetups/clouds0000", "/organize/london/meetups/someday000"
PAGES = [
    "/organize/london/meetups", "/organize/london/meetups/new", f"{DESK}/edit", f"{DESK}/cancel",
    f"{OPEN}", f"{OPEN}/poll", f"{DESK}/agenda", f"{DESK}/sponsors", f"{DESK}/hosts",
    f"{DESK}/write", "/organize/london/hosting", "/organize/london/sponsors",
    "/organize/london/talks", "/organize/london/talks/fog0000000", "/steward/sponsors",
    "/speak/london", "/me/talks", "/me/talks/fog0000000", "/rsvp/someday000/interest",
    "/rsvp/someday000/poll", "/rsvp/clouds0000/sharing", "/events/clouds0000/clouds",
    "/events/someday000/some-day", "/groups/london", "/speakers/ada0000000",
]  # fmt: skip


def plant() -> User:
    """A group with a meetup in full and one without a day, and Ada, who does everything there."""
    soon = clock.now() + timedelta(days=7)
    with db.transaction() as session:
        london, paris = make_group(slug="london", name="UG London"), make_group(slug="paris")
        ada = make_user(email="ada@example.org", name="Ada", is_steward=True,
                        verified_at=clock.now())  # fmt: skip
        session.add(Membership(user_id=ada.id, group_id=london.id, role=Role.LEAD))
        clouds = make_event(
            london, public_id="clouds0000", title="Clouds", starts_at=soon,
            ends_at=soon + timedelta(hours=3), registration=Registration.HERE,
        )  # fmt: skip
        someday = make_event(
            london, public_id="someday000", title="Some day", status=EventStatus.TENTATIVE,
            precision=Precision.MONTH, all_day=True, starts_at=soon,
            ends_at=soon + timedelta(days=30),
        )  # fmt: skip
        session.add(PollDate(event_id=someday.id, starts_at=soon, ends_at=soon))
        session.add(Rsvp(event_id=clouds.id, user_id=ada.id, status=RsvpStatus.GOING, arrival=1))
        session.add(CoHost(event_id=clouds.id, group_id=paris.id))
        asked = make_event(paris, title="Held by both", public_id="both000000")
        session.add(CoHost(event_id=asked.id, group_id=london.id))
        for group_id, event_id in ((None, None), (london.id, None), (london.id, clouds.id)):
            sponsor = Sponsor(name="Acme", url="https://example.org/")
            session.add(Sponsorship(sponsor=sponsor, group_id=group_id, event_id=event_id,
                                    tier="Gold", gives="Pizza"))  # fmt: skip
        speaker = Speaker(public_id="ada0000000", user_id=ada.id, name="Ada", biography="Speaks.")
        fog = Talk(
            public_id="fog0000000", group_id=london.id, event_id=clouds.id, title="Fog",
            abstract="On **fog**.", status=TalkStatus.PROPOSED, proposed_by_id=ada.id,
            format=TalkFormat.LIGHTNING, speakers=[speaker],
        )  # fmt: skip
        session.add(fog)
        session.flush()
        session.add(AgendaItem(event_id=clouds.id, talk_id=fog.id, starts_at=soon, ends_at=soon))
        session.add(TravelNote(
            speaker_id=speaker.id, place="Paris", country="FR", latitude=48.8, longitude=2.3,
            from_on=soon.date(), until_on=soon.date(),
        ))  # fmt: skip
    return ada


@pytest.fixture(scope="module")
def address(
    sqlite_template: Path, gazetteer_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, User]]:
    """A served federation, and who is signed in there."""
    folder = tmp_path_factory.mktemp("planning")
    database = folder / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (folder / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=folder, database_url=f"sqlite:///{database}", secret_key="test")
    )
    ada = plant()
    with served(app) as at:
        yield at, ada


def sign_in(page: Page, address: tuple[str, User]) -> str:
    at, ada = address
    with db.transaction():
        secret = accounts.offer_sign_in(ada)
    page.goto(f"{at}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    return at


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    page, witness = opened(browser)
    at = sign_in(page, address)
    assert troubles(page, at, PAGES) == {}
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def test_a_meetup_is_planned_by_keyboard_and_without_scripts(browser, address):
    page, _ = opened(browser, java_script_enabled=False)
    at = sign_in(page, address)
    page.goto(f"{at}/organize/london/meetups")
    page.get_by_role("link", name="Plan a meetup").press("Enter")
    page.get_by_label("Title").fill("Typed")
    page.get_by_label("Day", exact=True).fill("2040-06-13")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved. Next: where it takes place")
    page.get_by_role("button", name="Announce it").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Announced.")
    with db.reading() as session:
        planned = session.query(Event).filter(Event.title == "Typed").one()
    assert (planned.status, planned.local_start.hour) == (EventStatus.CONFIRMED, 18)
    page.context.close()


def test_the_time_stands_on_the_readers_own_clock_too(browser, address):
    page, witness = opened(browser, timezone_id="Asia/Tokyo", locale="en-GB")
    page.goto(f"{address[0]}/events/clouds0000/clouds")
    expect(page.get_by_text("For you:")).to_contain_text("(Asia/Tokyo)")
    assert witness.complaints == []
    page.context.close()
