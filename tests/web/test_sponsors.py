"""Sponsors: put up at three desks, shown to everybody, and given nobody's name unasked."""

import re

import pytest
from sqlalchemy import func, select

from tests.browsing import browser_of, person, post, signed_in, upload
from tests.factories import make_event, make_group, make_user
from tests.formats.test_logo import SVG, picture
from usergroups import clock, db
from usergroups.models import (
    AuditEntry,
    Origin,
    Registration,
    Role,
    Rsvp,
    RsvpStatus,
    SharingConsent,
    Sponsor,
)

pytestmark = pytest.mark.usefixtures("frozen_clock")
GROUP, MEETUP = "/organize/paris/sponsors", "/organize/paris/meetups/clouds0000/sponsors"


@pytest.fixture
def group(database):
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris")
        event = make_event(
            group, public_id="clouds0000", title="Clouds", registration=Registration.HERE
        )
        make_event(group, public_id="elsewhere0", origin=Origin.NATIVE)
        person(group, Role.MEMBER, name="Ada", email="ada@example.org")
        group.event = event
    return group


def shown(client, path: str) -> list[str]:
    page = client.get(path, follow_redirects=True).text
    found = re.search(r'<ul class="sponsors">.*?</ul>', page, re.DOTALL)
    return re.findall(r'rel="sponsored[^>]*>([^<]+)<', found.group()) if found else []


def test_each_stands_where_it_gives(app, group, client):
    organizer = signed_in(app, group, Role.ORGANIZER)
    steward = signed_in(app, is_steward=True)
    url = "https://example.org/"
    assert post(steward, "/steward/sponsors", name="Everywhere", url=url).status_code == 303
    assert post(organizer, GROUP, name="The group's", url=url, tier="Gold").status_code == 303
    assert post(organizer, MEETUP, name="Pizza", url=url, gives="Pizza").status_code == 303
    everybody = ["The group&#39;s", "Everywhere"]
    assert shown(client, "/groups/paris") == everybody
    assert shown(client, "/events/elsewhere0") == everybody
    assert shown(client, "/events/clouds0000") == ["Pizza", *everybody]


def test_it_is_changed_and_taken_down(app, group, client):
    organizer = signed_in(app, group, Role.ORGANIZER)
    answer = upload(
        organizer, GROUP, name="Acme", url="https://example.org", picture=("a.png", picture())
    )
    assert answer.status_code == 303
    one = re.search(rf"{GROUP}/(\d+)", organizer.get(GROUP).text).group()
    assert 'value="Acme"' in organizer.get(one).text
    assert post(organizer, one, name="Acme Ltd", url="https://example.org").status_code == 303
    page = client.get("/groups/paris").text
    assert "Acme Ltd" in page
    logo = re.search(r"/logos/\w+\.png", page).group()  # it has kept its picture
    assert client.get(logo).headers["Content-Type"] == "image/png"
    assert post(organizer, one, remove="yes").status_code == 303
    assert shown(client, "/groups/paris") == []
    assert client.get(logo).status_code == 404
    with db.reading() as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
        assert session.scalar(select(func.count(Sponsor.id))) == 0
    assert acts == ["group.sponsor_added", "group.sponsor_changed", "group.sponsor_removed"]


def test_it_is_shown_on_its_days_alone(app, group, client):
    organizer = signed_in(app, group, Role.ORGANIZER)
    today = clock.today().isoformat()
    post(organizer, GROUP, name="Today", url="https://example.org", ends_on=today)
    post(organizer, GROUP, name="Never more", url="https://example.org", ends_on="2020-01-01")
    assert shown(client, "/groups/paris") == ["Today"]
    assert shown(client, "/events/clouds0000") == []  # a week from now


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "Acme", "url": "javascript:alert(1)"}, "begins with http"),
        ({"name": "Acme", "begins_on": "2026-02-01", "ends_on": "2026-01-01"}, "before the first"),
        ({"name": "Acme", "picture": ("logo.svg", SVG)}, "a script or a web page"),
    ],
)
def test_bad_input_comes_back_filled(app, group, fields, word):
    organizer = signed_in(app, group, Role.ORGANIZER)
    answer = upload(organizer, GROUP, **{"gives": "The room"} | fields)
    assert answer.status_code == 422
    assert word in answer.text
    assert 'value="The room"' in answer.text


def test_nobody_reaches_the_sponsors_of_others(app, group):
    organizer = signed_in(app, group, Role.ORGANIZER)
    steward = signed_in(app, is_steward=True)
    post(steward, "/steward/sponsors", name="Everywhere")
    number = re.search(r"/steward/sponsors/(\d+)", steward.get("/steward/sponsors").text).group(1)
    assert post(organizer, f"{GROUP}/{number}", form=GROUP, name="Mine").status_code == 404
    assert post(organizer, f"{GROUP}/{number}", form=GROUP, remove="yes").status_code == 404
    assert organizer.get("/steward/sponsors").status_code == 403
    assert signed_in(app, group, Role.MEMBER).get(GROUP).status_code == 403


@pytest.fixture
def attendee(app, group):
    """Ada, who comes to the meetup, which Acme supports; and somebody else who comes."""
    organizer = signed_in(app, group, Role.ORGANIZER)
    post(organizer, MEETUP, name="Acme")
    with db.transaction() as session:
        ada = make_user(name="=Ada", email="ada.l@example.org", verified_at=clock.now())
        for user, arrival in ((ada, 1), (make_user(email="no@example.org"), 2)):
            session.add(
                Rsvp(
                    event_id=group.event.id, user_id=user.id, status=RsvpStatus.GOING,
                    arrival=arrival,
                )
            )  # fmt: skip
    return organizer, browser_of(app, ada)


def take_away(organizer):
    with db.reading() as session:
        sponsor = session.scalar(select(Sponsor.id))
    return post(organizer, f"{MEETUP}/{sponsor}/people.csv", form=MEETUP), str(sponsor)


def test_a_name_is_given_away_by_whoever_has_it_and_taken_back(attendee):
    organizer, ada = attendee
    table, sponsor = take_away(organizer)
    assert table.text == "name,address,agreed_at\n"
    path = "/rsvp/clouds0000/sharing"
    assert "checked" not in ada.get(path).text
    assert post(ada, path, sponsors=sponsor).status_code == 303
    assert post(ada, path, sponsors=sponsor).status_code == 303
    assert "checked" in ada.get(path).text
    table, _ = take_away(organizer)
    assert table.text.splitlines()[1].startswith("'=Ada,ada.l@example.org,")
    assert table.headers["Cache-Control"] == "no-store"
    assert "no@example.org" not in table.text
    assert post(ada, path).status_code == 303
    assert take_away(organizer)[0].text == "name,address,agreed_at\n"
    with db.reading() as session:
        log = session.scalars(select(SharingConsent.withdrawn_at)).all()
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act.like("%shared%"))).all()
    assert len(log) == 1
    assert log[0] is not None
    assert len(acts) == 3
    assert "taken back on" in ada.get(path).text


def test_who_may_share_and_with_whom(app, group, attendee):
    _, ada = attendee
    stranger = signed_in(app)
    path = "/rsvp/clouds0000/sharing"
    assert post(ada, path, sponsors="999").status_code == 404
    assert post(ada, path, sponsors="all").status_code == 422
    with db.reading() as session:
        sponsor = str(session.scalar(select(Sponsor.id)))
    assert post(stranger, path, sponsors=sponsor).status_code == 409
