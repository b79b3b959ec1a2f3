"""Sending a mail, from the row to a server."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.conftest import NOW
from tests.factories import make_user
from tests.mail_server import serving
from usergroups import clock, db, queue, tokens
from usergroups.config import Config
from usergroups.jobs import runner
from usergroups.models import Job, MailTopic, Message, MessageKind, User
from usergroups.queries import mailbox
from usergroups.services import jobs, messages

TEXTS = {"group": "UG Paris", "slug": "paris", "sender": "Bo", "text": "Salut!"}


@pytest.fixture
def server():
    with serving() as started:
        yield started


@pytest.fixture
def config(config: Config, server) -> Config:
    return replace(config, mail_url=server.url, mail_from="groups@example.org")


def leave(to: User | str = "ada@example.org", kind=MessageKind.SIGN_IN, **arguments) -> Message:
    with db.transaction():
        return queue.send(kind, to=to, **arguments)


def job() -> Job:
    with db.reading() as session:
        return session.scalars(select(Job)).one()


def sent_at(message: Message):
    with db.reading() as session:
        return session.get_one(Message, message.id).sent_at


def test_a_mail_goes_out_as_it_was_meant(config, server, frozen_clock):
    message = leave()
    assert runner.run(job().id, config) is True
    (mail,) = server.taken
    secret = tokens.secret("sign_in", message.nonce)
    assert f"http://usergroups.test/sign-in/{secret}" in mail.get_body(("plain",)).get_content()
    assert f'href="http://usergroups.test/sign-in/{secret}"' in (
        mail.get_body(("html",)).get_content()
    )
    told = {name: str(value) for name, value in mail.items() if name != "Content-Type"}
    assert told == {
        "From": "Usergroups <groups@example.org>",
        "To": "ada@example.org",
        "Subject": "Sign in to Usergroups",
        "Date": "Wed, 10 Jun 2026 12:00:00 +0000",
        "Message-ID": message.message_id,
        "Content-Language": "en-150",
        "Auto-Submitted": "auto-generated",
        "MIME-Version": "1.0",
    }
    assert sent_at(message) == NOW
    assert (job().finished_at, job().last_error) == (NOW, "")


def test_a_mail_that_went_is_not_sent_again(config, server):
    message = leave()
    with db.transaction():
        messages.mark_sent(message)
    runner.run(job().id, config)
    assert server.taken == []
    assert job().finished_at is not None


def test_a_mail_to_an_account_that_is_gone_goes_nowhere(config, server):
    with db.transaction():
        user = make_user()
    leave(user)
    with db.transaction() as session:
        session.execute(delete(User).where(User.id == user.id))
    runner.run(job().id, config)
    assert server.taken == []
    assert (job().finished_at is None, job().last_error) == (False, "")


def test_who_is_refused_for_good_is_given_up_with_the_reason(config, server):
    message = leave("nobody@example.org")
    runner.run(job().id, config)
    assert (job().finished_at is None, job().last_error) == (False, "550 5.1.1 no such mailbox")
    assert sent_at(message) is None


def test_who_is_refused_for_now_is_tried_for_days(config, server, frozen_clock):
    leave("later@example.org")
    at = frozen_clock
    while (waiting := job()).finished_at is None:
        at = waiting.due_at
        with clock.frozen_at(at):
            runner.run(waiting.id, config)
    assert timedelta(days=4) < at - frozen_clock < timedelta(days=6)
    assert waiting.attempts == 30
    assert "come back later" in waiting.last_error


def test_a_server_that_comes_back_gets_the_mail(config, server, frozen_clock):
    leave()
    runner.run(job().id, replace(config, mail_url="smtp://127.0.0.1:1"))
    assert "Connection refused" in job().last_error
    with clock.frozen_at(frozen_clock + timedelta(seconds=30)):
        runner.run(job().id, config)
    assert (len(server.taken), job().last_error) == (1, "")


def test_a_kind_that_somebody_refused_in_between_is_not_sent(config, server, monkeypatch):
    with db.transaction():
        user = make_user()
        other = make_user()
    leave(user, MessageKind.MESSAGE_TO_MEMBERS, **TEXTS)
    with db.transaction():
        messages.refuse(user.id, MailTopic.GROUPS)
        messages.refuse(other.id, MailTopic.GROUPS)
    runner.run(job().id, config)
    assert server.taken == []
    assert (job().finished_at is None, job().last_error) == (False, "")


def test_what_an_account_needs_is_sent_whatever_was_refused(config, server):
    with db.transaction():
        user = make_user()
        messages.want([], by=user)
    leave(user)
    runner.run(job().id, config)
    assert [mail["To"] for mail in server.taken] == [user.email]


def test_an_address_that_breaks_out_of_its_header_is_given_up(config, server):
    leave("ada@example.org\r\nBcc: all@example.org")
    runner.run(job().id, config)
    assert server.taken == []
    assert job().finished_at is not None
    assert job().last_error


def test_without_a_server_mails_are_files(config):
    local = replace(config, mail_url="", mail_from="")
    message = leave()
    runner.run(job().id, local)
    (envelope,) = mailbox.newest(local.mailbox)
    assert (envelope.address, envelope.subject) == ("ada@example.org", "Sign in to Usergroups")
    assert mailbox.mail(local.mailbox, envelope.name)["Message-ID"] == message.message_id
    assert sent_at(message) is not None
    assert jobs.ATTEMPTS < 30
