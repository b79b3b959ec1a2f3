"""Somebody's own calendar at its secret address: what it says, and to whom it says nothing."""

import gzip
import logging
from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.browsing import browser_of
from tests.conftest import NOW
from tests.factories import (
    make_event,
    make_group,
    make_meetup,
    make_membership,
    make_rsvp,
    make_series,
    make_source,
    make_user,
)
from usergroups import clock, db, tokens
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.jobs import runner
from usergroups.models import (
    Base,
    Event,
    EventStatus,
    Job,
    MyCalendar,
    Origin,
    Role,
    Rsvp,
    RsvpStatus,
    User,
)
from usergroups.queries import my_calendars as queries
from usergroups.services import accounts, my_calendars, series
from usergroups.web import my_feed

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

DAY = timedelta(days=1)
LYON = {"city": "Lyon", "latitude": 45.7640, "longitude": 4.8357}


@pytest.fixture
def ada() -> User:
    """Somebody in Paris: in a group, with answers elsewhere; drafts lie about that could leak."""
    with db.transaction():
        user = make_user(place="Paris", latitude=48.85, longitude=2.35, timezone="Europe/Paris")
        mine, other, near = make_group(slug="mine"), make_group(**LYON), make_group(slug="near")
        make_membership(user, mine, Role.ORGANIZER)
        make_event(mine, title="Of my group", uid="of-mine")
        make_event(mine, title="A draft", status=EventStatus.DRAFT)
        for days, title, status, given in (
            (1, "Going", RsvpStatus.GOING, {"guests": 2}),
            (2, "Offered", RsvpStatus.OFFERED, {"offered_until": NOW + timedelta(hours=3)}),
            (3, "Waiting", RsvpStatus.WAITLISTED, {}),
            (4, "Declined", RsvpStatus.DECLINED, {}),
            (5, "Left", RsvpStatus.CANCELLED, {}),
            (-100, "Long ago", RsvpStatus.GOING, {}),
        ):
            event = make_meetup(other, 9, title=title, uid=title, starts_at=NOW + days * DAY)
            make_rsvp(event, user, status, **given)
        draft = make_meetup(other, 9, title="A draft", status=EventStatus.DRAFT)
        make_rsvp(draft, user)
        make_event(other, title="Of nobody here")
        make_event(near, title="Near home", uid="near-home")
        make_rsvp(make_meetup(other, 9, title="Somebody else goes"), make_user())
    return user


def address(user: User, **wanted) -> str:
    """Where a new calendar of this person is."""
    with db.transaction():
        _, secret = my_calendars.make(MyCalendarInput(**wanted), by=user)
    return f"/me/calendar/{secret}.ics"


def told(answer) -> dict[str, dict[str, str]]:
    """What a calendar says of each meetup, by its title as shown."""
    names = ("UID", "STATUS", "TRANSP", "SEQUENCE")
    return {
        str(event["SUMMARY"]): {name: str(event[name]) for name in names}
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    }


def described(answer) -> dict[str, str]:
    """The first line of each description."""
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    return {str(event["SUMMARY"]): str(event["DESCRIPTION"]).partition("\n")[0] for event in events}


def test_my_answers_say_how_i_stand(client, ada):
    answer = client.get(address(ada, has_answers=True))
    assert told(answer) == {
        "Going": {"UID": "Going", "STATUS": "CONFIRMED", "TRANSP": "OPAQUE", "SEQUENCE": "0"},
        "A seat is held: Offered": {
            "UID": "Offered", "STATUS": "TENTATIVE", "TRANSP": "TRANSPARENT", "SEQUENCE": "0",
        },
        "In line: Waiting": {
            "UID": "Waiting", "STATUS": "TENTATIVE", "TRANSP": "TRANSPARENT", "SEQUENCE": "0",
        },
    }  # fmt: skip
    told_of = described(answer)
    assert told_of["Going"].startswith("You are going, with 2 guests. http://usergroups.test/rsvp/")
    held = "A seat is held for you until Wed, 10 Jun 2026, 17:00: take it or let it go."
    assert told_of["A seat is held: Offered"].startswith(held)
    assert told_of["In line: Waiting"].startswith("You are in line for a seat")


def test_my_groups_and_what_is_near(client, ada):
    with db.transaction():
        event = make_meetup(make_group(**LYON), title="Too far", uid="far")
        make_rsvp(event, ada, RsvpStatus.DECLINED)
    free = {"STATUS": "CONFIRMED", "TRANSP": "TRANSPARENT", "SEQUENCE": "0"}
    assert told(client.get(address(ada, has_groups=True))) == {
        "Of my group": {"UID": "of-mine"} | free
    }
    assert set(told(client.get(address(ada, within_km=50)))) == {"Of my group", "Near home"}
    everything = told(client.get(address(ada, has_answers=True, has_groups=True, within_km=1000)))
    assert set(everything) == {
        "Going", "A seat is held: Offered", "In line: Waiting", "Declined", "Left", "Of my group",
        "Of nobody here", "Near home", "Somebody else goes", "Too far",
    }  # fmt: skip
    assert everything["Declined"]["TRANSP"] == "TRANSPARENT"


def test_headers(client, ada):
    answer = client.get(address(ada, has_answers=True))
    assert dict(answer.headers) | {"Content-Length": ""} == {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="my-meetups.ics"',
        "Cache-Control": "private, max-age=300",
        "Vary": "Accept-Encoding",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "ETag": answer.headers["ETag"],
        "Content-Length": "",
    }


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_it_gets_no_body(client, ada, form, count_queries):
    path = address(ada, has_answers=True, has_groups=True, within_km=100)
    etag = client.get(path).headers["ETag"]
    with count_queries() as queries:
        again = client.get(path, headers={"If-None-Match": form.format(etag)})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert len(queries) <= 6


def test_many_meetups_cost_no_more_queries_than_few(client, ada, count_queries):
    path = address(ada, has_answers=True, has_groups=True, within_km=100)
    client.get(path)
    counts = []
    for more in (0, 40):
        with db.transaction():
            for _ in range(more):
                group = make_group()
                make_membership(ada, group)
                make_rsvp(make_meetup(group, 9), ada)
        with count_queries() as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_gzip_and_head(client, ada):
    path = address(ada, has_answers=True)
    plain, zipped = client.get(path), client.get(path, headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data
    assert zipped.headers["ETag"] == plain.headers["ETag"][:-1] + '-gz"'
    head = client.head(path)
    assert (head.data, dict(head.headers)) == (b"", dict(plain.headers))


def test_a_new_answer_is_seen_and_dated(client, ada):
    path = address(ada, has_answers=True)
    before = client.get(path)
    with clock.frozen_at(NOW + timedelta(minutes=2)), db.transaction() as session:
        waiting = session.scalars(select(Rsvp).where(Rsvp.status == RsvpStatus.WAITLISTED)).one()
        waiting.status, waiting.changed_at = RsvpStatus.GOING, clock.now()
    headers = {"If-None-Match": before.headers["ETag"]}
    after = client.get(path, headers=headers)
    assert after.status_code == 200
    assert told(after)["Waiting"] == {
        "UID": "Waiting", "STATUS": "CONFIRMED", "TRANSP": "OPAQUE", "SEQUENCE": "120",
    }  # fmt: skip
    (waiting,) = (
        event
        for event in Calendar.from_ical(after.data).walk("VEVENT")
        if event["SUMMARY"] == "Waiting"
    )
    assert waiting["DTSTAMP"].dt == waiting["LAST-MODIFIED"].dt == NOW + timedelta(minutes=2)


def test_reminders_only_where_asked_for_and_only_of_what_one_goes_to(client, ada):
    assert b"VALARM" not in client.get(address(ada, has_answers=True, has_groups=True)).data
    answer = client.get(address(ada, has_answers=True, has_groups=True, remind_minutes=30))
    assert {
        str(event["SUMMARY"]): [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")]
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    } == {
        "Going": [timedelta(minutes=-30)], "A seat is held: Offered": [], "In line: Waiting": [],
        "Of my group": [],
    }  # fmt: skip


def test_what_was_called_off_makes_nobody_busy(client):
    with db.transaction():
        user, group = make_user(), make_group()
        off = {"title": "Fog", "status": EventStatus.CANCELLED, "cancelled_at": NOW}
        make_rsvp(make_meetup(group, uid="fog", **off), user)
    answer = client.get(address(user, has_answers=True, remind_minutes=30))
    assert told(answer) == {
        "Cancelled: Fog": {
            "UID": "fog", "STATUS": "CANCELLED", "TRANSP": "TRANSPARENT", "SEQUENCE": "0",
        }
    }  # fmt: skip
    assert b"VALARM" not in answer.data


def test_a_series_is_one_with_my_dates_apart(client):
    with db.transaction() as session:
        user, group = make_user(), make_group()
        make_membership(user, group)
        one = make_series(group, uid="thursdays")
        series.extend_by_id(one.id)
        dates = select(Event).where(Event.series_id == one.id).order_by(Event.starts_at)
        make_rsvp(session.scalars(dates).all()[2], user)
    whole = Calendar.from_ical(client.get(address(user, has_groups=True, has_answers=True)).data)
    master, mine = whole.walk("VEVENT")
    assert (master["UID"], mine["UID"]) == ("thursdays", "thursdays")
    assert "RRULE" in master
    assert "EXDATE" not in master
    assert master["TRANSP"] == "TRANSPARENT"
    assert mine["TRANSP"] == "OPAQUE"
    assert mine["RECURRENCE-ID"].dt == mine["DTSTART"].dt
    only = Calendar.from_ical(client.get(address(user, has_answers=True)).data)
    [alone] = only.walk("VEVENT")
    assert (alone["UID"], alone["SEQUENCE"]) == ("thursdays", mine["SEQUENCE"])
    assert alone["DTSTART"].dt == mine["RECURRENCE-ID"].dt
    assert set(mine) - set(alone) == {"RECURRENCE-ID"}
    assert alone["TRANSP"] == "OPAQUE"


def test_one_uid_stands_once_and_the_answer_wins(client):
    with db.transaction():
        user, mine, other = make_user(), make_group(), make_group()
        make_membership(user, mine)
        make_membership(user, other)
        for group in (mine, other):
            event = make_event(
                group, uid="shared", title=f"In {group.slug}", source_id=make_source(group).id,
                origin=Origin.IMPORTED,
            )  # fmt: skip
            if group is other:
                make_rsvp(event, user)
    answer = client.get(address(user, has_groups=True, has_answers=True))
    assert list(told(answer)) == [f"In {other.slug}"]


def test_the_address_is_nowhere_in_it(client, ada, caplog, monkeypatch):
    path = address(ada, has_answers=True)
    secret = path.removeprefix("/me/calendar/").removesuffix(".ics")
    answer = client.get(path)
    assert secret not in answer.text
    assert "SOURCE" not in answer.text
    monkeypatch.setattr(queries, "holding", lambda _calendar: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        assert client.get(path).status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "/me/calendar/….ics" in caplog.text
    assert secret not in caplog.text


def test_only_the_hash_is_kept(ada):
    path = address(ada, has_answers=True)
    secret = path.removeprefix("/me/calendar/").removesuffix(".ics")
    assert len(secret) * 6 >= 128
    with db.reading() as session:
        kept = repr([session.execute(select(t)).all() for t in Base.metadata.sorted_tables])
    assert secret not in kept
    assert tokens.hashed(secret) in kept


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "%00", "../mine", "'--", "é" * 20])
def test_no_other_address_leads_anywhere(client, ada, token):
    address(ada, has_answers=True)
    answer = client.get(f"/me/calendar/{token}.ics")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert b"Going" not in answer.data


def test_the_hash_and_secrets_for_other_things_open_nothing(client, app, ada):
    path = address(ada, has_answers=True)
    secret = path.removeprefix("/me/calendar/").removesuffix(".ics")
    with db.transaction():
        sign_in = accounts.offer_sign_in(ada)
    assert client.get(f"/me/calendar/{tokens.hashed(secret)}.ics").status_code == 404
    assert client.get(f"/me/calendar/{sign_in}.ics").status_code == 404
    assert client.get(f"/me/calendar/{secret.swapcase()}.ics").status_code == 404
    assert client.get(f"/sign-in/{secret}").status_code == 404
    assert client.post(path).status_code == 405


def test_revoked_and_readdressed(client, ada):
    with db.transaction():
        calendar, first = my_calendars.make(MyCalendarInput(has_answers=True), by=ada)
        second = my_calendars.readdress(calendar.id, by=ada)
    assert client.get(f"/me/calendar/{first}.ics").status_code == 404
    assert client.get(f"/me/calendar/{second}.ics").status_code == 200
    with db.transaction():
        my_calendars.remove(calendar.id, by=ada)
    gone = client.get(f"/me/calendar/{second}.ics")
    assert (gone.status_code, gone.headers["X-Robots-Tag"]) == (404, "noindex")


def test_programs_are_counted_by_calendar_not_by_machine(client, ada, monkeypatch):
    monkeypatch.setattr(my_feed, "_OFTEN", "2 per hour")
    one, other = address(ada, has_answers=True), address(ada, has_groups=True)
    assert [client.get(one).status_code for _ in range(3)] == [200, 200, 429]
    assert client.get(one).headers["Retry-After"]
    assert client.get(other).status_code == 200


def everything() -> dict[str, list]:
    with db.reading() as session:
        return {
            table.name: session.execute(select(table)).all()
            for table in Base.metadata.sorted_tables
            if table.name != "job"
        }


def test_use_is_noted_by_a_job_once_an_hour(client, ada, config):
    path = address(ada, has_answers=True)
    before = everything()
    for _ in range(3):
        client.get(path)
    assert everything() == before

    def jobs() -> list[int]:
        with db.reading() as session:
            return list(session.scalars(select(Job.id).where(Job.finished_at.is_(None))))

    (job,) = jobs()
    assert runner.run(job, config) is True

    def used_at():
        with db.reading() as session:
            return session.scalars(select(MyCalendar.used_at)).one()

    assert used_at() == NOW
    client.get(path)
    assert jobs() == []
    with clock.frozen_at(NOW + timedelta(hours=1)):
        client.get(path)
        (later,) = jobs()
        runner.run(later, config)
    assert used_at() == NOW + timedelta(hours=1)


def test_a_signed_in_browser_is_not_looked_at(app, ada):
    browser = browser_of(app, ada)
    answer = browser.get(address(ada, has_answers=True))
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]
