"""Members at the desk, joining and leaving, letters to either side."""

import csv
import io
from datetime import timedelta
from time import perf_counter

import pytest
from sqlalchemy import func, insert, select

from tests.browsing import browser_of, person, post, signed_in, texts
from tests.factories import make_group
from usergroups import db
from usergroups.models import GroupStatus, Job, JobKind, Membership, Message, Role, User

MEMBERS = "/organize/paris/members"
FORMULA = '=HYPERLINK("https://evil.example","x")'


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        made = make_group(slug="paris", name="UG Paris")
        person(made, name="Győr Ildikó", email="ildi@example.org")
        person(made, name=FORMULA, email="evil@example.org")
        person(made, Role.ORGANIZER, name="", email="noname@example.org")
    return made


def crowd(group, many: int, now) -> None:
    with db.transaction() as session:
        session.execute(
            insert(User),
            [{"email": f"m{n}@example.org", "name": f"Member {n:05}"} for n in range(many)],
        )
        ids = session.scalars(select(User.id).where(User.email.like("m%@example.org"))).all()
        session.execute(
            insert(Membership),
            [
                {"user_id": user_id, "group_id": group.id, "joined_at": now + timedelta(seconds=n)}
                for n, user_id in enumerate(ids)
            ],
        )


def test_members_are_listed_without_addresses(app, group):
    page = signed_in(app, group).get(MEMBERS)
    assert page.status_code == 200
    assert "Members 4" in texts(page, "h1")
    assert "Győr Ildikó" in page.text
    assert "No name given" in page.text
    main = page.text.partition("<main")[2].partition('class="tabs"')[2]
    assert "@example.org" not in main
    assert page.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("q", "found"),
    [("gyor", 1), ("ILDIKO gyor", 1), ("ildi@example.org", 1), ("ildi@", 0), ("zz", 0), ("%", 0)],
)
def test_members_are_found_by_name_and_by_whole_address(app, group, q, found):
    page = signed_in(app, group, name="Lead").get(MEMBERS, query_string={"q": q})
    assert page.text.count('class="member"') == found


def test_what_cannot_be_looked_for_is_said(app, group):
    browser = signed_in(app, group)
    answer = browser.get(MEMBERS, query_string={"q": "x" * 201})
    assert answer.status_code == 422
    assert "Use at most 200 characters." in answer.text
    assert browser.get(MEMBERS, query_string={"page": "x"}).status_code == 422


def test_the_table_runs_in_no_spreadsheet(app, group):
    answer = signed_in(app, group, name="Lead").get(f"{MEMBERS}.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="members-2026-06-10.csv"'
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows == [
        ["name", "role", "joined_on", "wants_mail"],
        ["Győr Ildikó", "member", "2026-06-10", "yes"],
        [f"'{FORMULA}", "member", "2026-06-10", "yes"],
        ["", "organizer", "2026-06-10", "yes"],
        ["Lead", "lead", "2026-06-10", "yes"],
    ]


def test_a_member_is_taken_out(app, group):
    browser = signed_in(app, group, Role.ORGANIZER)
    with db.reading() as session:
        ids = {
            role: number for number, role in session.execute(select(Membership.id, Membership.role))
        }
    assert post(browser, f"{MEMBERS}/{ids[Role.MEMBER]}/remove", MEMBERS).status_code == 303
    assert post(browser, f"{MEMBERS}/{ids[Role.MEMBER]}/remove", MEMBERS).status_code == 404
    with db.transaction():
        lyon = person(make_group(slug="lyon"))
        other = db.session().scalar(select(Membership.id).where(Membership.user_id == lyon.id))
    assert post(browser, f"{MEMBERS}/{other}/remove", MEMBERS).status_code == 404
    assert post(browser, f"{MEMBERS}/{2**31}/remove", MEMBERS).status_code == 404


def test_ten_thousand_members_are_leafed_through_fast(app, group, count_queries, frozen_clock):
    crowd(group, 10_000, frozen_clock)
    browser = signed_in(app, group)
    for query in ({}, {"page": 300}, {"q": "member 09999"}):
        browser.get(MEMBERS, query_string=query)
        begun = perf_counter()
        with count_queries() as queries:
            page = browser.get(MEMBERS, query_string=query)
        assert page.text.count('class="member"') == (1 if "q" in query else 30)
        assert len(queries) <= 7
        assert perf_counter() - begun < 1
    begun = perf_counter()
    assert len(browser.get(f"{MEMBERS}.csv").text.splitlines()) == 10_005
    assert perf_counter() - begun < 15  # seconds, also on a machine that has other things to do


def wants(user):
    with db.reading() as session:
        query = select(Membership.wants_mail).where(Membership.user_id == user.id)
        return session.scalars(query).all()


def test_joining_and_leaving_is_one_click_each(app, group, count_queries):
    with db.transaction():
        user = person()
    browser = browser_of(app, user)
    visitor = app.test_client()
    assert 'href="/join/paris"' in visitor.get("/groups/paris").text
    unknown = visitor.get("/join/paris")
    assert unknown.status_code == 401
    assert "next=%2Fjoin%2Fparis" in unknown.text
    with count_queries() as queries:
        page = browser.get("/join/paris")
    assert len(queries) <= 5
    assert page.headers["Cache-Control"] == "no-store"
    for _ in range(2):
        assert post(browser, "/join/paris", mails="yes").location == "/join/paris"
        assert wants(user) == [True]
    assert "You are a member of this group." in browser.get("/join/paris").text
    post(browser, "/join/paris", mails="no")
    assert wants(user) == [False]
    for _ in range(2):
        assert post(browser, "/join/paris/leave", "/join/paris").status_code == 303
        assert wants(user) == []
    left = post(browser, "/join/paris/leave", "/join/paris").location
    assert "Undo" in browser.get(left).text
    post(browser, "/join/paris", mails="no")
    assert post(browser, "/join/paris/leave", "/join/paris").location == "/join/paris?undo=no"
    assert 'value="no">Undo' in browser.get("/join/paris?undo=no").text
    post(browser, "/join/paris", mails="no")
    assert wants(user) == [False]
    assert browser.get("/join/nowhere").status_code == 404


def test_nobody_joins_what_has_ended_and_a_lead_stays(app, group):
    lead = signed_in(app, group, Role.LEAD)
    assert "hand it over or step down first" in lead.get("/join/paris").text
    assert post(lead, "/join/paris/leave", "/join/paris").status_code == 409
    with db.transaction():
        make_group(slug="ended", status=GroupStatus.ARCHIVED)
    browser = signed_in(app)
    assert "nobody can join it any more" in browser.get("/join/ended").text
    assert 'href="/join/ended"' not in app.test_client().get("/groups/ended").text
    assert post(browser, "/join/ended", "/join/paris", mails="yes").status_code == 409


def test_organizers_write_to_members(app, group):
    browser = signed_in(app, group)
    write = "/organize/paris/write"
    assert "4 members want" in browser.get(write).text
    answer = post(browser, write, subject="x\u202ey", text="")
    assert answer.status_code == 422
    assert answer.text.count("field-error") == 2
    answer = post(browser, write, subject="A room", text="x" * 8_001)
    assert "At most 8000 characters" in answer.text
    assert 'value="A room"' in answer.text
    answer = post(browser, write, subject="A room", text="We **meet**.")
    assert (answer.status_code, answer.location) == (303, MEMBERS)
    assert "On its way to 4 members." in browser.get(MEMBERS).text
    with db.reading() as session:
        (job,) = session.scalars(select(Job).where(Job.kind == JobKind.WRITE_TO_MEMBERS))
    assert job.arguments["text"] == "We **meet**."


def test_somebody_writes_to_the_organizers_and_sees_no_address(app, group):
    browser = signed_in(app, name="Zoe")
    page = browser.get("/contact/paris")
    assert "noname@example.org" not in page.text
    answer = post(browser, "/contact/paris", text="May I come?")
    assert answer.status_code == 422
    assert "Without this they could not answer you." in answer.text
    assert "May I come?" in answer.text
    answer = post(browser, "/contact/paris", text="May I come?", shows_address="yes")
    assert answer.status_code == 303
    with db.reading() as session:
        found = session.scalars(select(Message).where(Message.kind == "message_to_organizers"))
        assert [(one.address, one.arguments["text"]) for one in found] == [
            ("noname@example.org", "May I come?")
        ]
    for _ in range(4):
        post(browser, "/contact/paris", text="May I come?", shows_address="yes")
    answer = post(browser, "/contact/paris", text="May I come?", shows_address="yes")
    assert answer.status_code == 429


def test_whose_address_is_unproven_is_offered_a_link_first(app, group):
    with db.transaction():
        user = person()
    browser = browser_of(app, user)
    with db.transaction() as session:
        session.get(User, user.id).verified_at = None
    page = browser.get("/contact/paris")
    assert "Mail me a link to confirm it" in page.text
    sent = {"text": "x", "shows_address": "yes"}
    assert post(browser, "/contact/paris", **sent).status_code == 403
    with db.reading() as session:
        query = select(func.count()).select_from(Message)
        assert session.scalar(query.where(Message.kind == "message_to_organizers")) == 0
