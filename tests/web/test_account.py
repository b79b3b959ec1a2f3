import re

import pytest

from tests.factories import make_group, make_user
from usergroups import db
from usergroups.models import Role
from usergroups.services import accounts, memberships


@pytest.fixture
def secret(database) -> str:
    with db.transaction():
        user = make_user(name="Ada <b>", email="ada@example.org")
        memberships.appoint(user, make_group(name="UG Paris"), Role.LEAD)
        return accounts.offer_sign_in(user)


def token(answer) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)


def sign_in(client, secret):
    page = client.get(f"/sign-in/{secret}")
    return client.post(f"/sign-in/{secret}", data={"csrf_token": token(page)})


def test_looking_at_a_link_does_not_use_it(client, secret):
    for _ in range(3):
        page = client.get(f"/sign-in/{secret}")
        assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-cache"
    answer = sign_in(client, secret)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me")
    me = client.get("/me")
    assert "Ada &lt;b&gt;" in me.text
    assert "UG Paris" in me.text
    assert "Lead organizer" in me.text
    assert me.headers["Cache-Control"] == "private, no-cache"


def test_a_link_works_once(client, app, secret):
    sign_in(client, secret)
    again = sign_in(app.test_client(), secret)
    assert again.status_code == 410
    assert sign_in(app.test_client(), "made-up").status_code == 404


def test_a_form_of_another_site_is_refused(client, secret):
    assert client.post(f"/sign-in/{secret}").status_code == 400


def test_signing_out(client, secret):
    sign_in(client, secret)
    answer = client.post("/sign-out", data={"csrf_token": token(client.get("/me"))})
    assert answer.status_code == 303
    assert client.get("/me").status_code == 401


def test_cookies_are_for_private_pages_alone(client, secret):
    assert "Set-Cookie" not in client.get("/").headers
    answer = sign_in(client, secret)
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    public = client.get("/groups")
    assert "Ada" not in public.text
    assert "Set-Cookie" not in public.headers
