"""Merging, as stewards do it: chosen, looked at, done; what led to one leads to the other."""

import pytest

from tests.browsing import post, signed_in, texts
from tests.factories import make_event, make_group, make_membership, make_source, make_user
from tests.people import mails
from usergroups import db
from usergroups.models import Group, GroupReport, GroupStatus, Origin, ReportKind, Role

PAGE = "/steward/merge"
BOTH = f"{PAGE}?gone=gone&kept=kept"
pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


@pytest.fixture
def pair() -> tuple[Group, Group]:
    """Two groups in Paris with a calendar that both read, and a meetup of each."""
    with db.transaction():
        gone = make_group(slug="gone", name="Paris users")
        kept = make_group(slug="kept", name="UG Paris")
        for group, public_id in ((gone, "twin1234567"), (kept, "stays123456")):
            source = make_source(group, location="https://cal.example")
            make_event(
                group, uid="a", source_id=source.id, origin=Origin.IMPORTED, title="In both",
                public_id=public_id,
            )  # fmt: skip
        make_event(gone, title="In one", uid="uid-of-one", public_id="moves123456")
        make_membership(make_user(name="Lea"), gone, Role.LEAD)
        make_membership(make_user(name="Odile"), kept, Role.LEAD)
        make_membership(make_user(), gone)
    return gone, kept


@pytest.fixture
def steward(app, pair):
    return signed_in(app, is_steward=True)


def items(answer) -> str:
    return " ".join(texts(answer, "li"))


def test_the_ways_to_it(steward, pair):
    with db.transaction() as session:
        report = GroupReport(group_id=pair[0].id, kind=ReportKind.DUPLICATE, text="Here twice")
        session.add(report)
    assert f'href="{PAGE}?gone=gone"' in steward.get("/steward/reports").text
    assert f'href="{PAGE}?gone=gone"' in steward.get("/organize/gone/name").text
    assert f'href="{PAGE}"' in steward.get("/steward").text


def test_a_lead_is_shown_no_way_to_it(app, pair):
    browser = signed_in(app, pair[0], Role.ORGANIZER, countries=("DE",))
    assert "/steward/merge" not in browser.get("/organize/gone").text
    with db.transaction():
        other = make_group(slug="other")
    assert "/steward/merge" not in signed_in(app, other).get("/organize/other/name").text


def test_groups_that_may_be_the_same_are_offered(steward):
    assert steward.get(PAGE).status_code == 200
    page = steward.get(f"{PAGE}?gone=https://here.example/groups/gone")
    assert page.status_code == 200
    assert "gone=gone&amp;kept=kept" in page.text
    assert "UG Paris Paris, France" in items(page)


def test_the_preview_changes_nothing_and_says_what_would_happen(steward, pair, count_queries):
    with count_queries() as asked:
        page = steward.get(BOTH)
    assert page.status_code == 200
    assert len(asked) <= 12
    told = items(page)
    for sentence in (
        "2 members come with it. 1 more organizes the group that stays.",
        "Odile goes on leading it. Lea becomes an organizer.",
        "1 meetup comes with it. 1 is in both calendars and will be there once.",
        "1 is read for both today, and for one from now on.",
        "1 address leads to the group that stays",
    ):
        assert sentence in told
    assert "Paris users goes into UG Paris" in texts(page, "h2")
    assert f"{PAGE}?gone=kept&amp;kept=gone" in page.text
    with db.reading() as session:
        assert session.get(Group, pair[0].id) is not None


def test_merged_it_leads_to_the_other_everywhere(app, steward):
    visitor = app.test_client()
    before = visitor.get("/groups/kept/calendar.ics")
    old = visitor.get("/events/moves123456/in-one")
    answer = post(steward, PAGE, BOTH, gone="gone", kept="kept")
    assert (answer.status_code, answer.location) == (303, "/organize/kept")
    assert "They are one group now." in steward.get("/organize/kept").text
    for path in ("/groups/{}", "/groups/{}/calendar.ics", "/groups/{}/calendar.ics?past=all"):
        moved = visitor.get(path.format("gone"))
        assert (moved.status_code, moved.location) == (301, path.format("kept"))
    for path in ("/organize/{}", "/organize/{}/team", "/join/{}", "/contact/{}"):
        assert steward.get(path.format("gone")).location == path.format("kept")
    feed = visitor.get(
        "/groups/kept/calendar.ics", headers={"If-None-Match": before.headers["ETag"]}
    )
    assert feed.status_code == 200
    assert feed.text.count("SUMMARY:In both") == 1
    assert feed.text.count("UID:uid-of-one") == 1
    assert "Paris users" not in visitor.get("/groups").text
    assert "Paris users" not in visitor.get("/map/groups.json").text
    page = visitor.get("/events/moves123456/in-one", headers={"If-None-Match": old.headers["ETag"]})
    assert page.status_code == 200
    assert "UG Paris" in page.text
    assert len(mails()) == 2


def test_the_other_half_of_a_meetup_leads_to_the_one_that_stays(app, steward):
    visitor = app.test_client()
    file = visitor.get("/events/twin1234567.ics")
    assert file.status_code == 200
    post(steward, PAGE, BOTH, gone="gone", kept="kept")
    for path in ("/events/{}/in-both", "/events/{}", "/events/{}.ics"):
        moved = visitor.get(path.format("twin1234567"))
        assert (moved.status_code, moved.location) == (301, path.format("stays123456"))
    desk = steward.get("/organize/gone/meetups/twin1234567")
    assert desk.location == "/organize/kept/meetups/stays123456"
    assert steward.get(desk.location).status_code in {200, 303}


def test_a_page_that_somebody_had_open_keeps_what_it_sends(app, steward, pair):
    member = signed_in(app)
    page = member.get("/join/gone")
    post(steward, PAGE, BOTH, gone="gone", kept="kept")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = member.post("/join/gone", data={"csrf_token": token, "mails": "no"})
    assert (answer.status_code, answer.location) == (308, "/join/kept")


def test_the_second_of_two_is_told_what_the_first_did(app, steward):
    other = signed_in(app, is_steward=True)
    token = other.get(BOTH).text.split('name="csrf_token" value="')[1].split('"')[0]
    assert post(steward, PAGE, BOTH, gone="gone", kept="kept").status_code == 303
    answer = other.post(PAGE, data={"csrf_token": token, "gone": "gone", "kept": "kept"})
    assert answer.status_code == 409
    told = "One of them has gone into another group in the meantime."
    assert told in texts(answer, "p")
    # Looked at once more, the address leads to where it went: the same group twice.
    assert "nothing can be merged into itself" in other.get(BOTH).text


@pytest.mark.parametrize(
    ("two", "status", "told"),
    [
        (("gone", "gone"), 422, "This is the same group: nothing can be merged into itself."),
        (
            ("gone", "ended"),
            422,
            "This group has ended. Take it up again first, or merge the other",
        ),
        (("nobody", "kept"), 422, "No group has this address or name."),
        (("gone", "<b>"), 422, "No group has this address or name."),
        (
            ("gone", "munich"),
            403,
            "Groups are merged by those who look after the countries",
        ),
        (
            ("munich", "gone"),
            403,
            "Groups are merged by those who look after the countries",
        ),
    ],
)
def test_what_cannot_be_merged_is_told(app, pair, two, status, told):
    gone, kept = two
    with db.transaction():
        make_group(slug="ended", status=GroupStatus.ARCHIVED)
        make_group(slug="munich", country="DE")
    browser = signed_in(app, countries=("FR",))
    page = browser.get(PAGE, query_string={"gone": gone, "kept": kept})
    assert page.status_code == status
    assert told in " ".join(texts(page, "p"))
    assert 'method="post" action="/steward/merge"' not in page.text
    answer = post(browser, PAGE, BOTH, gone=gone, kept=kept)
    assert answer.status_code == status
    assert told in " ".join(texts(answer, "p"))
    with db.reading() as session:
        assert session.get(Group, pair[0].id) is not None


def test_a_coordinator_of_both_countries_may(app, pair):
    browser = signed_in(app, countries=("FR", "DE"))
    assert post(browser, PAGE, BOTH, gone="gone", kept="kept").status_code == 303


@pytest.mark.parametrize("typed", ["x" * 2_000_000, "\0", "\u202e", "/groups/", "a" * 300])
def test_whatever_is_typed_is_answered(steward, typed):
    answer = post(steward, PAGE, BOTH, gone=typed, kept="kept")
    assert answer.status_code in {413, 422}
