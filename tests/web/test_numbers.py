"""How groups stand and grow, for those who look after them."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests.factories import make_event, make_group, make_membership, make_rsvp, make_user
from tests.web.test_team import entered
from usergroups import db
from usergroups.models import (
    Coordinator,
    EventStatus,
    GroupStatus,
    Recap,
    Role,
    RsvpStatus,
    Tally,
    WalkIn,
)

DAY = timedelta(days=1)
HOSTILE = "<script>alert(1)</script>"


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def groups(database, frozen_clock):
    """Paris met last month and meets again; Lyon stopped, Berlin stopped later, Oslo is new."""
    with db.transaction():
        old = frozen_clock - 500 * DAY
        paris = make_group(slug="paris", name="UG Paris", created_at=old)
        lyon = make_group(slug="lyon", name=f"UG Lyon {HOSTILE}", created_at=old)
        berlin = make_group(slug="berlin", name="UG Berlin", country="DE", created_at=old)
        make_group(slug="oslo", name="UG Oslo", country="NO", status=GroupStatus.FORMING)
        make_group(slug="gone", name="UG Gone", status=GroupStatus.ARCHIVED, created_at=old)
        for group, days in ((paris, -20), (paris, 9), (lyon, -300), (berlin, -120), (berlin, -400)):
            make_event(group, starts_at=frozen_clock + days * DAY, title=f"Evening {-days}")
        make_event(berlin, starts_at=frozen_clock + 9 * DAY, status=EventStatus.CANCELLED)
        for number, joined in enumerate((400, 40, 10)):
            make_membership(
                make_user(email=f"{number}@example.org"), paris,
                joined_at=frozen_clock - joined * DAY,
            )  # fmt: skip
    return {"paris": paris, "berlin": berlin}


def steward(app, **facts) -> FlaskClient:
    with db.transaction():
        somebody = make_user(email="steward@example.org", **facts)
    return entered(app, somebody)


def test_how_the_groups_stand(app, groups, count_queries):
    browser = steward(app, is_steward=True)
    with count_queries() as queries:
        page = browser.get("/steward/groups")
    said = text(page)
    assert len(queries) <= 8
    assert "3 Active" in said
    assert "1 Just starting" in said or "1 Forming" in said
    assert "Falling silent 2" in said
    silent = said[said.index("Falling silent") :]
    assert silent.index("UG Berlin") < silent.index("UG Lyon <script>")
    assert "UG Paris" not in silent
    assert HOSTILE not in page.text
    assert "June 2026 4 May 2026 3" in said  # groups: Oslo came this month
    assert "June 2026 1 May 2026 1" in said  # meetups: the one to come this month counts
    assert "June 2026 0 May 2026 1" not in said


def test_a_coordinator_sees_their_countries(app, groups):
    with db.transaction():
        somebody = make_user(email="coordinator@example.org")
        db.session().add(Coordinator(user_id=somebody.id, country="DE"))
    browser = entered(app, somebody)
    said = text(browser.get("/steward/groups"))
    assert "Falling silent 1" in said
    assert "UG Berlin" in said
    assert "UG Lyon" not in said
    assert browser.get("/steward/groups.svg").text.count('class="g ') == 1


def test_the_map_holds_no_more_dots_than_spots(app, groups):
    browser = steward(app, is_steward=True)
    with db.transaction():
        for number in range(50):
            make_group(slug=f"more-{number}", latitude=50.0, longitude=10.0 + number / 1000)
    drawn = browser.get("/steward/groups.svg?region=europe")
    assert drawn.mimetype == "image/svg+xml"
    assert "sha256-" in drawn.headers["Content-Security-Policy"]
    assert drawn.text.count('class="g ') <= 5
    assert browser.get("/steward/groups?region=mars").status_code == 422


def test_a_federation_without_groups_says_so(app, database):
    said = text(steward(app, is_steward=True).get("/steward/groups"))
    assert "No group is falling silent." in said
    assert said.count("Nothing yet.") == 3


def test_a_group_in_numbers(app, groups, frozen_clock, count_queries):
    with db.transaction():
        paris = db.session().merge(groups["paris"])
        lead = make_user(email="lead@example.org")
        make_membership(lead, paris, role=Role.LEAD, joined_at=frozen_clock)
        counted = make_event(paris, title=f"Counted {HOSTILE}", starts_at=frozen_clock - 30 * DAY)
        for number in range(4):
            make_rsvp(
                counted, make_user(email=f"came-{number}@example.org"), status=RsvpStatus.GOING,
                guests=1, guests_came=1, checked_in_at=frozen_clock if number < 2 else None,
            )  # fmt: skip
        db.session().add(WalkIn(event_id=counted.id, tap="a", people=3))
        told = make_event(paris, title="Told", starts_at=frozen_clock - 60 * DAY)
        db.session().add(Recap(event_id=told.id, came=41))
        tallied = make_event(paris, title="Tallied", starts_at=frozen_clock - 90 * DAY)
        kept = {"going": 30, "checked_in": 20, "walk_ins": 2}
        db.session().add(Tally(event_id=tallied.id, counts=kept))
    browser = entered(app, lead)
    with count_queries() as queries:
        page = browser.get("/organize/paris/numbers")
    said = text(page)
    assert len(queries) <= 9
    assert f"Counted {HOSTILE} Mon, 11 May 2026 8 7" in said
    assert "Told Sat, 11 Apr 2026 0 41" in said
    assert "Tallied Thu, 12 Mar 2026 30 22" in said
    assert "Evening 20 Thu, 21 May 2026 0 not counted" in said
    assert HOSTILE not in page.text
    assert page.text.count("<rect") >= 5


def test_a_new_group_is_told_what_it_will_see(app, groups):
    with db.transaction():
        lead = make_user(email="lead@example.org")
        make_membership(lead, make_group(slug="bergen", name="UG Bergen"), role=Role.LEAD)
    said = text(entered(app, lead).get("/organize/bergen/numbers"))
    assert "No meetup has been held yet." in said
    assert "Announce a meetup" in said
