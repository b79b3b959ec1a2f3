"""The list of meetups at a group's desk, and those that two groups hold together."""

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, person, post, texts
from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import Answer, CoHost, Event, EventStatus, Role

pytestmark = pytest.mark.usefixtures("frozen_clock")
DESK = "/organize/budapest/meetups"


@pytest.fixture
def people(app, database):
    """Bea leads Budapest, Zsófi Győr; Budapest has a draft and something that comes."""
    with db.transaction():
        budapest = make_group(slug="budapest", name="UG Budapest")
        gyor = make_group(slug="gyor", name="UG Győr")
        bea, zsofi = person(budapest, Role.LEAD), person(gyor, Role.LEAD)
        make_event(budapest, public_id="draft00000", title="Later", status=EventStatus.DRAFT)
        make_event(budapest, public_id="clouds0000", title="Clouds")
    return browser_of(app, bea), browser_of(app, zsofi), gyor


def test_drafts_and_what_comes(people):
    bea, zsofi, _ = people
    page = bea.get(DESK)
    assert texts(page, "h2")[:2] == ["Drafts", "Coming meetups 1"]
    assert f"{DESK}/draft00000" in page.text
    assert zsofi.get(DESK).status_code == 403


def test_what_was(people):
    bea, _, _ = people
    with db.transaction() as session:
        event = session.scalars(select(Event).where(Event.public_id == "clouds0000")).one()
        event.starts_at = event.ends_at = clock.now()
    assert texts(bea.get(f"{DESK}?past=yes"), "h2")[0] == "Past meetups 1"
    page = bea.get(f"{DESK}?page=none")
    assert page.status_code == 422
    assert texts(page, "h2")[:2] == ["Drafts", "Coming meetups 0"]


def test_a_meetup_is_held_together(people, client):
    bea, zsofi, _ = people
    path = f"{DESK}/clouds0000/hosts"
    refused = post(bea, path, group="Nowhere at all")
    assert refused.status_code == 422
    assert 'value="Nowhere at all"' in refused.text
    assert post(bea, path, group="UG Győr").status_code == 303
    assert "not answered yet" in bea.get(path).text
    assert zsofi.get("/organize/gyor/meetups/clouds0000").status_code == 404  # not theirs yet
    asked = zsofi.get("/organize/gyor/hosting")
    assert "Clouds" in asked.text
    answer = "/organize/gyor/hosting/clouds0000/accept"
    assert post(zsofi, answer, form="/organize/gyor/hosting").status_code == 303
    assert zsofi.get("/organize/gyor/meetups/clouds0000").status_code == 200
    assert "Clouds" in client.get("/groups/gyor").text
    assert "Clouds" in client.get("/groups/gyor/calendar.ics").text
    page = client.get("/events/clouds0000", follow_redirects=True)
    assert "UG Győr" in page.text
    assert post(bea, f"{path}/gyor/part", form=path).status_code == 303
    assert "Clouds" not in client.get("/groups/gyor").text
    assert "Clouds" not in client.get("/groups/gyor/calendar.ics").text


def test_what_a_group_holds_with_another_is_in_its_list(people):
    _, zsofi, gyor = people
    with db.transaction() as session:
        shared = make_event(make_group(slug="vienna"), title="Waltz", starts_at=clock.now())
        session.add(CoHost(event_id=shared.id, group_id=gyor.id, answer=Answer.ACCEPTED))
    assert "held together" in zsofi.get("/organize/gyor/meetups").text
