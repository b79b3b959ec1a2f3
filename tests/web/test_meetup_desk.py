"""The desk of one meetup on one screen."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.browsing import browser_of, person, texts
from tests.conftest import NOW
from tests.factories import add_room, make_group, make_meetup, make_rsvp, make_user
from usergroups import db
from usergroups.inputs.question import QuestionInput
from usergroups.models import (
    Answer,
    CoHost,
    EventQuestionKind,
    EventStatus,
    Recap,
    Registration,
    Role,
    Rsvp,
    RsvpAnswer,
    RsvpStatus,
    User,
)
from usergroups.services import audit, questions

pytestmark = pytest.mark.usefixtures("frozen_clock")
DESK = "/organize/budapest/meetups/clouds0000"
DAY = timedelta(days=1)


@pytest.fixture
def budapest(app, database):
    """A group, who leads it, and a browser in which they are signed in."""
    with db.transaction():
        group = make_group(slug="budapest", name="UG Budapest")
        bea = person(group, Role.LEAD, name="Bea")
    return group, bea, browser_of(app, bea)


def clouds(group, seats: int | None = 5, **given):
    return make_meetup(group, seats, **{"public_id": "clouds0000", "title": "Clouds"} | given)


def told(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def test_all_of_it_on_one_screen(budapest):
    group, bea, browser = budapest
    with db.transaction() as session:
        earlier = make_meetup(group, 5, starts_at=NOW - 30 * DAY)
        make_rsvp(earlier, make_user(), created_at=NOW - 40 * DAY)
        event = clouds(group)
        add_room(event, 3)
        make_rsvp(event, make_user(), created_at=NOW - 2 * DAY, guests=3)
        make_rsvp(event, make_user(), RsvpStatus.OFFERED, offered_until=NOW + DAY, guests=1)
        wait = make_rsvp(event, make_user(), RsvpStatus.WAITLISTED, guests=4)
        make_rsvp(event, make_user(), RsvpStatus.DECLINED)
        make_rsvp(event, make_user(), RsvpStatus.CANCELLED)
        meal = QuestionInput(
            kind=EventQuestionKind.CHOICE, text="What do you <eat>?", options="All\nVegan"
        )
        asked = questions.add(event, meal, by=bea)
        session.add(RsvpAnswer(rsvp_id=wait.id, question_id=asked.id, text="Vegan"))
        audit.record("event.room_taken", event, by=bea, room_id=1, seats=3)
        audit.record("door.walked_in", event, by=bea, people=3)
    page = browser.get(DESK)
    assert texts(page, "h2") == [
        "Next", "How it stands", "What they answer", "How answers come in", "Mails",
        "What was done last",
    ]  # fmt: skip
    numbers = dict(zip(texts(page, "dt"), texts(page, "dd"), strict=True))
    assert numbers == {
        "going": "4", "of them guests": "3", "seats held": "2", "waiting": "5",
        "cannot come": "1", "gave their seat back": "1", "What do you &lt;eat&gt;?": "Vegan: 1",
    }  # fmt: skip
    assert re.findall(r"\d of \d, \d seats? held", told(page)) == [
        "4 of 5, 1 seat held", "0 of 3, 1 seat held",
    ]  # fmt: skip
    assert "5 people wait for a seat. Is there another room?" in told(page)
    head, *lines = texts(page, "tr")
    assert head == "Days before This one Mon, 11 May 2026"
    assert lines == ["7 11 1", "3 – 1", "1 – 1", "0 – 1"]
    assert "Whoever comes is reminded 24 hours before." in told(page)
    assert re.findall(r"(Bea \S+ \S+ \S+)", told(page).partition("What was done last")[2]) == [
        "Bea Took a room",
        "Bea Asks one thing",
    ]


def test_what_it_asks_of_its_organizers_now(budapest):
    group, _, browser = budapest
    with db.transaction():
        event = clouds(group, starts_at=NOW + timedelta(hours=2))
    assert texts(browser.get(DESK), "h2") == ["Next", "How it stands", "Mails"]
    assert f"{DESK}/door" in told_notices(browser)["It is nearly time. Open the door"]
    with db.transaction() as session:
        event = session.merge(event)
        event.starts_at, event.ends_at = NOW - DAY, NOW - DAY / 2
    asked = told_notices(browser)
    assert list(asked) == ["Nobody was counted at the door. How many came?"]
    with db.transaction() as session:
        session.add(Recap(event_id=event.id, came=125))
    page = browser.get(DESK)
    assert told_notices(browser) == {}
    assert dict(zip(texts(page, "dt"), texts(page, "dd"), strict=True))["came"] == "125"


def told_notices(browser) -> dict[str, str]:
    """What stands in the notes at the top: words, and the same as it is written."""
    found = re.findall(r'<p class="notice"[^>]*>.*?</p>', browser.get(DESK).text, re.DOTALL)
    return {" ".join(re.sub(r"<[^>]+>", " ", one).split()): one for one in found}


def test_another_group_that_holds_it_sees_how_it_stands_and_no_acts(app, budapest):
    group, bea, _ = budapest
    with db.transaction() as session:
        gyor = make_group(slug="gyor")
        zsofi = person(gyor, Role.LEAD)
        event = clouds(group, 1)
        make_rsvp(event, make_user())
        make_rsvp(event, make_user(), RsvpStatus.WAITLISTED)
        answered = {"answer": Answer.ACCEPTED, "invited_by_id": bea.id, "answered_at": NOW}
        session.add(CoHost(event_id=event.id, group_id=gyor.id, **answered))
        audit.record("event.confirmed", event, by=bea)
    page = browser_of(app, zsofi).get("/organize/gyor/meetups/clouds0000")
    assert "How it stands" in texts(page, "h2")
    assert "What was done last" not in texts(page, "h2")
    assert "/rooms" not in page.text
    assert "/write" not in page.text


@pytest.mark.parametrize(
    "given",
    [
        {"registration": Registration.NONE},
        {"registration": Registration.ELSEWHERE, "url": "https://example.org"},
    ],
)
def test_without_answers_here_there_is_nothing_to_show_of_them(budapest, given):
    group, _, browser = budapest
    with db.transaction():
        clouds(group, None, **given)
    assert texts(browser.get(DESK), "h2") == ["Next"]


def test_a_draft_has_no_chart_and_no_mails(budapest):
    group, _, browser = budapest
    with db.transaction():
        clouds(group, status=EventStatus.DRAFT)
    assert texts(browser.get(DESK), "h2") == ["Next", "How it stands"]


def test_five_thousand_answers_take_the_queries_of_fifty(budapest, count_queries):
    group, bea, browser = budapest
    with db.transaction():
        event = clouds(group, 30)
        asked = QuestionInput(kind=EventQuestionKind.CHOICE, text="Meal?", options="All\nVegan")
        question = questions.add(event, asked, by=bea)
    taken = []
    for first, end in ((0, 50), (50, 5000)):
        crowd(event.id, question.id, range(first, end))
        browser.get(DESK)
        with count_queries() as queries:
            page = browser.get(DESK)
        taken.append(len(queries))
        counted = [
            int(one) for one in re.findall(r"(?:All|Vegan): ([\d,]+)", page.text.replace(",", ""))
        ]
        assert sum(counted) == end
    assert taken[0] == taken[1] <= 20


def crowd(event_id: int, question_id: int, numbers: range) -> None:
    """So many more answers: thirty have a seat, all others wait."""
    with db.transaction() as session:
        session.execute(
            insert(User),
            [{"email": f"one{n}@example.org", "name": f"One {n}", "id": 1000 + n} for n in numbers],
        )
        session.execute(
            insert(Rsvp),
            [
                {
                    "id": 1000 + n, "event_id": event_id, "user_id": 1000 + n, "arrival": n,
                    "status": RsvpStatus.GOING if n < 30 else RsvpStatus.WAITLISTED,
                    "created_at": NOW - timedelta(hours=n % 700),
                }
                for n in numbers
            ],
        )  # fmt: skip
        answers = ("All", "Vegan")
        session.execute(
            insert(RsvpAnswer),
            [
                {"rsvp_id": 1000 + n, "question_id": question_id, "text": answers[n % 2]}
                for n in numbers
            ],
        )
