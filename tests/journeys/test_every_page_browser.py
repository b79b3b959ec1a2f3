"""Every page there is, as everybody who may open it, looked at by axe.

By day and by night, on a phone and on a desktop; in a federation without groups, in one with a
little of everything, and in the demo. A page that is built like one that was looked at already is
not looked at again.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from http.client import OK
from typing import TypeAlias

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.browser import NEEDED, served, troubles
from tests.browsing import browser_of, person
from tests.code.test_routes import Door, doors, world
from usergroups import db, demo
from usergroups.models import Event, Group, Registration, User

__all__ = ["world"]

# Both databases give the same pages.
pytestmark = [*NEEDED, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
# Made of tags and classes: two pages that have the same are built alike.
_BUILD = re.compile(r"<([a-z0-9]+)[^>]*?(?:class=\"([^\"]*)\")?[^>]*>")
# What ends who one is, leads away, or waits for a camera.
_LEFT_OUT = ("/sign-out", "/dev/mail/", "/me/archive.zip")

_COOKIE = "usergroups"

# Who, with what cookie, opens which pages.
Walker: TypeAlias = tuple[str, str, list[str]]


def build(html: str) -> str:
    """What a page is made of, whatever it says."""
    return hashlib.sha256(repr(sorted(set(_BUILD.findall(html)))).encode()).hexdigest()


def seen_by(app: Flask, user: User | None, paths: list[str], known: set[str]) -> Walker:
    """The pages that this person gets and that are built like none before, with their cookie."""
    browser = browser_of(app, user) if user else app.test_client()
    kept = []
    for path in paths:
        answer = browser.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            made = build(answer.text)
            if made not in known:
                known.add(made)
                kept.append(path)
    cookie = browser.get_cookie(_COOKIE)
    return user.email if user else "visitor", cookie.value if cookie else "", kept


def paths_of(app: Flask, fits: Callable[[Door], bool] = lambda _door: True) -> list[str]:
    """Everything that can be opened."""
    return [
        door.path
        for door in doors(app)
        if door.method == "GET" and fits(door) and not door.path.startswith(_LEFT_OUT)
    ]


def look(app: Flask, browser: Browser, walkers: Iterable[Walker]) -> tuple[int, dict[str, object]]:
    """How many pages were looked at, and what is wrong with them."""
    wrong, count = {}, 0
    with served(app) as address:
        for name, cookie, paths in walkers:
            context = browser.new_context(reduced_motion="reduce")
            if cookie:
                context.add_cookies([{"name": _COOKIE, "value": cookie, "url": address}])
            signed_in = context.request.get(f"{address}/me").status == OK
            assert signed_in == (name != "visitor")
            found = troubles(context.new_page(), address, paths, wait="load")
            wrong |= {f"{name}: {where}": what for where, what in found.items()}
            count += len(paths)
            context.close()
    return count, wrong


def test_a_little_of_everything(app, browser, world):
    known: set[str] = set()
    paths = paths_of(app)
    roles = (None, "member", "applicant", "lead", "steward")
    walkers = (seen_by(app, world.get(role), paths, known) for role in roles)
    count, wrong = look(app, browser, walkers)
    assert wrong == {}
    assert count > 60


def test_a_federation_without_anything(app, browser, database):
    paths = paths_of(app, lambda door: "<" not in door.rule)
    with db.transaction():
        steward = person(is_steward=True, name="steward")
    known: set[str] = set()
    walkers = (seen_by(app, user, paths, known) for user in (None, steward))
    count, wrong = look(app, browser, walkers)
    assert wrong == {}
    assert count > 30


def test_the_demo(app, browser, database):
    with db.transaction():
        demo.plant()
    with db.reading() as session:
        of_paris = select(Event.public_id).join(Event.group).where(Group.slug == "paris")
        answered = of_paris.where(Event.registration == Registration.HERE)
        meetup = session.scalars(answered.order_by(Event.starts_at.desc())).first()
        called = (User.email == f"{name}@example.org" for name in ("paris", "steward"))
        people = [session.scalars(select(User).where(each)).one() for each in called]
    paths = [path.replace("bcdfghjkmn", meetup) for path in paths_of(app)]
    known: set[str] = set()
    walkers = (seen_by(app, user, paths, known) for user in (None, *people))
    count, wrong = look(app, browser, walkers)
    assert wrong == {}
    assert count > 40
