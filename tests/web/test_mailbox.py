import base64
import hashlib
import re
from dataclasses import replace

import pytest

from tests.factories import make_user
from usergroups import db, emails, queue
from usergroups.app import create_app
from usergroups.jobs import runner
from usergroups.models import Job, MessageKind
from usergroups.queries import mailbox

HERE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def name(config, frozen_clock) -> str:
    """Of a mail that was written."""
    with db.transaction() as session:
        queue.send(MessageKind.SIGN_IN, to=make_user(email="ada@example.org"))
        job_id = session.query(Job.id).scalar()
    runner.run(job_id, config)
    (envelope,) = mailbox.newest(config.mailbox)
    return envelope.name


def test_an_empty_mailbox_says_who_fills_it(client):
    page = client.get("/dev/mail")
    assert "No mail yet." in page.text
    assert "usergroups worker" in page.text
    assert [f"/dev/mail/{kind}" for kind in emails.kinds()] == re.findall(
        r'href="(/dev/mail/\w+)"', page.text
    )


def test_mails_are_listed_and_shown(client, name):
    page = client.get("/dev/mail")
    assert f'<a href="/dev/mail/{name}">Sign in to Usergroups</a>' in page.text
    assert "ada@example.org" in page.text
    shown = client.get(f"/dev/mail/{name}")
    link = re.search(r'<a href="(http://usergroups\.test/sign-in/[\w-]+)"', shown.text).group(1)
    assert "usergroups@localhost" in shown.text
    assert "Auto-Submitted" in shown.text
    assert shown.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    html = client.get(f"/dev/mail/{name}/html")
    assert f'href="{link}"' in html.text


def test_the_frame_runs_nothing_and_looks_as_the_mail_does(client, name):
    html = client.get(f"/dev/mail/{name}/html")
    style = re.search(r"<style>(.*?)</style>", html.text, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert html.headers["Content-Security-Policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'self'"
    )


@pytest.mark.parametrize("kind", emails.kinds())
def test_every_mail_can_be_seen_as_a_sample(client, kind):
    assert client.get(f"/dev/mail/{kind}").status_code == 200
    assert client.get(f"/dev/mail/{kind}/html").status_code == 200


@pytest.mark.parametrize("wrong", ["nothing", "20260610-120000-000000000000", "..%2fsecret_key"])
def test_what_is_not_there_is_not_found(client, wrong):
    assert client.get(f"/dev/mail/{wrong}").status_code == 404
    assert client.get(f"/dev/mail/{wrong}/html").status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"},
    ],
)
def test_it_is_for_browsers_on_this_machine(client, name, elsewhere):
    for path in ("/dev/mail", f"/dev/mail/{name}", f"/dev/mail/{name}/html"):
        assert client.get(path, environ_overrides=HERE).status_code == 200
        assert client.get(path, environ_overrides=elsewhere).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"mail_url": "smtp://mail.example.org"},
        {
            "environment": "production",
            "contact": "ops@example.org",
            "mail_from": "groups@example.org",
        },
    ],
)
def test_there_is_none_where_mails_are_sent(config, gazetteer_file, name, changes):
    app = create_app(replace(config, **changes))
    try:
        for path in ("/dev/mail", f"/dev/mail/{name}", "/dev/mail/sign_in"):
            assert app.test_client().get(path).status_code == 404
    finally:
        queue.announce_with(None)
