"""Browsers in which somebody is signed in, and the forms that they send."""

import re
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from tests.factories import make_user
from usergroups import clock, db
from usergroups.models import Coordinator, Group, Membership, Role, User
from usergroups.services import accounts


def token(answer: Any) -> str:
    """What lets a form be sent, from the page it stands on."""
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)


def person(group: Group | None = None, role: Role = Role.MEMBER, **given: Any) -> User:
    """Somebody with a verified address, of a group if it is given."""
    user = make_user(**{"verified_at": clock.now()} | given)
    if group is not None:
        db.session().add(Membership(user_id=user.id, group_id=group.id, role=role))
        db.session().flush()
    return user


def signed_in(
    app: Flask, group: Group | None = None, role: Role = Role.LEAD, *, countries=(), **given: Any
) -> FlaskClient:
    """A browser in which such a person is signed in."""
    with db.transaction() as session:
        user = person(group, role, **given)
        session.add_all(Coordinator(user_id=user.id, country=code) for code in countries)
    return browser_of(app, user)


def browser_of(app: Flask, user: User) -> FlaskClient:
    """A browser in which this person is signed in."""
    browser = app.test_client()
    with db.transaction():
        secret = accounts.offer_sign_in(user)
    page = browser.get(f"/sign-in/{secret}")
    assert browser.post(f"/sign-in/{secret}", data={"csrf_token": token(page)}).status_code == 303
    return browser


def post(browser: FlaskClient, path: str, form: str = "", **fields: Any) -> Any:
    """Send the form that stands on a page."""
    return browser.post(path, data={"csrf_token": token(browser.get(form or path))} | fields)


def upload(browser: FlaskClient, path: str, *, form_at: str = "", **fields: Any) -> Any:
    """Send the form that stands on a page, or on that at `form_at`, with files as (name, content).

    Written out here: the test client would leave temporary files behind.
    """
    given = {"csrf_token": token(browser.get(form_at or path))} | fields
    parts = b"".join(_part(name, value) for name, value in given.items())
    body = parts + b"--cut--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=cut")


def _part(name: str, value: str | tuple[str, bytes]) -> bytes:
    head = f'--cut\r\nContent-Disposition: form-data; name="{name}"'
    if isinstance(value, str):
        return f"{head}\r\n\r\n{value}\r\n".encode()
    file, content = value
    return f'{head}; filename="{file}"\r\n\r\n'.encode() + content + b"\r\n"


def texts(answer: Any, tag: str) -> list[str]:
    """What stands in these elements, as a reader hears it."""
    found = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", answer.text, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]
