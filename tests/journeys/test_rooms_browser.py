"""Venues, rooms, questions, attendees in a real browser: by keyboard, with and without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser import DESKTOP, NEEDED, PHONE, opened, served, troubles
from tests.factories import make_group, make_meetup, make_membership, make_rsvp, make_user
from usergroups import db
from usergroups.app import create_app
from usergroups.config import Config
from usergroups.inputs.question import QuestionInput
from usergroups.inputs.venue import RoomInput, VenueInput
from usergroups.models import (
    AccessFact,
    Event,
    EventQuestion,
    EventQuestionKind,
    Group,
    Role,
    RsvpAnswer,
    RsvpStatus,
    User,
    Venue,
)
from usergroups.services import accounts, charter, questions, rooms, venues

pytestmark = NEEDED
HOSTILE = "<img src=x onerror=alert(1)>"
DESK = "/organize/london/meetups/bcdfghjkmn"
VENUE = "/organize/london/venues/bcdfghjkmn"


def plant(gazetteer) -> None:
    """A group with a venue of two rooms, and a meetup in one of them that is full."""
    with db.transaction():
        charter.found()
        lead = make_user(email="lead@example.org", name="Lena", is_steward=True)
        group = make_group(
            slug="london", name=f"UG London {HOSTILE}", city="London", country="GB",
            timezone="Europe/London", latitude=51.5085, longitude=-0.1257,
        )  # fmt: skip
        make_membership(lead, group, Role.LEAD)
        place = gazetteer.look_up("London, United Kingdom").best
        given = VenueInput(
            name=f"The Hall {HOSTILE}", address="1 Old Street", place="London",
            access=tuple(AccessFact), access_note="Second door.\nRing twice.",
            position="51.5246, -0.0990",
        )  # fmt: skip
        venue = venues.add(group, given, place, by=lead)
        venue.public_id = "bcdfghjkmn"
        db.session().flush()
        hall = venues.add_room(venue, RoomInput(name=f"Hall {HOSTILE}", capacity=5), by=lead)
        venues.add_room(venue, RoomInput(name="Loft", capacity=3, note="Third floor"), by=lead)
        event = make_meetup(
            group, public_id="bcdfghjkmn", title=f"London day {HOSTILE}", attendance="hybrid"
        )
        rooms.move_to(event.id, venue.id, [hall.id], by=lead)
        fill(event, lead)


def fill(event: Event, lead: User) -> None:
    """Questions, five who come, four who wait, one who does not."""
    meal = QuestionInput(
        kind=EventQuestionKind.CHOICE, text=f"What do you eat {HOSTILE}?",
        options="Everything\nVegan", is_required=True,
    )  # fmt: skip
    questions.add(event, meal, by=lead)
    words = QuestionInput(kind=EventQuestionKind.TEXT, text="Anything else?")
    asked = questions.add(event, words, by=lead)
    states = [RsvpStatus.GOING] * 5 + [RsvpStatus.WAITLISTED] * 4 + [RsvpStatus.DECLINED]
    for number, status in enumerate(states):
        rsvp = make_rsvp(event, make_user(name=f"Person {number} {HOSTILE}"), status)
        text = f"{HOSTILE} " + "long" * 60
        db.session().add(RsvpAnswer(rsvp_id=rsvp.id, question_id=asked.id, text=text))


@pytest.fixture
def address(
    sqlite_template: Path, gazetteer_file: Path, gazetteer, tmp_path: Path
) -> Iterator[str]:
    """A served federation."""
    database = tmp_path / "usergroups.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "gazetteer.sqlite").symlink_to(gazetteer_file)
    app = create_app(
        Config(instance_dir=tmp_path, database_url=f"sqlite:///{database}", secret_key="test")
    )
    plant(gazetteer)
    with served(app) as url:
        yield url


def sign_in(page: Page, address: str) -> None:
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == "lead@example.org")).one()
        secret = accounts.offer_sign_in(user)
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")


def test_pages_are_for_everybody_and_ask_nobody_else(browser, address):
    page, witness = opened(browser)
    sign_in(page, address)
    paths = [
        "/organize/london/venues", f"{VENUE}", f"{VENUE}/edit", f"{VENUE}/rooms/1",
        "/organize/london/venues/new", f"{DESK}/rooms", f"{DESK}/questions", f"{DESK}/questions/1",
        f"{DESK}/attendees", "/events/bcdfghjkmn", "/rsvp/bcdfghjkmn",
    ]  # fmt: skip
    assert troubles(page, address, paths) == {}
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def test_a_second_room_by_keyboard_on_a_phone_without_scripts(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}{DESK}/rooms")
    expect(page.get_by_text("4 people wait for a seat.")).to_be_visible()
    button = page.get_by_role("button", name="Take it: Loft")
    for _ in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The room is yours.")
    expect(page.get_by_text("One person waits for a seat.")).to_be_visible()
    expect(page.get_by_text("3 of 3")).to_be_visible()
    page.get_by_role("button", name=re.compile("Give it back: Hall")).click()
    expect(page.get_by_role("alert")).to_contain_text(
        "8 have a seat, and there would be 3. That is 5 too many."
    )
    page.get_by_role("link", name="Leave it as it is").click()
    expect(page.get_by_text("5 of 5")).to_be_visible()
    page.goto(f"{address}/events/bcdfghjkmn")
    expect(page.get_by_role("region", name=re.compile("^At The Hall"))).to_contain_text(
        "No steps on the way in"
    )
    assert witness.complaints == []
    page.context.close()


def test_a_position_is_picked_on_the_map(browser, address):
    page, witness = opened(browser, viewport=DESKTOP)
    sign_in(page, address)
    page.goto(f"{address}{VENUE}/edit")
    field = page.get_by_label("Position (if you like)")
    expect(field).to_have_value("51.5246, -0.099")
    shown = page.get_by_role("region", name="Map to pick the position")
    shown.scroll_into_view_if_needed()
    expect(shown.locator(".spot-mark")).to_be_visible()
    page.get_by_role("button", name="Take the middle of the map").focus()
    page.keyboard.press("Enter")
    expect(field).not_to_have_value("51.5246, -0.099")
    middle = field.input_value()
    latitude, longitude = map(float, middle.split(", "))
    assert abs(latitude - 51.5246) < 0.05
    assert abs(longitude + 0.099) < 0.05
    box = shown.bounding_box()
    assert box is not None
    shown.click(position={"x": box["width"] / 2 + 20, "y": box["height"] / 2})
    expect(field).not_to_have_value(middle)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("Saved. Meetups to come say it, too.")
    with db.reading() as session:
        venue = session.scalars(select(Venue)).one()
        assert venue.longitude > longitude
        assert session.scalars(select(Event)).one().longitude == venue.longitude
    assert witness.complaints == []
    page.context.close()


def test_a_question_is_asked_and_answered(browser, address):
    page, witness = opened(browser, java_script_enabled=False, viewport=PHONE)
    sign_in(page, address)
    page.goto(f"{address}{DESK}/questions")
    page.get_by_label("The question").fill("I bring my laptop")
    page.get_by_label("How it is answered").select_option("tick")
    page.get_by_label("Nobody comes without an answer").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("status")).to_have_text("The question is there.")
    page.goto(f"{address}/rsvp/bcdfghjkmn")
    page.get_by_label(re.compile("What do you eat")).select_option("Vegan")
    page.get_by_role("button", name="I come").click()
    expect(page.get_by_text("Nobody can come without a tick here.")).to_be_visible()
    page.get_by_label("I bring my laptop").check()
    page.get_by_role("button", name="I come").click()
    expect(page.get_by_text("You are number 5 in line.")).to_be_visible()
    page.goto(f"{address}{DESK}/attendees?q=lena")
    expect(page.get_by_role("main")).to_contain_text("Vegan")
    with db.reading() as session:
        assert session.scalars(select(EventQuestion)).all()[-1].is_required
        assert session.scalars(select(Group)).one()
    assert witness.complaints == []
    page.context.close()
