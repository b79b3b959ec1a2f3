"""What search engines find in the page of a meetup, and that nothing of it ever runs."""

import json
import re
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.factories import make_event, make_group, make_meetup, make_rsvp, make_user
from usergroups import clock, db
from usergroups.models import Answer, CoHost, EventStatus, Registration
from usergroups.services import events

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

HOSTILE = "</script><script>alert(1)</script><!--"


@pytest.fixture
def group(app):
    with db.transaction():
        return make_group(slug="paris", name=f"UG {HOSTILE}")


def said(client, public_id: str) -> dict:
    page = client.get(f"/events/{public_id}", follow_redirects=True)
    (text,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', page.text, re.DOTALL
    )
    assert "<" not in text
    return json.loads(text)


def test_a_meetup_that_one_answers_here(client, group):
    with db.transaction() as session:
        event = make_meetup(group, 1, public_id="fog", title=HOSTILE, description=HOSTILE)
        other = make_group(slug="lyon", name="UG Lyon")
        session.add(CoHost(event_id=event.id, group_id=other.id, answer=Answer.ACCEPTED))
    found = said(client, "fog")
    assert found["name"] == HOSTILE
    assert [one["name"] for one in found["organizer"]] == [f"UG {HOSTILE}", "UG Lyon"]
    assert found["offers"] == {
        "@type": "Offer", "url": "http://usergroups.test/rsvp/fog", "price": 0,
        "priceCurrency": "EUR", "availability": "https://schema.org/InStock",
    }  # fmt: skip
    with db.transaction() as session:
        make_rsvp(session.merge(event), make_user())
    assert said(client, "fog")["offers"]["availability"] == "https://schema.org/SoldOut"


def test_elsewhere_over_and_off(client, group):
    with db.transaction():
        url = {"url": "https://tickets.example/1", "registration": Registration.ELSEWHERE}
        make_event(group, public_id="there", **url)
        make_event(group, public_id="over", starts_at=NOW - timedelta(days=3), **url)
        make_event(group, public_id="off", status=EventStatus.CANCELLED, **url)
    assert said(client, "there")["offers"] == {
        "@type": "Offer", "url": "https://tickets.example/1",
    }  # fmt: skip
    assert "offers" not in said(client, "over")
    assert "offers" not in said(client, "off")


def test_a_meetup_that_moved_says_from_when(client, group):
    with db.transaction():
        event = make_event(group, public_id="moved")
        draft = make_event(group, public_id="draft", status=EventStatus.DRAFT)
    before = event.starts_at
    with db.transaction() as session:
        for one in map(session.merge, (event, draft)):
            later = {"starts_at": before + timedelta(days=1), "ends_at": before + timedelta(days=2)}
            assert events.revise(one, later)
        events.revise(session.merge(draft), {"status": EventStatus.CONFIRMED})
        events.mark_changed(session.merge(group))
        assert clock.now() == NOW
    found = said(client, "moved")
    assert found["eventStatus"] == "https://schema.org/EventRescheduled"
    assert found["previousStartDate"] == "2026-06-17T14:00+02:00"
    assert "previousStartDate" not in said(client, "draft")
