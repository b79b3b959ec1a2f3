"""A group's desk: what needs doing, and the first steps."""

import pytest

from tests.browsing import person, post, signed_in, texts
from tests.factories import make_event, make_group, make_source
from usergroups import db
from usergroups.models import (
    FirstStep,
    GroupReport,
    GroupStatus,
    ReportKind,
    Role,
    SourceState,
    Step,
)
from usergroups.queries import desk
from usergroups.services import charter

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction() as session:
        charter.found()
        made = make_group(slug="paris", name=f"UG {HOSTILE}", reconfirmed_at=None)
        session.add_all(FirstStep(group_id=made.id, step=step) for step in Step)
    return made


def test_the_desk_tells_what_needs_doing(app, group):
    with db.transaction() as session:
        make_source(group, state=SourceState.FAILING)
        session.add_all(
            GroupReport(group_id=group.id, kind=kind)
            for kind in (ReportKind.DEAD_LINK, ReportKind.WRONG_PIN, ReportKind.CONDUCT)
        )
    page = signed_in(app, group).get("/organize/paris")
    assert page.status_code == 200
    assert HOSTILE not in page.text
    told = texts(page, "li")
    assert "2 people have told you of something that is wrong with the page." in told
    assert "A calendar could not be read lately. What it said before still stands." in told
    assert "No meetup is announced. People come back when they know the next date." in told
    assert any("rules of the charter are not met" in one for one in told)


def test_the_desk_is_at_peace(app, group):
    with db.transaction():
        make_event(group, title="Next one")
    page = signed_in(app, group).get("/organize/paris")
    assert "No meetup is announced" not in page.text
    assert "Next one" in page.text


def test_first_steps_tick_themselves_or_are_ticked(app, group):
    with db.transaction():
        make_event(group)
        group.logo_digest = "aa"
        person(group, Role.ORGANIZER)
    browser = signed_in(app, group)
    with db.reading():
        found = desk.first_steps(group)
    assert [(one.step, one.is_done, one.is_derived) for one in found] == [
        (Step.DESCRIBE, False, True),
        (Step.LOGO, True, True),
        (Step.LINKS, False, True),
        (Step.CO_ORGANIZER, True, True),
        (Step.MEETUP, True, True),
        (Step.SHARE, False, False),
    ]
    assert "3 of 6 done" in browser.get("/organize/paris").text
    desk_page = "/organize/paris"
    for _ in range(2):
        assert post(browser, f"{desk_page}/steps/share", desk_page, done="yes").status_code == 303
        assert "4 of 6 done" in browser.get(desk_page).text
    post(browser, f"{desk_page}/steps/share", desk_page, done="no")
    assert "3 of 6 done" in browser.get(desk_page).text
    assert post(browser, f"{desk_page}/steps/nothing", desk_page, done="no").status_code == 404


def test_a_group_that_came_another_way_has_no_first_steps(app, database, frozen_clock):
    with db.transaction():
        other = make_group(slug="lyon", status=GroupStatus.VACANT)
    browser = signed_in(app, other, Role.ORGANIZER)
    page = browser.get("/organize/lyon")
    assert "First steps" not in page.text
    assert "The group has no lead organizer." in page.text
    assert post(browser, "/organize/lyon/steps/share", "/organize/lyon").status_code == 404


def test_the_organizers_say_that_the_group_goes_on(app, group):
    browser = signed_in(app, group, Role.ORGANIZER)
    answer = post(browser, "/organize/paris/reconfirm", "/organize/paris")
    assert answer.status_code == 303
    assert "You last said so on" in browser.get("/organize/paris").text


@pytest.mark.parametrize("path", ["/organize/paris", "/organize/paris/members"])
def test_a_desk_is_for_its_organizers(app, group, path):
    assert app.test_client().get(path).status_code == 401
    assert signed_in(app, group, Role.MEMBER).get(path).status_code == 403
    assert signed_in(app, group, Role.ORGANIZER).get(path).status_code == 200
    assert signed_in(app, countries=["FR"]).get(path).status_code == 200
    assert signed_in(app, countries=["DE"]).get(path).status_code == 403
    assert signed_in(app, is_steward=True).get(path).status_code == 200


def test_a_desk_asks_a_bounded_number_of_questions(app, group, count_queries):
    browser = signed_in(app, group)
    with count_queries() as queries:
        assert browser.get("/organize/paris").status_code == 200
    assert len(queries) <= 20
