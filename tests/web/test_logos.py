"""Logos: put up at the desk, shown to everybody."""

import io
from hashlib import sha256

import pytest
from sqlalchemy import select

from tests.browsing import signed_in, token, upload
from tests.factories import make_group
from tests.formats.test_logo import SVG, picture
from usergroups import db
from usergroups.models import AuditEntry, Group, Logo, Role

LOGO = "/organize/paris/logo"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        return make_group(slug="paris", name="Python Paris")


def send(browser, content: bytes, name: str = "logo.png"):
    return upload(browser, LOGO, picture=(name, content))


def state():
    with db.reading() as session:
        row = session.execute(select(Group.logo_digest, Group.version)).one()
        return row[0], row[1], session.scalars(select(Logo.digest)).all()


def test_a_logo_is_put_up_shown_and_taken_down(app, group):
    browser = signed_in(app, group, Role.ORGANIZER)
    visitor = app.test_client()
    assert ">PP</span>" in visitor.get("/groups/paris").text
    assert send(browser, picture()).status_code == 303
    digest, version, rows = state()
    assert (version, rows) == (2, [digest])
    page = visitor.get("/groups/paris").text
    assert f'src="/logos/{digest}.png" alt="" width="128" height="128"' in page
    assert ">PP</span>" not in page
    shown = visitor.get(f"/logos/{digest}.png")
    assert sha256(shown.data).hexdigest() == digest
    assert {name: shown.headers[name] for name in ("Content-Type", "Cache-Control")} == {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Set-Cookie" not in shown.headers
    assert "Cookie" not in shown.headers.get("Vary", "")
    send(browser, picture())
    assert state() == (digest, 2, [digest])  # the same again
    send(browser, picture(colour="blue"))
    other, version, rows = state()
    assert (other != digest, version, rows) == (True, 3, [other])
    assert visitor.get(f"/logos/{digest}.png").status_code == 404
    taken = {"csrf_token": token(browser.get(LOGO))}
    for _ in range(2):
        assert browser.post(f"{LOGO}/remove", data=taken).status_code == 303
    assert state() == ("", 4, [])
    with db.reading() as session:
        acts = session.execute(select(AuditEntry.act, AuditEntry.details)).all()
    assert [tuple(act) for act in acts] == [
        ("group.logo_changed", {"has_logo": True}),
        ("group.logo_changed", {"has_logo": True}),
        ("group.logo_changed", {"has_logo": False}),
    ]


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (SVG, "logo.svg", "There is a script or a web page in this file."),
        (SVG, "logo.png", "There is a script or a web page in this file."),
        (b"<html ><body onload=alert(1)>", "x.html", "There is a script or a web page"),
        (b"x" * 1_100_000, "x.png", "This file is too large: at most 1 MB, please."),
        (b"", "", "Choose a file first."),
        (b"MZ\x90", "x.exe", "This is no picture that we can read."),
        (picture((9, 9)), "x.png", "Too few pixels: at least 16 each way, please."),
    ],
)
def test_what_is_no_logo_is_refused_with_a_word(app, group, content, name, told):
    browser = signed_in(app, group)
    answer = send(browser, content, name)
    assert answer.status_code == 422
    assert told in answer.text
    assert state() == ("", 1, [])


def test_a_file_of_three_megabytes_is_refused(app, group):
    answer = send(signed_in(app, group), b"x" * (3 << 20))
    assert answer.status_code == 413
    assert state() == ("", 1, [])


def test_strangers_put_up_nothing(app, group):
    organizer, stranger = signed_in(app, group), signed_in(app, group, Role.MEMBER)
    assert stranger.get(LOGO).status_code == 403
    app.config["WTF_CSRF_ENABLED"] = False
    sent = {"picture": (io.BytesIO(picture()), "logo.png")}
    assert stranger.post(LOGO, data=sent).status_code == 403
    assert stranger.post(f"{LOGO}/remove").status_code == 403
    assert organizer.get(LOGO).status_code == 200
    assert state() == ("", 1, [])


def test_a_logo_costs_one_question_and_a_groups_page_none(app, group, count_queries):
    send(signed_in(app, group), picture())
    visitor = app.test_client()
    address = f"/logos/{state()[0]}.png"
    with count_queries() as queries:
        visitor.get(address)
    assert len(queries) == 1
    with count_queries() as queries:
        page = visitor.get("/groups/paris")
    assert address in page.text
    assert not [one for one in queries if "FROM logo" in one]
