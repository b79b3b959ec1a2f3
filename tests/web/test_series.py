"""Series over HTTP: forms with a look at what they stand for, without and with the part alone."""

import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.factories import make_event, make_rsvp, make_user
from tests.people import team_of
from tests.services.test_series import THIRD_THURSDAY, answered, days, made, rows
from tests.web.test_team import entered
from usergroups import db
from usergroups.models import Event, EventStatus, RsvpStatus, Series

MEETUPS = "/organize/paris/meetups"
SERIES = f"{MEETUPS}/series"
FORM = THIRD_THURSDAY | {"begins_on": "2026-06-10"}


@pytest.fixture
def group(database, frozen_clock):
    return team_of("organizer", "member", slug="paris", timezone="Europe/Paris")


@pytest.fixture
def browser(app, group) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return entered(app, group[1]["organizer"])


def text(answer: Any) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def only() -> Series:
    with db.reading() as session:
        return session.scalars(select(Series).order_by(Series.id.desc())).first()


def test_a_series_is_looked_at_then_made(browser, group):
    assert browser.get(f"{SERIES}/new").status_code == 200
    page = browser.post(f"{SERIES}/new", data=FORM | {"preview": "yes"})
    assert page.status_code == 200
    assert "On the third Thursday of each month" in text(page)
    assert "Thursday, 18 June 2026, 18:30–21:00" in text(page)
    assert 'value="Third Thursday"' in page.text
    assert rows() == []
    part = browser.post(f"{SERIES}/new", data=FORM | {"preview": "yes", "part": "yes"})
    assert "<html" not in part.text
    assert part.text.count("<li>") == 8
    answer = browser.post(f"{SERIES}/new", data=FORM)
    assert answer.status_code == 303
    assert answer.location == f"{SERIES}/{only().public_id}"
    shown = text(browser.get(answer.location))
    assert "The series is made." in shown
    assert "To come 18" in shown
    assert "18 to come" in text(browser.get(SERIES))


def test_the_dates_are_shown_before_there_is_a_title(browser):
    given = {name: value for name, value in FORM.items() if name != "title"}
    assert browser.post(f"{SERIES}/new", data=given | {"preview": "yes"}).status_code == 200
    refused = browser.post(f"{SERIES}/new", data=given | {"description": "Long work"})
    assert refused.status_code == 422
    assert "Please fill this in." in text(refused)
    assert "Long work" in refused.text


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ends_on": "2026-06-12"}, "the rule's first would be on 2026-06-18"),
        ({"repeat": "weekly"}, "Choose one day of the week at least."),
        ({"starts": "half past"}, "A time such as 18:30, please."),
        ({"begins_on": ""}, "Please fill this in."),
        ({"begins_on": "2026-01-01"}, "That day is over."),
        ({"skipped": "Christmas"}, "Days such as 2026-12-24, please"),
        ({"ends_on": "2026-06-19", "skipped": "2026-06-18"}, "No date is left"),
        ({"every": "0"}, "At least 1, please."),
        ({"timezone": "Paris"}, "We know no time zone called 'Paris'."),
        ({"nth": "7"}, "Choose one, please."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(browser, more, said):
    for extra in ({}, {"preview": "yes"}, {"preview": "yes", "part": "yes"}):
        answer = browser.post(f"{SERIES}/new", data=FORM | more | extra)
        assert answer.status_code == 422
        assert said in text(answer)
        if "part" not in extra:
            assert 'value="Chez nous"' in answer.text
    assert rows() == []


def test_times_that_clocks_skip_or_show_twice_are_told_beforehand(browser):
    night = FORM | {"repeat": "weekly", "weekdays": ["SU"], "starts": "02:30", "ends": "04:00"}
    shown = text(browser.post(f"{SERIES}/new", data=night | {"preview": "yes"}))
    assert (
        "On Sunday, 25 October 2026 clocks are put back and show 02:30 twice. "
        "The meetup begins the first time."
    ) in shown
    assert (
        "On Sunday, 28 March 2027 clocks are put forward and skip 02:30. "
        "The meetup begins at 03:30 then."
    ) in shown


def test_a_meetup_comes_again(browser, group):
    with db.transaction() as session:
        event = make_event(session.merge(group[0]), title="The usual", venue="Here", language="fr")
    assert "Let it come again" in text(browser.get(f"{MEETUPS}/{event.public_id}/series"))
    form = browser.get(f"{SERIES}/new?like={event.public_id}")
    assert 'value="The usual"' in form.text
    assert 'name="begins_on" type="date" value="2026-06-18"' in form.text
    made_of = FORM | {"like": event.public_id}
    assert browser.post(f"{SERIES}/new", data=made_of).status_code == 303
    assert {row.language for row in rows(only())} == {"fr"}
    assert browser.get(f"{SERIES}/new?like=nobody").status_code == 404
    assert browser.post(f"{SERIES}/new", data=FORM | {"like": "nobody"}).status_code == 404


def test_from_one_meetup_to_those_after_it(browser, group):
    one = made(group[0])
    third = rows(one)[2]
    answered(third, 2)
    choices = browser.get(f"{MEETUPS}/{third.public_id}/series")
    path = f"{SERIES}/{one.public_id}/edit"
    assert f'href="{path}?scope=following&amp;since=2026-08-20"' in choices.text
    form = browser.get(f"{path}?scope=following&since=2026-08-20")
    assert 'name="since" value="2026-08-20"' in form.text
    sent = THIRD_THURSDAY | {
        "scope": "following", "since": "2026-08-20", "version": "1", "starts": "19:00",
    }  # fmt: skip
    looked = text(browser.post(path, data=sent | {"preview": "yes"}))
    assert "2 answers are to meetups that change: whoever gave them is told." in looked
    assert "Thu, 20 Aug 2026, 18:30 Thu, 20 Aug 2026, 19:00 2" in looked
    assert "16 Jul 2026" not in looked
    part = browser.post(path, data=sent | {"preview": "yes", "part": "yes"})
    assert "<html" not in part.text
    assert len(days(one)) == 18
    answer = browser.post(path, data=sent)
    assert answer.status_code == 303
    assert len(days(one)) == 2
    assert answer.location == f"{SERIES}/{only().public_id}"
    assert "This series has ended." in text(browser.get(f"{SERIES}/{one.public_id}"))


def test_what_goes_and_what_stays_is_shown_beforehand(browser, group):
    one = made(group[0], THIRD_THURSDAY | {"repeat": "weekly", "weekdays": ("TH",)})
    answered(rows(one)[0])
    sent = THIRD_THURSDAY | {"version": "1"}
    looked = text(browser.post(f"{SERIES}/{one.public_id}/edit", data=sent | {"preview": "yes"}))
    assert "As it is, by itself: people have answered 1" in looked
    assert "Gone: the rule has no day for it, and nobody has answered 0" in looked
    assert "Thu, 16 Jul 2026" not in looked
    assert "meetups stay as they are." in looked
    assert browser.get(f"{SERIES}/{one.public_id}/edit?scope=following&since=x").status_code == 200


def test_the_second_of_two_is_told_and_loses_nothing(browser, group):
    one = made(group[0])
    path = f"{SERIES}/{one.public_id}/edit"
    sent = THIRD_THURSDAY | {"version": "1"}
    assert browser.post(path, data=sent | {"title": "First"}).status_code == 303
    second = browser.post(path, data=sent | {"title": "Second", "description": "Long work"})
    assert second.status_code == 409
    assert "Somebody else has changed this series in the meantime." in text(second)
    assert "It is now: First." in text(second)
    assert "Long work" in second.text
    version = re.search(r'name="version" value="(\d+)"', second.text)[1]
    assert (
        browser.post(path, data=sent | {"title": "Second", "version": version}).status_code == 303
    )
    assert {row.title for row in rows(one)} == {"Second"}


def test_a_date_is_left_out_and_put_back(browser, group):
    one = made(group[0])
    path, second = f"{SERIES}/{one.public_id}", rows(one)[1]
    skip = {"meetup": second.public_id, "reason": "Holidays"}
    assert browser.post(f"{path}/skip", data=skip).status_code == 303
    assert browser.post(f"{path}/skip", data=skip).status_code == 409
    assert browser.post(f"{path}/skip").status_code == 422
    page = text(browser.get(path))
    assert "Left out Thursday, 16 July 2026 Have it again" in page
    assert rows(one)[1].status is EventStatus.CANCELLED
    assert browser.post(f"{path}/back", data={"day": "2026-07-16"}).status_code == 303
    assert browser.post(f"{path}/back", data={"day": "2026-07-16"}).status_code == 409
    assert rows(one)[1].status is EventStatus.CONFIRMED


def test_a_draft_is_announced_and_a_series_ended(browser, client, group):
    one = made(group[0], status="draft")
    path = f"{SERIES}/{one.public_id}"
    assert client.get(f"/events/series/{one.public_id}").status_code == 404
    assert browser.post(f"{path}/announce", data={"version": "1"}).status_code == 303
    assert browser.post(f"{path}/announce", data={"version": "1"}).status_code == 409
    assert client.get(f"/events/series/{one.public_id}").status_code == 200
    end = {"version": "2", "last_on": "2026-08-31"}
    assert browser.post(f"{path}/end", data=end).status_code == 303
    assert len(rows(one)) == 3
    assert browser.post(f"{path}/end", data=end | {"version": "3"}).status_code == 409


def test_the_page_of_a_series_is_anybodys(client, group, count_queries):
    one = made(group[0])
    with count_queries() as queries:
        page = client.get(f"/events/series/{one.public_id}")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "On the third Thursday of each month" in text(page)
    assert page.text.count(f'/events/{rows(one)[0].public_id}/third-thursday"') == 1
    assert len(queries) <= 4
    again = client.get(page.request.path, headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/events/series/nobody").status_code == 404


def test_queries_do_not_grow_with_the_meetups(browser, group, count_queries):
    one = made(group[0], ends_on="2026-08-01")
    many = made(group[0])
    with db.transaction() as session:
        for row in rows(many):
            make_rsvp(session.get_one(Event, row.id), make_user(), RsvpStatus.GOING)
    counts = []
    for each in (one, many):
        for path in ("", "/edit"):
            browser.get(f"{SERIES}/{each.public_id}{path}")
        with count_queries() as queries:
            browser.get(f"{SERIES}/{each.public_id}")
            sent = THIRD_THURSDAY | {"version": "1", "preview": "yes"}
            browser.post(f"{SERIES}/{each.public_id}/edit", data=sent)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_series_of_others_are_not_found(app, group, database):
    _, people = team_of("organizer", slug="lyon")

    one = made(group[0])
    browser = entered(app, people["organizer"])
    for path in ("", "/edit"):
        assert (
            browser.get(f"/organize/lyon/meetups/series/{one.public_id}{path}").status_code == 404
        )
        assert browser.get(f"{SERIES}/{one.public_id}{path}").status_code == 403
    assert (
        browser.post(
            f"/organize/lyon/meetups/series/{one.public_id}/end", data={"version": "1"}
        ).status_code
        == 404
    )
    assert len(rows(one)) == 18
    assert date(2026, 6, 18) == rows(one)[0].starts_on


def test_hostile_text_is_text(browser, client, group):
    hostile = "<script>alert(1)</script>"
    sent = FORM | {"title": hostile, "description": hostile, "venue": hostile}
    assert browser.post(f"{SERIES}/new", data=sent).status_code == 303
    one = only()
    for page in (
        browser.get(SERIES),
        browser.get(f"{SERIES}/{one.public_id}"),
        browser.get(f"{SERIES}/{one.public_id}/edit"),
        client.get(f"/events/series/{one.public_id}"),
        client.get(f"/events/{rows(one)[0].public_id}", follow_redirects=True),
    ):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
