import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.models import (
    Application,
    ApplicationStatus,
    Audience,
    Coordinator,
    CoOrganizer,
    Group,
    Note,
)
from usergroups.services import accounts, charter

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
DESK = "/steward/applications"


def token(answer) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)


def signed_in(app, **given):
    """A browser in which such a person is signed in."""
    countries = given.pop("countries", ())
    browser = app.test_client()
    with db.transaction() as session:
        user = make_user(**given)
        session.add_all(Coordinator(user_id=user.id, country=code) for code in countries)
        secret = accounts.offer_sign_in(user)
    page = browser.get(f"/sign-in/{secret}")
    assert browser.post(f"/sign-in/{secret}", data={"csrf_token": token(page)}).status_code == 303
    return browser


@pytest.fixture
def steward(app):
    with db.transaction():
        charter.found()
    return signed_in(app, is_steward=True, name="Ada Steward")


def planted(**given) -> str:
    with db.transaction():
        return make_application(**{"public_id": "bcdfghjkmn", "group_name": "UG Budapest"} | given).public_id


def post(browser, act: str, public_id: str = "bcdfghjkmn", **fields):
    page = browser.get(f"{DESK}/{public_id}")
    data = {"csrf_token": token(page), "version": re.search(r'name="version" value="(\d+)"', page.text + 'name="version" value="0"').group(1)}
    return browser.post(f"{DESK}/{public_id}/{act}", data=data | fields)


def test_smoke(steward):
    planted()
    for path in ("/steward", DESK, f"{DESK}/bcdfghjkmn", f"{DESK}/bcdfghjkmn/map.svg", "/steward/blocked"):
        answer = steward.get(path)
        assert answer.status_code == 200, path
