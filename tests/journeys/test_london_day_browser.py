"""The London day: planned for 125, and 350 came. One room filled, a second one was taken.

Everything that its organizer and one attendee do happens in browsers, with the real processes, a
server and a worker; the other 349 send their forms over HTTP; mails are read in the mailbox; on
both databases. The months between are skipped by moving the meetup nearer.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, func, select

from tests.browser import DESKTOP, NEEDED, PHONE, Witness, opened, until, violations
from tests.crowd import Sent, gather, send_all
from tests.factories import make_group, make_membership, make_user
from tests.journeys.conftest import Serve
from usergroups import clock, db
from usergroups.inputs.venue import RoomInput, VenueInput
from usergroups.models import Event, Job, Message, MessageKind, Role, Rsvp, RsvpStatus, User
from usergroups.services import accounts, charter, revisions, venues

pytestmark = NEEDED
CAME = 350
HALL, LOFT = 125, 220
PHONE_AT_NIGHT = {"viewport": PHONE, "color_scheme": "dark"}


class Day:
    """The served federation, its people at their screens, and what is wrong with their pages."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.witnesses: list[Witness] = []
        self.wrong: dict[str, object] = {}
        self.mailbox = self.person()
        self.public_id = ""

    def person(self, email: str = "", **screen: object) -> Page:
        """Somebody at a screen, signed in if they have an address."""
        page, witness = opened(self.browser, **({"viewport": DESKTOP} | screen))
        self.witnesses.append(witness)
        if email:
            with db.transaction() as session:
                user = session.scalars(select(User).where(User.email == email)).one()
                secret = accounts.offer_sign_in(user)
            page.goto(f"{self.address}/sign-in/{secret}")
            press(page, "Sign in")
            page.wait_for_url("**/me")
        return page

    @property
    def desk(self) -> str:
        """Where the meetup is looked after."""
        return f"{self.address}/organize/london/meetups/{self.public_id}"

    def look(self, page: Page) -> None:
        """Note what axe finds wrong with a page that somebody came by."""
        if found := violations(page):
            self.wrong[f"{urlsplit(page.url).path} {page.title()}"] = found

    def work(self) -> None:
        """Wait until the worker has done all there is to do: hundreds of mails take a while."""
        left = unfinished()
        while left:
            until(lambda before=left: unfinished() < before, "the worker to go on")
            left = unfinished()

    def read(self, to: str, subject: str) -> str:
        """The newest mail to an address in the mailbox: where its last link leads."""
        self.work()
        self.mailbox.goto(f"{self.address}/dev/mail")
        letter = self.mailbox.get_by_role("listitem").filter(has_text=to).first
        expect(letter).to_contain_text(subject)
        letter.get_by_role("link").click()
        links = self.mailbox.get_by_role("region", name="As text").get_by_role("link")
        found = [urlsplit(one.get_attribute("href") or "").path for one in links.all()]
        return next(path for path in found if path.startswith("/rsvp/"))

    def begin_in(self, hours: float) -> None:
        """Have it begin so many hours from now."""
        with db.transaction() as session:
            event = session.scalars(select(Event)).one()
            length = event.ends_at - event.starts_at
            event.starts_at = clock.now() + timedelta(hours=hours)
            event.ends_at = event.starts_at + length
            event.version += 1
            session.refresh(event, ["group"])
            revisions.mark_changed(event.group)


def unfinished() -> int:
    with db.reading() as session:
        query = select(func.count(Job.id)).where(Job.finished_at.is_(None))
        return session.scalar(query.where(Job.due_at <= clock.now())) or 0


def press(page: Page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button).press("Enter")


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def answers() -> Counter[RsvpStatus]:
    with db.reading() as session:
        query = select(Rsvp.status, func.count()).group_by(Rsvp.status)
        return Counter(dict(map(tuple, session.execute(query))))


def by_arrival() -> list[RsvpStatus]:
    with db.reading() as session:
        return list(session.scalars(select(Rsvp.status).order_by(Rsvp.arrival)))


def mails(kind: MessageKind) -> int:
    with db.reading() as session:
        query = select(func.count(Message.id)).where(Message.kind == kind)
        return session.scalar(query) or 0


@pytest.fixture
def day(database: Engine, browser: Browser, serve: Serve, gazetteer) -> Iterator[Day]:
    """A group in London with a venue of two rooms, its lead, and somebody who would come."""
    with db.transaction():
        charter.found()
        lena = make_user(email="lena@example.org", name="Lena", verified_at=clock.now())
        make_user(email="ada@example.org", name="Ada", verified_at=clock.now())
        group = make_group(
            slug="london", name="UG London", city="London", country="GB",
            timezone="Europe/London", latitude=51.5085, longitude=-0.1257,
        )  # fmt: skip
        make_membership(lena, group, Role.LEAD)
        place = gazetteer.look_up("London, United Kingdom").best
        given = VenueInput(name="The Works", address="1 Old Street", place="London")
        venue = venues.add(group, given, place, by=lena)
        venues.add_room(venue, RoomInput(name="Hall", capacity=HALL), by=lena)
        venues.add_room(venue, RoomInput(name="Loft", capacity=LOFT), by=lena)
    url, _process = serve("--with-worker")
    yield Day(browser, url)
    for context in browser.contexts:
        context.close()


def announce(day: Day, lena: Page) -> None:
    """Some month to come, in London: more is not known yet."""
    lena.goto(f"{day.address}/organize/london/meetups/new")
    lena.get_by_label("Title").fill("London day")
    lena.get_by_label("How exactly is the day known?").select_option("month")
    lena.get_by_label("Or the month").fill(f"{clock.now() + timedelta(days=62):%Y-%m}")
    lena.get_by_label("Who sees it").select_option("tentative")
    press(lena, "Save")
    said(lena, "Saved.")
    day.public_id = urlsplit(lena.url).path.rpartition("/")[2]
    day.look(lena)


def would_come(day: Day, ada: Page) -> None:
    """Somebody finds it, and says so."""
    ada.goto(f"{day.address}/groups/london")
    ada.get_by_role("link", name="London day").first.click()
    day.look(ada)
    ada.get_by_role("link", name="I would come").click()
    ada.get_by_label("I would come").check()
    day.look(ada)
    press(ada, "Let them know")
    expect(ada.get_by_role("main")).to_contain_text("One person would come.")


def find_a_day(day: Day, lena: Page, ada: Page) -> None:
    """Two dates are asked about, one suits, and is taken."""
    first, second = (clock.now() + timedelta(days=days) for days in (70, 77))
    for on in (first, second):
        lena.goto(f"{day.desk}/poll")
        lena.get_by_label("Day", exact=True).fill(f"{on:%Y-%m-%d}")
        lena.get_by_label("Begins at").fill("10:00")
        lena.get_by_label("Ends at").fill("17:00")
        press(lena, "Ask")
    ada.goto(f"{day.address}/rsvp/{day.public_id}/poll")
    dates = ada.get_by_role("group")
    dates.nth(0).get_by_label("No", exact=True).check()
    dates.nth(1).get_by_label("Yes", exact=True).check()
    day.look(ada)
    press(ada, "Let them know")
    lena.goto(f"{day.desk}/poll")
    day.look(lena)
    lena.get_by_role("button", name="Take it: ").nth(1).press("Enter")
    lena.goto(day.desk)
    expect(lena.get_by_role("main").locator("header time")).to_contain_text(f"{second:%Y}, 10:00")


def confirm(day: Day, lena: Page) -> None:
    """In one room, for 125."""
    lena.goto(f"{day.desk}/rooms")
    lena.get_by_label("Venue").select_option(label="The Works, 1 Old Street, London")
    press(lena, "Look at its rooms")
    lena.get_by_label("Hall, 125 seats").check()
    press(lena, "Hold it here")
    day.look(lena)
    lena.goto(day.desk)
    confirmed = lena.get_by_role("button", name="Confirm it")
    if confirmed.count():
        confirmed.press("Enter")
    expect(lena.get_by_role("main").locator("header")).to_contain_text("Confirmed")


def everybody_answers(day: Day, ada: Page) -> None:
    """The first reads her mail and comes; then all the others do."""
    ada.goto(day.address + day.read("ada@example.org", "It has a day: London day"))
    press(ada, "I come")
    said(ada, "You are going.")
    day.look(ada)
    people = gather(CAME - 1)
    forms = [Sent(one, f"/rsvp/{day.public_id}", {"guests": 0}) for one in people]
    told = send_all(day.address, forms, at_once=8)
    assert Counter(one.status for one in told) == {303: CAME - 1}
    assert answers() == {RsvpStatus.GOING: HALL, RsvpStatus.WAITLISTED: CAME - HALL}


def take_the_second_room(day: Day, lena: Page) -> None:
    """One act: those who wait are let in, and told."""
    lena.goto(day.desk)
    stands = lena.get_by_role("region", name="How it stands")
    expect(stands).to_contain_text("125 of 125")
    expect(lena.get_by_role("img", name="People who want to come")).to_be_visible()
    day.look(lena)
    lena.get_by_role("link", name="Is there another room?").click()
    press(lena, "Take it: Loft")
    said(lena, "The room is yours.")
    assert answers() == {RsvpStatus.GOING: HALL + LOFT, RsvpStatus.WAITLISTED: 5}
    assert by_arrival() == [RsvpStatus.GOING] * (HALL + LOFT) + [RsvpStatus.WAITLISTED] * 5
    day.work()
    assert mails(MessageKind.SEAT_GIVEN) == LOFT
    assert mails(MessageKind.RSVP_GOING) == HALL
    assert mails(MessageKind.RSVP_WAITING) == CAME - HALL


def hand_a_seat_on(day: Day, ada: Page) -> None:
    """On the last day somebody cannot come; the first in line is asked by mail, and comes."""
    day.begin_in(hours=6)
    with db.reading() as session:
        query = select(User.email).join(Rsvp, Rsvp.user_id == User.id)
        waiting = query.where(Rsvp.status == RsvpStatus.WAITLISTED).order_by(Rsvp.arrival)
        first = session.scalars(waiting.limit(1)).one()
        going = query.where(Rsvp.status == RsvpStatus.GOING, User.email != "ada@example.org")
        leaves = session.scalars(going.limit(1)).one()
    there = day.person(leaves, **PHONE_AT_NIGHT)
    there.goto(f"{day.address}/rsvp/{day.public_id}")
    press(there, "I cannot come after all")
    said(there, "You have no seat")
    assert answers()[RsvpStatus.OFFERED] == 1
    asked = day.person(**PHONE_AT_NIGHT)
    asked.goto(day.address + day.read(first, "A seat is held for you: London day"))
    day.look(asked)
    press(asked, "I take it")
    said(asked, "It is yours")
    assert answers()[RsvpStatus.GOING] == HALL + LOFT
    ada.goto(f"{day.address}/rsvp/{day.public_id}/ticket")
    day.look(ada)


def open_the_door(day: Day) -> None:
    """On a phone: some are found by name, some came without an answer."""
    day.begin_in(hours=0.5)
    lena = day.person("lena@example.org", **PHONE_AT_NIGHT)
    lena.goto(day.desk)
    lena.get_by_role("link", name="Open the door").click()
    lena.get_by_label("Name").press_sequentially("ada")
    here = lena.get_by_role("listitem").filter(has_text="Ada")
    here.get_by_role("button").click()
    expect(here.get_by_role("button")).to_contain_text("Here")
    for _ in range(2):
        lena.get_by_role("button", name="+1 walk-in").click()
    lena.get_by_text("Several at once").click()
    lena.get_by_label("How many").fill("3")
    lena.get_by_role("button", name="Count them").click()
    expect(lena.locator(".inside-count")).to_contain_text("6 of 345")
    day.look(lena)


def remember(day: Day, lena: Page) -> None:
    """The next day: what is known becomes a recap, for everybody."""
    day.begin_in(hours=-24)
    lena.goto(f"{day.desk}/recap")
    expect(lena.get_by_role("region", name="What is known")).to_contain_text("came unannounced")
    day.look(lena)
    lena.get_by_label("Text").fill("We planned for 125, and **350** wanted to come.")
    press(lena, "Publish")
    reader = day.person(**PHONE_AT_NIGHT)
    reader.goto(f"{day.address}/events/{day.public_id}")
    expect(reader.get_by_role("region", name="How it was")).to_contain_text("350 wanted to come.")
    day.look(reader)
    lena.goto(day.desk)
    day.look(lena)


def test_from_some_month_in_london_to_the_recap(day: Day):
    lena = day.person("lena@example.org")
    ada = day.person("ada@example.org", **PHONE_AT_NIGHT)
    announce(day, lena)
    would_come(day, ada)
    find_a_day(day, lena, ada)
    confirm(day, lena)
    everybody_answers(day, ada)
    take_the_second_room(day, lena)
    hand_a_seat_on(day, ada)
    open_the_door(day)
    remember(day, lena)
    assert day.wrong == {}
    assert {host for one in day.witnesses for host in one.hosts} == {"127.0.0.1"}
    assert [said for one in day.witnesses for said in one.complaints] == []
