"""The audit in pages: in words, filtered, within one's countries, its pages stable, as a table."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.factories import make_application, make_event, make_group, make_user
from tests.web.test_charter import signed_in, texts
from usergroups import clock, db
from usergroups.models import Membership, Role
from usergroups.services import audit, charter

HOSTILE = "<img src=x onerror=alert(1)>"
DAY = timedelta(days=1)


@pytest.fixture
def world(database, frozen_clock):
    """Acts of three people in two countries, over three days."""
    with db.transaction() as session:
        charter.found()
        ada = make_user(name="Ada Lovelace", email="ada@example.org")
        bob = make_user(name="", email="bob@example.org")
        paris = make_group(slug="paris", name="UG Paris")
        berlin = make_group(slug="berlin", name=HOSTILE, country="DE")
        membership = Membership(user_id=ada.id, group_id=paris.id, role=Role.LEAD)
        session.add(membership)
        session.flush()
        with clock.frozen_at(frozen_clock - 2 * DAY):
            audit.record("group.added", paris, by=None, status="active")
            audit.record("group.added", berlin, by=bob, status="active")
            session.flush()
        with clock.frozen_at(frozen_clock - DAY):
            audit.record("membership.appointed", membership, by=bob, role="lead", user_id=ada.id)
            audit.record("event.added", make_event(paris, title="Clouds"), by=ada)
            german = make_application(group_name="UG Köln", country="DE", public_id="koeln12345")
            audit.record("application.assigned", german, by=ada, user_id=bob.id)
            session.flush()
        rule = charter.queries.rule("organizers")
        audit.record("charter.rule_changed", rule, by=ada, rule="organizers", least=[2, 3])
        audit.record("user.made_steward", ada, by=None)


@pytest.fixture
def steward(app, world):
    return signed_in(app, is_steward=True, name="Steward")


def acts(page) -> list[str]:
    """Who did what, a line each."""
    return [
        re.sub(r"^\w+, \d+ \w+ \d+, \d+:\d+ ", "", one)
        for one in texts(page, "li")
        if re.match(r"^\w+, \d+ \w+ \d+, \d+:\d+", one)
    ]


ALL = [
    "Operator, or account deleted Made Ada Lovelace a steward",
    "Ada Lovelace Changed the rule Enough organizers rule: organizers, least: 2 → 3",
    "Ada Lovelace Asked bob@example.org to look after the application UG Köln",
    "Ada Lovelace Announced the meetup Clouds · UG Paris",
    "bob@example.org Gave Ada Lovelace a role · UG Paris role: lead",
    "bob@example.org Added the group &lt;img src=x onerror=alert(1)&gt; status: active",
    "Operator, or account deleted Added the group UG Paris status: active",
]


def test_acts_are_told_in_words(steward):
    page = steward.get("/steward/audit")
    assert acts(page) == ALL
    assert HOSTILE not in page.text
    for link in (
        "/groups/paris", "/steward/applications/koeln12345", "/steward/charter/rules/organizers",
    ):  # fmt: skip
        assert f'<a href="{link}">' in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("who=ada", ALL[1:4]),
        ("who=ADA+LOVE", ALL[1:4]),
        ("who=bob@example.org", ALL[4:6]),
        ("who=bob", []),
        ("who=%25", []),
        ("who=operator", [ALL[0], ALL[6]]),
        ("act=group.", ALL[5:]),
        ("act=event.added", ALL[3:4]),
        ("act=%25", []),
        ("group=paris", [ALL[3], ALL[4], ALL[6]]),
        ("country=DE", [ALL[2], ALL[5]]),
        ("country=de&act=group.", [ALL[5]]),
        ("subject=application:1", [ALL[2]]),
        ("subject=application:x", []),
        ("subject=application:99999999999999", []),
        ("from=2026-06-10", ALL[:2]),
        ("to=2026-06-08", ALL[5:]),
        ("from=2026-06-09&to=2026-06-09", ALL[2:5]),
        ("who=&act=&group=&country=&from=&to=&before=&after=", ALL),
    ],
)
def test_entries_are_found(steward, query, expected):
    page = steward.get(f"/steward/audit?{query}")
    assert (page.status_code, acts(page)) == (200, expected)


def test_what_cannot_be_asked_is_named(steward):
    page = steward.get("/steward/audit?country=XX&from=never&before=x&after=-1")
    assert page.status_code == 422
    assert "Choose a country from the list." in page.text
    assert "A day such as 2026-06-10, please." in page.text
    assert acts(page) == ALL
    assert steward.get(f"/steward/audit?before={10**30}").status_code == 422


def test_coordinators_see_their_countries(app, world):
    german = signed_in(app, countries=["DE"])
    page = german.get("/steward/audit")
    assert acts(page) == [ALL[2], ALL[5]]
    assert "You see your countries: Germany" in page.text
    assert acts(german.get("/steward/audit?country=FR")) == []
    assert acts(german.get("/steward/audit?group=paris")) == []
    assert acts(german.get("/steward/audit?act=user.")) == []
    table = german.get("/steward/audit.csv").text
    assert len(table.splitlines()) == 3
    assert "Paris" not in table


def test_others_see_nothing(app, client, world):
    assert client.get("/steward/audit").status_code == 401
    assert client.get("/steward/audit.csv").status_code == 401
    member = signed_in(app)
    assert member.get("/steward/audit").status_code == 403
    assert member.get("/steward/audit.csv").status_code == 403


def follow(browser, page, rel: str):
    """The page that the link of this relation leads to; None where there is none."""
    found = re.search(rf'rel="{rel}" href="([^"]+)"', page.text)
    return browser.get(found.group(1).replace("&amp;", "&")) if found else None


def test_pages_stay_as_they_are_while_entries_come(steward):
    def more(number):
        with db.transaction() as session:
            group = session.get(audit.Group, 1)
            for n in range(number):
                audit.record("group.changed", group, by=None, n=n)

    more(120)
    first = steward.get("/steward/audit?group=paris")
    second = follow(steward, first, "next")
    more(70)
    again = steward.get(second.request.full_path)
    assert acts(again) == acts(second)
    third = follow(steward, again, "next")
    assert follow(steward, third, "next") is None
    whole = [*acts(first), *acts(second), *acts(third)]
    assert (len(whole), len(acts(first)), len(acts(second))) == (123, 50, 50)
    assert whole[-3:] == [ALL[3], ALL[4], ALL[6]]
    back = follow(steward, follow(steward, third, "prev"), "prev")
    assert acts(back) == acts(first)
    assert len(acts(follow(steward, back, "prev"))) == 50
    newest = follow(steward, follow(steward, back, "prev"), "prev")
    assert len(acts(newest)) == 20
    assert follow(steward, newest, "prev") is None


def test_a_page_takes_few_queries(steward, count_queries):
    with count_queries() as queries:
        steward.get("/steward/audit")
    few = len(queries)
    with db.transaction():
        for n in range(60):
            audit.record("group.added", make_group(), by=make_user(), n=n)
    with count_queries() as queries:
        steward.get("/steward/audit")
    assert few <= 14
    assert len(queries) <= few


def test_what_is_gone_leaves_its_entry(steward):
    with db.transaction() as session:
        session.execute(text("DELETE FROM event"))
        session.execute(text("DELETE FROM membership"))
        session.execute(text("DELETE FROM \"user\" WHERE email = 'bob@example.org'"))
    told = acts(steward.get("/steward/audit"))
    assert told[2:6] == [
        "Ada Lovelace Asked somebody to look after the application UG Köln",
        "Ada Lovelace Announced the meetup something that is gone · UG Paris",
        "Operator, or account deleted Gave Ada Lovelace a role · UG Paris role: lead",
        "Operator, or account deleted Added the group &lt;img src=x onerror=alert(1)&gt; "
        "status: active",
    ]


def test_an_act_without_a_sentence_is_shown_as_it_is(steward):
    with db.transaction() as session:
        audit.record("future.act", session.get(audit.Group, 1), by=None)
    assert acts(steward.get("/steward/audit"))[0].endswith("future.act: UG Paris")


def test_a_table_that_no_spreadsheet_runs(steward):
    with db.transaction():
        evil = make_user(name="=HYPERLINK(1)", email="evil@example.org")
        group = make_group(slug="evil", name="@SUM(A1)", country="FR")
        audit.record("group.changed", group, by=evil, note="-1+1")
    answer = steward.get("/steward/audit.csv?group=evil")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit-2026-06-10.csv"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert row == {
        "id": row["id"], "at": "2026-06-10T12:00:00Z", "actor_id": str(evil.id),
        "actor": "'=HYPERLINK(1)", "act": "group.changed",
        "told": "Changed the group @SUM(A1)", "subject_kind": "group",
        "subject_id": str(group.id), "subject": "'@SUM(A1)", "group": "'@SUM(A1)",
        "country": "FR", "details": "note: -1+1",
    }  # fmt: skip
    assert len(steward.get("/steward/audit.csv").text.splitlines()) == 9


def test_the_table_has_what_the_filters_ask_for_and_all_of_it(steward):
    with db.transaction() as session:
        group = session.get(audit.Group, 1)
        for n in range(1_205):
            audit.record("group.changed", group, by=None, n=n)
    table = list(csv.DictReader(io.StringIO(steward.get("/steward/audit.csv?group=paris").text)))
    assert len(table) == 1_208
    numbers = [int(row["id"]) for row in table]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)
