"""Every route says who may use it, and keeps to it: all of them, walked as everybody.

A new route needs nothing here as long as the marks of web/access.py say all about it. What a mark
cannot say stands in two tables: NARROWER where a service lets in fewer people than the mark, and
EXPECTED where a page that is there answers with something else than 200.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Map, Rule
from werkzeug.routing.converters import AnyConverter, NumberConverter

from tests.factories import (
    make_application,
    make_event,
    make_group,
    make_membership,
    make_series,
    make_user,
    make_venue,
)
from usergroups import db
from usergroups.models import Base, Coordinator, Role, Speaker, Talk, TalkStatus, User
from usergroups.services import accounts, charter
from usergroups.web import limits
from usergroups.web.access import Access
from usergroups.web.account import PRIVATE

# Everybody there is, seen from a group in France and an application from there.
ROLES = (
    "visitor", "member", "applicant", "stranger", "organizer", "lead", "abroad", "coordinator",
    "steward",
)  # fmt: skip
STEWARDS = {"coordinator", "steward"}
LEADS = {"lead"} | STEWARDS
MAY = {
    Access.PUBLIC: set(ROLES),
    Access.SIGNED_IN: set(ROLES) - {"visitor"},
    Access.ORGANIZER: {"organizer"} | LEADS,
    Access.LEAD: LEADS,
    Access.OVERSEER: STEWARDS,
    Access.REVIEWER: {"abroad"} | STEWARDS,
    Access.STEWARD: {"steward"},
}
# Beginnings of rules whose services let in fewer people than the mark says.
NARROWER = {
    "/apply/<public_id>": {"applicant"},
    "/steward/applications/<public_id>": STEWARDS,
    "/steward/charter/waivers/applications/<public_id>": STEWARDS,
    "/steward/charter/waivers/groups/<slug>": STEWARDS,
    "/organize/<slug>/team/take-up": {"organizer", "lead"},
}
# What stands for the words in addresses; numbers and lists of words need nothing.
VALUES = {
    "slug": "paris",
    "public_id": "bcdfghjkmn",
    "code": "FR",
    "kind": "organizers",
    "name": "sign_in",
}
# Whatever these stand for, nobody was given it.
SECRETS = {"secret", "token", "digest"}
MOST = 2**31 - 1
# Answers to GET by endpoint, where it is neither 200, nor 404 for secrets, nor a way `back`.
EXPECTED = {
    "events.show": {301},
    "events.find": {301},
    "group_map.rows": {400},
    "map_page.rows": {400},
    "signing_in.door": {200, 303},
    "my_data.fetch": {404},
    "my_calendar.show": {404},
    "sitemap.show": {404},
    "door.person": {404},
    "printing.agenda": {404},
    "stylesheet.show": {302},
    "tickets.show": {303},
    "application_steps.calendar": {303},
    "charter_terms.question": {404},
    "venue_rooms.show": {404},
    "sources.show": {404},
    "questions.edit": {404},
    "interest.show": {303},
    "interest.poll": {303},
    "speaking.edit": {404},
    "rsvp.show": {200, 303},
    "rsvp_guests.door": {200, 303},
    "rsvp_guests.code": {303},
}
# A form without a word in it is refused, or does what needs no word, or finds that it cannot.
LET_IN = {200, 303, 404, 409, 410, 422}
# The last things to do: whoever has done them is somebody else.
FAREWELLS = ["team.step_down", "joining.leave", "signing_in.sign_out"]
# No form of ours: mail programs send it, with a signed token instead (RFC 8058).
WITHOUT_CSRF = {"mail.unsubscribe"}


@dataclass(frozen=True, slots=True)
class Door:
    """One thing that can be asked of the application: a method and an address."""

    name: str
    method: str
    rule: str
    path: str
    access: Access | None

    def lets_in(self, role: str) -> bool:
        """Whether somebody with this role gets past it."""
        narrower = [who for rule, who in NARROWER.items() if self.rule.startswith(rule)]
        return role in set.intersection(MAY[self.access], *narrower) if self.access else False

    @property
    def answers(self) -> set[int]:
        """The statuses with which it lets somebody in."""
        if self.method != "GET":
            return LET_IN
        if self.name.endswith(".back"):
            return {303}
        is_secret = SECRETS & set(re.findall(r"<(?:[^<>]*:)?(\w+)>", self.rule))
        return EXPECTED.get(self.name, {404} if is_secret else {200})

    def refusals(self, role: str) -> set[int]:
        """The statuses with which it keeps somebody out.

        A service may say that there is no such thing; a way `back` leads to a page that does.
        """
        if role == "visitor":
            return {401}
        if self.access is None or role not in MAY[self.access]:
            return {403}
        return {403, 404} | ({303} if self.name.endswith(".back") else set())


def doors(app: Flask) -> list[Door]:
    """All there are, those that end who one is at the end."""
    found = list(pages(app))
    return sorted(
        found, key=lambda door: FAREWELLS.index(door.name) if door.name in FAREWELLS else -1
    )


def pages(app: Flask) -> Iterator[Door]:
    """Every method of every rule."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            path = app.url_map.bind("usergroups.test").build(rule.endpoint, values(rule))
            access = getattr(app.view_functions[rule.endpoint], "access", None)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Door(rule.endpoint, method, rule.rule, path, access)


def values(rule: Rule) -> dict[str, object]:
    """Something for each part of an address that has a name."""
    return {name: value(name, rule._converters[name]) for name in rule.arguments}


def value(name: str, converter: object) -> object:
    if isinstance(converter, AnyConverter):
        words = converter.regex.removeprefix("(?:").removesuffix(")").split("|")
        return words[0].replace("\\", "")
    if isinstance(converter, NumberConverter):
        return MOST
    return VALUES.get(name, "nobody-was-given-this")


@pytest.fixture
def world(database) -> dict[str, User]:
    """A group and an application in France, and somebody for each role."""
    limits._counter.cache_clear()
    with db.transaction() as session:
        charter.found()
        people = {name: make_user(name=name, is_steward=name == "steward") for name in ROLES[1:]}
        group = make_group(slug="paris")
        make_event(group, public_id="bcdfghjkmn")
        make_venue(group, public_id="bcdfghjkmn")
        make_series(group, public_id="bcdfghjkmn")
        session.add(Speaker(public_id="bcdfghjkmn", name="Ada"))
        session.add(
            Talk(
                public_id="bcdfghjkmn", group_id=group.id, title="Fog",
                status=TalkStatus.PROPOSED,
            )
        )  # fmt: skip
        make_application(people["applicant"], public_id="bcdfghjkmn", country="FR")
        make_membership(people["lead"], group, Role.LEAD)
        make_membership(people["organizer"], group, Role.ORGANIZER)
        make_membership(people["stranger"], make_group(country="DE"), Role.LEAD)
        session.add(Coordinator(user_id=people["coordinator"].id, country="FR"))
        session.add(Coordinator(user_id=people["abroad"].id, country="DE"))
    return people


def sign_in(app: Flask, client: FlaskClient, user: User | None) -> None:
    """Be that person in this browser, and send forms without their token from now on."""
    app.config["WTF_CSRF_ENABLED"] = False
    if user is not None:
        with db.transaction():
            secret = accounts.offer_sign_in(user)
        assert client.post(f"/sign-in/{secret}").status_code == 303


def everything() -> dict[str, list[tuple]]:
    """All rows of all tables but stored feeds and what is searched, which are copies."""
    with db.reading() as session:
        return {
            table.name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in {"feed", "written_event", "search_entry"}
        }


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    assert [door.rule for door in doors(app) if door.access is None] == []


def test_there_is_somebody_for_every_mark() -> None:
    assert set(MAY) == set(Access)
    assert set.union(*MAY.values()) == set(ROLES)


def test_the_tables_name_what_is_there(app: Flask) -> None:
    """A route that is gone takes its entries along."""
    found = doors(app)
    rules, names = {door.rule for door in found}, {door.name for door in found}
    assert {begun for begun in NARROWER if not any(r.startswith(begun) for r in rules)} == set()
    assert {*EXPECTED, *FAREWELLS, *WITHOUT_CSRF} - names == set()
    assert {name for name in VALUES if not any(f"{name}>" in rule for rule in rules)} == set()


def test_routes_for_some_have_a_session_and_public_ones_have_none(app: Flask) -> None:
    for door in doors(app):
        if door.access is not Access.PUBLIC:
            assert door.rule.startswith(PRIVATE), door.rule


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_is_for_them_and_nothing_else(app, client, world, role, method) -> None:
    sign_in(app, client, world.get(role))
    before = everything()
    wrong = {}
    for door in doors(app):
        if door.method != method:
            continue
        status = client.open(door.path, method=method).status_code
        if status not in (door.answers if door.lets_in(role) else door.refusals(role)):
            wrong[f"{method} {door.path}"] = status
    assert wrong == {}
    if method == "GET":
        assert everything() == before


def test_no_other_methods_are_there(app: Flask) -> None:
    assert {door.method for door in doors(app)} == {"GET", "POST"}


def test_no_form_is_taken_that_was_not_made_here(app, client, world) -> None:
    sign_in(app, client, world["steward"])
    app.config["WTF_CSRF_ENABLED"] = True
    before = everything()
    for door in doors(app):
        if door.method != "GET" and door.name not in WITHOUT_CSRF:
            assert client.open(door.path, method=door.method).status_code == 400, door.path
    assert everything() == before


def test_public_answers_set_no_cookie(app, client, world) -> None:
    sign_in(app, client, world["steward"])
    for door in doors(app):
        if door.method == "GET" and not door.path.startswith(PRIVATE):
            assert "Set-Cookie" not in client.get(door.path).headers, door.rule


def test_a_route_without_a_mark_is_found(app: Flask) -> None:
    app._got_first_request = False
    app.add_url_rule("/steward/open-by-mistake", view_func=lambda: "welcome")
    assert isinstance(app.url_map, Map)
    assert [door.rule for door in doors(app) if door.access is None] == ["/steward/open-by-mistake"]
