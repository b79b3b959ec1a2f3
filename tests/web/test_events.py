import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.factories import make_event, make_group
from usergroups import db
from usergroups.models import Attendance, EventStatus, Topic

PUBLIC_ID = "bcdfghjkmn"
ADDRESS = f"/events/{PUBLIC_ID}/clouds-over-paris"


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction():
        paris = make_group(slug="paris", topics=[Topic(slug="clouds", name="Clouds")])
        suva = make_group(
            slug="suva", city="Suva", country="FJ", latitude=-18.14, longitude=178.44,
            timezone="Pacific/Fiji",
        )  # fmt: skip
        make_event(
            paris, public_id=PUBLIC_ID, title="Clouds over Paris", venue="<b>Room</b>",
            description="An **evening** <script>alert(1)</script>",
            starts_at=datetime(2026, 6, 18, 16, 30, tzinfo=UTC),
        )  # fmt: skip
        make_event(
            suva, title="Islands", attendance=Attendance.ONLINE,
            starts_at=datetime(2026, 7, 1, 12, 30, tzinfo=UTC),
        )  # fmt: skip
        make_event(paris, title="Yesterday", starts_at=frozen_clock - timedelta(days=1))
        make_event(
            paris, public_id="draft", title="A draft", status=EventStatus.DRAFT,
            starts_at=datetime(2026, 6, 19, tzinfo=UTC),
        )  # fmt: skip


def titles(answer) -> list[str]:
    rows = answer.text.split('class="meetup-title"><a')[1:]
    return [row.split(">")[1].split("<")[0] for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Clouds over Paris", "Islands"]),
        ("country=FR", ["Clouds over Paris"]),
        ("topic=clouds", ["Clouds over Paris"]),
        ("online=1", ["Islands"]),
        ("near=Paris", ["Clouds over Paris"]),
        ("near=-18,-179.9&within=500", ["Islands"]),
        ("from=2026-06-01", ["Yesterday", "Clouds over Paris", "Islands"]),
        ("from=2026-06-19", ["Islands"]),
        ("to=2026-06-18", ["Clouds over Paris"]),
        ("from=2026-06-18&to=2026-06-18", ["Clouds over Paris"]),
        ("near=Atlantis", []),
    ],
)
def test_what_is_on(client, world, query, expected):
    answer = client.get(f"/events?{query}")
    assert answer.status_code == 200
    assert titles(answer) == expected


@pytest.mark.parametrize("field", ["from", "to", "country", "within"])
def test_what_does_not_fit_comes_back_in_the_form_with_a_reason(client, world, field):
    answer = client.get(f"/events?{field}=nonsense&topic=clouds")
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert titles(answer) == ["Clouds over Paris"]


def test_a_meetups_page_shows_its_own_clock(client, world):
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    for said in (
        "Clouds over Paris",
        "Thursday, 18 June 2026",
        "18:30–20:30",
        "UTC+2",
        'datetime="2026-06-18T18:30:00+02:00"',
        "<strong>evening</strong>",
        "&lt;b&gt;Room&lt;/b&gt;",
        f"http://usergroups.test/events/{PUBLIC_ID}.ics",
        '"@type":"Event"',
    ):
        assert said in answer.text.replace('"@type": "Event"', '"@type":"Event"'), said
    assert "<script>alert" not in answer.text
    assert "A draft" not in answer.text


def test_americans_read_times_their_way(client, world):
    answer = client.get(ADDRESS, headers={"Accept-Language": "en-US,en;q=0.9"})
    assert "Thursday, June 18, 2026" in answer.text
    assert "6:30\u202fPM" in answer.text
    assert '<html lang="en-US" dir="ltr">' in answer.text


@pytest.mark.parametrize("path", [f"/events/{PUBLIC_ID}/old-title", f"/events/{PUBLIC_ID}"])
def test_another_title_leads_to_the_present_one(client, world, path):
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (301, ADDRESS)


@pytest.mark.parametrize("path", ["/events/nobody/x", "/events/draft/a-draft", "/events/draft"])
def test_what_nobody_may_see_is_not_there(client, world, path):
    answer = client.get(path)
    assert answer.status_code == 404
    said = re.sub('value="[^"]*"', "", answer.text)  # the words of the address, to look for them
    said = said.replace(path, "").replace(quote(path, safe=""), "")
    assert "draft" not in said.lower()


def test_states_are_said(client, world, frozen_clock):
    with db.transaction():
        group = make_group(slug="states")
        for status in (EventStatus.CANCELLED, EventStatus.TENTATIVE):
            make_event(
                group, public_id=status.value, title="X", status=status,
                starts_at=frozen_clock + timedelta(days=3),
            )  # fmt: skip
        make_event(group, public_id="over", title="X", starts_at=frozen_clock - timedelta(days=3))
    assert "This meetup is cancelled." in client.get("/events/cancelled/x").text
    assert "Tentative:" in client.get("/events/tentative/x").text
    assert "This meetup is over." in client.get("/events/over/x").text


def test_whole_days_have_no_hour(client, world):
    with db.transaction():
        group = make_group(slug="days")
        make_event(
            group, public_id="days", title="X", all_day=True,
            starts_at=datetime(2026, 6, 19, 22, tzinfo=UTC),
            ends_at=datetime(2026, 6, 21, 22, tzinfo=UTC),
        )  # fmt: skip
    page = client.get("/events/days/x").text
    assert "Saturday, 20 June 2026" in page
    assert "All day, until Sun, 21 Jun 2026" in page
    assert "00:00–" not in page
