"""Reports and claims in pages: told by anybody, settled at the desk and by stewards."""

import re

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, person, post, signed_in, texts, token
from tests.factories import make_group
from usergroups import db
from usergroups.models import GroupReport, Membership, ReportKind, ReportOutcome, Role

HOSTILE = "<img src=x onerror=alert(1)>"
ALL = "/steward/reports"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        return make_group(slug="paris", name=f"UG {HOSTILE}")


def rows():
    with db.reading() as session:
        query = select(GroupReport.kind, GroupReport.outcome, GroupReport.reporter_id)
        return [tuple(row) for row in session.execute(query.order_by(GroupReport.id))]


def test_a_visitor_tells_of_a_dead_link(app, group):
    visitor = app.test_client()
    assert 'href="/report/paris"' in visitor.get("/groups/paris").text
    answer = post(visitor, "/report/paris", kind="dead_link", text=HOSTILE)
    assert (answer.status_code, answer.location) == (303, "/report/paris")
    assert "Thank you." in visitor.get("/report/paris").text
    assert rows() == [(ReportKind.DEAD_LINK, ReportOutcome.OPEN, None)]
    page = signed_in(app, group).get("/organize/paris/reports")
    assert HOSTILE not in page.text
    assert "&lt;img src=x" in page.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"kind": "", "text": "x"}, "Choose one, please."),
        ({"kind": "claim", "text": "x"}, "Choose one, please."),
        ({"kind": "conduct", "text": " \0 "}, "Please fill this in."),
        ({"kind": "conduct", "text": "x" * 2_001}, "At most 2000 characters, please"),
    ],
)
def test_what_does_not_fit_comes_back(app, group, given, told):
    answer = post(app.test_client(), "/report/paris", **given)
    assert answer.status_code == 422
    assert told in " ".join(texts(answer, "p"))
    assert rows() == []


def test_one_machine_tells_so_often(app, group):
    visitor = app.test_client()
    sent = {"csrf_token": token(visitor.get("/report/paris")), "kind": "other"}
    statuses = [
        visitor.post("/report/paris", data=sent | {"text": f"{n}"}).status_code for n in range(11)
    ]
    assert statuses == [303] * 10 + [429]


def test_organizers_settle_what_is_theirs_and_see_nothing_else(app, group):
    visitor, desk = app.test_client(), "/organize/paris/reports"
    for kind in ("dead_link", "conduct"):
        post(visitor, "/report/paris", kind=kind, text=f"about {kind}")
    browser = signed_in(app, group, Role.ORGANIZER)
    page = browser.get(desk)
    assert "about dead_link" in page.text
    assert "about conduct" not in page.text
    answer = post(browser, f"{desk}/1", desk, outcome="settled", answer="Mended.")
    assert (answer.status_code, answer.location) == (303, desk)
    assert "Mended." in browser.get(desk).text
    assert (
        post(browser, f"{desk}/1", desk.removesuffix("/reports"), outcome="settled").location
        == desk
    )
    assert "Nothing was done. Somebody else has settled it" in browser.get(desk).text
    csrf = desk.removesuffix("/reports")
    assert post(browser, f"{desk}/2", csrf, outcome="settled").status_code == 403
    assert post(browser, f"{desk}/99", csrf, outcome="settled").status_code == 404
    with db.transaction():
        lyon = make_group(slug="lyon")
    other = signed_in(app, lyon)
    assert post(other, "/organize/lyon/reports/1", "/organize/lyon").status_code == 404
    assert rows()[1][1] is ReportOutcome.OPEN


def test_whoever_told_sees_what_came_of_it(app, group):
    with db.transaction():
        zoe = person()
    browser = browser_of(app, zoe)
    post(browser, "/report/paris", kind="dead_link", text="The chat is gone.")
    desk = "/organize/paris/reports"
    post(signed_in(app, group), f"{desk}/1", desk, outcome="settled", answer="It is back.")
    page = browser.get("/report/paris")
    assert "It is back." in page.text
    assert "The chat is gone." in page.text
    assert "It is back." not in app.test_client().get("/report/paris").text


def test_reviewers_see_the_reports_of_their_countries(app, group, count_queries):
    with db.transaction():
        make_group(slug="berlin", country="DE")
    visitor = app.test_client()
    post(visitor, "/report/paris", kind="conduct", text="in France")
    post(visitor, "/report/berlin", kind="silent", text="in Germany")
    french, german = signed_in(app, countries=["FR"]), signed_in(app, countries=["DE"])
    steward = signed_in(app, is_steward=True)
    assert ["in France" in one.get(ALL).text for one in (french, german, steward)] == [
        True, False, True,
    ]  # fmt: skip
    assert "in France" not in steward.get(f"{ALL}?kind=silent").text
    assert steward.get(f"{ALL}?kind=nonsense&page=x").status_code == 422
    with count_queries() as queries:
        steward.get(ALL)
    assert len(queries) <= 6
    assert post(german, f"{ALL}/1/settle", ALL, outcome="settled").status_code == 403
    assert post(french, f"{ALL}/1/settle", "/steward/reports", outcome="rejected").location == ALL
    assert "in France" not in french.get(ALL).text
    assert "in France" in french.get(f"{ALL}?state=rejected").text


def test_a_group_is_claimed_and_given(app, group):
    with db.transaction():
        zoe = person(name="Zoe")
    browser, steward = browser_of(app, zoe), signed_in(app, is_steward=True)
    page = browser.get("/claim/paris")
    proof = re.search(r"usergroups-\S{12}", page.text)[0]
    answer = post(browser, "/claim/paris", text="")
    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    for _ in range(2):
        sent = {"csrf_token": token(page), "text": "Mine since 2019."}
        assert browser.post("/claim/paris", data=sent).status_code == 303
    page = browser.get("/claim/paris")
    assert "Mine since 2019." in page.text
    assert "Tell the stewards</button>" not in page.text
    waiting = steward.get(ALL)
    assert proof in waiting.text
    assert post(steward, f"{ALL}/1/reject", ALL, answer="").location == ALL
    assert "Nothing was done. Your answer: Please fill this in." in steward.get(ALL).text
    assert post(steward, f"{ALL}/1/approve", ALL).location == ALL
    assert "The group is theirs now" in steward.get(ALL).text
    with db.reading() as session:
        assert session.execute(select(Membership.user_id, Membership.role)).all() == [
            (zoe.id, Role.LEAD)
        ]
    assert browser.get("/organize/paris").status_code == 200
    assert "Write to them" in signed_in(app).get("/claim/paris").text


def test_a_claim_that_was_turned_down_can_be_made_again(app, group):
    with db.transaction():
        zoe = person()
    browser, steward = browser_of(app, zoe), signed_in(app, is_steward=True)
    post(browser, "/claim/paris", text="Mine.")
    post(steward, f"{ALL}/1/reject", ALL, answer="Who are you?")
    page = browser.get("/claim/paris")
    assert "Who are you?" in page.text
    post(browser, "/claim/paris", text="I am Zoe.")
    assert [outcome for _, outcome, _ in rows()] == [ReportOutcome.REJECTED, ReportOutcome.OPEN]


def test_whose_address_is_unproven_cannot_claim(app, group):
    with db.transaction():
        zoe = person()
    browser = browser_of(app, zoe)
    with db.transaction() as session:
        session.get(type(zoe), zoe.id).verified_at = None
    assert "Mail me a link to confirm it" in browser.get("/claim/paris").text
    assert post(browser, "/claim/paris", text="Mine.").status_code == 403
    assert app.test_client().get("/claim/paris").status_code == 401
