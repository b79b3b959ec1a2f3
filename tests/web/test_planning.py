"""Planning a meetup: from "some time in September" to the day, and what becomes of it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, person, post, signed_in
from tests.factories import make_event, make_group, make_source
from usergroups import clock, db
from usergroups.models import (
    Attendance,
    AuditEntry,
    Event,
    EventInterest,
    EventQuestion,
    EventQuestionKind,
    EventStatus,
    Origin,
    PollDate,
    PollVote,
    Precision,
    Registration,
    Role,
    Rsvp,
    RsvpStatus,
    SourceKind,
    Vote,
)

pytestmark = pytest.mark.usefixtures("frozen_clock")
NEW = "/organize/london/meetups/new"


@pytest.fixture
def group(database):
    with db.transaction():
        return make_group(slug="london", name="UG London", city="London", country="GB",
                          timezone="Europe/London")  # fmt: skip


@pytest.fixture
def lead(app, group):
    return signed_in(app, group, Role.LEAD)


def given(**fields):
    return {
        "title": "OpenStack Day", "description": "All **day**.", "precision": "exact",
        "on": "2027-06-10", "starts": "18:30", "ends": "21:00", "timezone": "Europe/London",
        "status": "confirmed", "topics": "Cloud, cloud, Data",
    } | fields  # fmt: skip


def the_event() -> Event:
    with db.reading() as session:
        return session.scalars(select(Event).order_by(Event.id.desc())).first()


def desk() -> str:
    return f"/organize/london/meetups/{the_event().public_id}"


def edit(lead, **fields):
    path = f"{desk()}/edit"
    seen = re.search(r'name="seen" value="([^"]+)"', lead.get(path).text).group(1)
    return post(lead, path, **given(seen=seen) | fields)


def test_a_meetup_is_made_on_the_clock_on_the_wall(lead, client):
    assert post(lead, NEW, **given()).status_code == 303
    event = the_event()
    assert (event.starts_at, event.ends_at) == (
        datetime(2027, 6, 10, 17, 30, tzinfo=UTC), datetime(2027, 6, 10, 20, 0, tzinfo=UTC),
    )  # fmt: skip
    assert (event.status, event.registration) == (EventStatus.CONFIRMED, Registration.HERE)
    page = client.get(f"/events/{event.public_id}", follow_redirects=True).text
    assert "<strong>day</strong>" in page
    assert "OpenStack Day" in client.get("/groups/london").text
    assert "STATUS:CONFIRMED" in client.get("/groups/london/calendar.ics").text
    form = lead.get(f"{desk()}/edit").text
    assert ('value="18:30"' in form, 'value="Cloud, Data"' in form) == (True, True)


def test_a_draft_is_seen_by_nobody_but_who_has_its_link(lead, client):
    post(lead, NEW, **given(status="draft"))
    public_id = the_event().public_id
    assert client.get(f"/events/{public_id}").status_code == 404
    assert "OpenStack" not in client.get("/groups/london").text
    assert post(lead, f"{desk()}/share", form=desk()).status_code == 303
    link = re.search(r"/drafts/[\w.-]+", lead.get(desk()).text).group()
    shown = client.get(link)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert client.get(link[:-1] + "x").status_code == 404
    assert client.get(f"/drafts/{public_id}.").status_code == 404
    assert post(lead, f"{desk()}/unshare", form=desk()).status_code == 303
    assert client.get(link).status_code == 404
    post(lead, f"{desk()}/share", form=desk())
    assert client.get(link).status_code == 404  # another link than the one before
    assert post(lead, f"{desk()}/announce", form=desk()).status_code == 303
    assert client.get(f"/events/{public_id}", follow_redirects=True).status_code == 200
    assert client.get(link).status_code == 404


def test_a_month_is_enough_to_begin_with(app, lead, client):
    month = given(precision="month", month="2027-09", status="tentative", on="", starts="")
    assert post(lead, NEW, **month).status_code == 303
    event = the_event()
    assert (event.precision, event.starts_at, event.ends_at) == (
        Precision.MONTH,
        datetime(2027, 8, 31, 23, tzinfo=UTC),
        datetime(2027, 9, 30, 23, tzinfo=UTC),
    )  # fmt: skip
    address = f"/events/{event.public_id}"
    page = client.get(address, follow_redirects=True).text
    assert ("September 2027" in page, "The day is not fixed yet." in page) == (True, True)
    assert "September 2027</time>, day not fixed yet" in client.get("/groups/london").text
    feed = client.get("/groups/london/calendar.ics").text
    assert ("STATUS:TENTATIVE" in feed, "DTSTART;VALUE=DATE:20270901" in feed) == (True, True)
    ada = signed_in(app, email="ada@example.org", name="Ada")
    path = f"/rsvp/{event.public_id}/interest"
    note = "A room for sixty"
    assert post(ada, path, would_come="yes", could_host="yes", note=note).status_code == 303
    page = client.get(address, follow_redirects=True).text
    assert ("One person would come." in page, note in page) == (True, False)
    poll = f"{desk()}/poll"
    assert note in lead.get(poll).text
    for day in ("2027-09-14", "2027-09-16"):
        times = {"on": day, "starts": "18:00", "ends": "21:00", "timezone": "Europe/London"}
        assert post(lead, poll, **times).status_code == 303
    again = post(lead, poll, **times)
    assert (again.status_code, "asked about already" in again.text) == (422, True)
    with db.reading() as session:
        first, second = session.scalars(select(PollDate.id).order_by(PollDate.starts_at)).all()
    votes = {f"date_{first}": "no", f"date_{second}": "yes", "date_999": "yes", "date_x": "yes"}
    assert post(ada, f"/rsvp/{event.public_id}/poll", **votes).status_code == 303
    with db.reading() as session:
        cast = {row.poll_date_id: row.vote for row in session.scalars(select(PollVote))}
    assert cast == {first: Vote.NO, second: Vote.YES}
    assert post(lead, f"{poll}/{second}/take", form=poll).status_code == 303
    event = the_event()
    assert (event.status, event.precision) == (EventStatus.CONFIRMED, Precision.EXACT)
    assert event.starts_at == datetime(2027, 9, 16, 17, 0, tzinfo=UTC)
    assert post(ada, path, form=f"/rsvp/{event.public_id}", would_come="yes").status_code == 409
    assert ada.get(path).status_code == 303
    assert "STATUS:CONFIRMED" in client.get("/groups/london/calendar.ics").text


def test_interest_is_taken_back(app, lead):
    post(lead, NEW, **given(precision="quarter", month="2027-08", status="tentative"))
    event = the_event()
    assert event.starts_at == datetime(2027, 6, 30, 23, tzinfo=UTC)
    ada = signed_in(app)
    path = f"/rsvp/{event.public_id}/interest"
    for fields in ({"would_come": "yes"}, {"would_come": "yes"}, {}):
        assert post(ada, path, **fields).status_code == 303
    with db.reading() as session:
        assert session.scalars(select(EventInterest)).all() == []


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"title": "x" * 10_000}, "At most 200 characters"),
        ({"title": "Day\u202e"}, "cannot be seen"),
        ({"on": ""}, "Please fill this in."),
        ({"on": "tomorrow"}, "A day such as"),
        ({"starts": "25:00"}, "A time such as"),
        ({"ends_on": "2027-06-09"}, "It would end before it begins."),
        ({"ends_on": "2027-09-09"}, "longer than a month"),
        ({"timezone": "Europe/Atlantis"}, "We know no time zone"),
        ({"on": "2027-03-28", "starts": "01:30"}, "on that day. 00:30 or 02:30?"),
        ({"on": "2027-10-31", "starts": "01:30"}, "Clocks show this time twice"),
        ({"precision": "month", "month": ""}, "Please fill this in."),
        ({"precision": "month", "month": "2027-09"}, "once its day is fixed"),
        ({"opens": "2027-06-02T10:00", "closes": "2027-06-01T10:00"}, "close before it opens"),
        ({"opens": "2027-06-20T10:00"}, "when the meetup has begun"),
        ({"url": "javascript:alert(1)"}, "begins with http"),
        ({"most_guests": "99"}, "At most 9"),
    ],
)  # fmt: skip
def test_bad_input_comes_back_filled(lead, fields, word):
    answer = post(lead, NEW, **given(venue="The Old Mill") | fields)
    assert answer.status_code == 422
    assert word in answer.text
    assert 'value="The Old Mill"' in answer.text
    assert the_event() is None


@pytest.mark.parametrize(
    ("zone", "wall", "second", "utc"),
    [
        ("Europe/London", "2027-10-31T01:30", "", "2027-10-31T00:30"),
        ("Europe/London", "2027-10-31T01:30", "yes", "2027-10-31T01:30"),
        ("America/New_York", "2027-11-07T01:30", "yes", "2027-11-07T06:30"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", "", "2027-04-03T14:45"),
    ],
)
def test_of_a_time_that_exists_twice_one_is_chosen(lead, zone, wall, second, utc):
    on, starts = wall.split("T")
    fields = {"timezone": zone, "on": on, "starts": starts, "ends": "05:00", "second": second}
    assert post(lead, NEW, **given(**fields)).status_code == 303
    assert the_event().starts_at == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_hostile_words_are_text(lead, client):
    hostile = "<script>alert(1)</script>[x](javascript:alert(1))"
    assert post(lead, NEW, **given(title=hostile, description=hostile)).status_code == 303
    page = client.get(f"/events/{the_event().public_id}", follow_redirects=True).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_a_look_first_saves_nothing(lead):
    answer = post(lead, NEW, **given(preview="yes"))
    assert (answer.status_code, "<strong>day</strong>" in answer.text) == (200, True)
    assert the_event() is None


def test_the_second_of_two_who_change_it_keeps_their_words(lead):
    post(lead, NEW, **given())
    path = f"{desk()}/edit"
    seen = re.search(r'name="seen" value="([^"]+)"', lead.get(path).text).group(1)
    with db.transaction() as session:
        event = session.scalars(select(Event)).one()
        event.revised_at = datetime(2026, 1, 1, tzinfo=UTC)
    answer = post(lead, path, **given(seen=seen, title="Mine"))
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert the_event().title == "OpenStack Day"
    assert edit(lead, title="Mine").status_code == 303
    assert the_event().title == "Mine"


def test_a_change_is_a_revision_that_calendars_notice(lead):
    post(lead, NEW, **given())
    before = the_event()
    assert edit(lead).status_code == 303
    assert the_event().sequence == before.sequence  # nothing differs
    assert edit(lead, starts="19:00").status_code == 303
    after = the_event()
    assert (after.uid, after.sequence) == (before.uid, before.sequence + 1)
    assert after.starts_at == datetime(2027, 6, 10, 18, 0, tzinfo=UTC)


def test_it_is_called_off_and_taken_up_again(lead, client):
    post(lead, NEW, **given())
    assert post(lead, f"{desk()}/cancel", reason="").status_code == 422
    for _ in range(2):
        assert post(lead, f"{desk()}/cancel", reason="The roof leaks").status_code == 303
    assert "STATUS:CANCELLED" in client.get("/groups/london/calendar.ics").text
    assert post(lead, f"{desk()}/take-up", form=desk()).status_code == 303
    assert "STATUS:CONFIRMED" in client.get("/groups/london/calendar.ics").text
    with db.reading() as session:
        acts = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert acts == ["event.added", "event.cancelled", "event.taken_up"]


def test_a_copy_is_a_draft_on_the_same_clock(lead, group):
    post(lead, NEW, **given(on="2027-10-14"))
    source = the_event()
    with db.transaction() as session:
        session.add(EventQuestion(event_id=source.id, kind=EventQuestionKind.TEXT, text="Diet?"))
    assert post(lead, f"{desk()}/copy", form=desk()).status_code == 303
    made = the_event()
    assert (made.status, made.title) == (EventStatus.DRAFT, source.title)
    assert made.uid != source.uid
    assert made.local_start.strftime("%Y-%m-%d %H:%M") == "2027-11-11 18:30"  # after the change
    with db.reading() as session:
        asked = session.scalars(
            select(EventQuestion.text).where(EventQuestion.event_id == made.id)
        ).all()
    assert asked == ["Diet?"]
    assert post(lead, f"{desk()}/discard", form=desk()).status_code == 303
    assert the_event().id == source.id
    assert post(lead, f"{desk()}/discard", form=desk()).status_code == 409


def test_who_has_answered_keeps_the_way_they_come(lead, group):
    post(lead, NEW, **given())
    with db.transaction() as session:
        event = session.scalars(select(Event)).one()
        user = person()
        session.add(Rsvp(event_id=event.id, user_id=user.id, status=RsvpStatus.GOING, arrival=1,
                         attendance=Attendance.IN_PERSON))  # fmt: skip
    assert "People have answered here" in edit(lead, registration="none").text
    assert "1 people have answered" in edit(lead, attendance="online").text
    assert edit(lead, attendance="hybrid").status_code == 303


def test_what_comes_from_elsewhere_is_changed_there(lead, group):
    with db.transaction():
        source = make_source(group, kind=SourceKind.FILE)
        make_event(group, public_id="imported00", origin=Origin.IMPORTED, source_id=source.id)
    path = "/organize/london/meetups/imported00"
    assert "changed there" in lead.get(path).text
    assert post(lead, f"{path}/cancel", reason="No").status_code == 409
    assert edit(lead).status_code == 409


def test_who_may(app, group, lead):
    post(lead, NEW, **given(status="tentative"))
    path = desk()
    with db.transaction():
        user = person(make_group(slug="lyon"), Role.LEAD)
    stranger = browser_of(app, user)
    for page in ("", "/edit", "/cancel", "/poll"):
        assert stranger.get(path + page).status_code == 403
    assert stranger.get(path.replace("london", "lyon")).status_code == 404
    assert clock.now() < the_event().starts_at
