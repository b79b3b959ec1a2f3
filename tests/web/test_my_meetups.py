"""One's own meetups: what one goes to and waits for, and where one was."""

from datetime import timedelta

import pytest

from tests.browsing import browser_of, texts
from tests.conftest import NOW
from tests.factories import make_group, make_meetup, make_rsvp, make_user
from usergroups import db
from usergroups.models import EventStatus, RsvpStatus, User

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

DAY = timedelta(days=1)


@pytest.fixture
def ada() -> User:
    """Somebody with an answer of each kind, and somebody else who goes everywhere."""
    with db.transaction():
        group, user, other = make_group(name="UG Paris"), make_user(), make_user()
        for days, title, status, given in (
            (3, "Third", RsvpStatus.WAITLISTED, {}),
            (1, "First", RsvpStatus.GOING, {}),
            (2, "Second", RsvpStatus.OFFERED, {"offered_until": NOW + timedelta(hours=3)}),
            (4, "Declined", RsvpStatus.DECLINED, {}),
            (5, "Left", RsvpStatus.CANCELLED, {}),
            (-1, "Went", RsvpStatus.GOING, {}),
            (-2, "Waited in vain", RsvpStatus.WAITLISTED, {}),
        ):
            event = make_meetup(group, 9, title=title, starts_at=NOW + days * DAY)
            make_rsvp(event, user, status, **given)
            make_rsvp(make_meetup(group, title=f"Not {title}"), other)
        off = {"title": "Called off", "status": EventStatus.CANCELLED}
        make_rsvp(make_meetup(group, starts_at=NOW + 6 * DAY, **off), user)
    return user


def test_what_comes_and_what_was(app, ada):
    page = browser_of(app, ada).get("/me/meetups")
    assert texts(page, "li")[-5:] == [
        "First Going Thu, 11 Jun 2026, 14:00 · UG Paris",
        "Second A seat is held Fri, 12 Jun 2026, 14:00 · UG Paris"
        " · take it by Wed, 10 Jun 2026, 17:00",
        "Third In line Sat, 13 Jun 2026, 14:00 · UG Paris",
        "Called off Cancelled Tue, 16 Jun 2026, 14:00 · UG Paris",
        "Went Going Tue, 9 Jun 2026, 14:00 · UG Paris",
    ]


def test_ones_own_page_shows_what_comes(app, ada):
    page = browser_of(app, ada).get("/me").text
    assert "What I go to" in page
    assert [word in page for word in ("First", "Went", "Not First")] == [True, False, False]


def test_nobody_has_answered_yet(app):
    with db.transaction():
        user = make_user()
    browser = browser_of(app, user)
    assert "You have said to no meetup that you come." in browser.get("/me/meetups").text
    page = browser.get("/me").text
    assert "You have not said yes to a meetup yet." in page
    assert "We do not know where you live." in page
    assert browser.get("/me/meetups?page=0").status_code == 422


def test_many_cost_the_same(app, ada, count_queries):
    browser = browser_of(app, ada)
    counts = []
    for more in (0, 40):
        with db.transaction():
            group = make_group()
            for _ in range(more):
                make_rsvp(make_meetup(group), ada)
                make_rsvp(make_meetup(group, starts_at=NOW - 9 * DAY), ada)
        with count_queries() as queries:
            browser.get("/me/meetups")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_needs_somebody_and_what_is_near_stand_on_their_page(app, ada):
    with db.transaction() as session:
        me = session.get_one(User, ada.id)
        me.place, me.latitude, me.longitude = "Versailles", 48.8, 2.13
        far = make_group(name="Far", latitude=-18.1, longitude=178.4)
        make_meetup(far, title="On Fiji")
    page = browser_of(app, ada).get("/me").text
    assert "A seat is held for you: Second" in page
    assert "A seat is held for you: First" not in page
    assert "Near Versailles" in page
    assert "Declined" in page
    assert "On Fiji" not in page
