"""Many people at once, each signed in, each with a browser of their own: real requests."""

import secrets
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection
from itertools import chain
from queue import SimpleQueue
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import insert

from usergroups import clock, db, tokens
from usergroups.models import SignIn, User

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's number, the cookie of their browser, and what lets it send forms."""

    user_id: int
    cookie: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that somebody sends to an address."""

    person: Person
    path: str
    fields: dict[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    sent: Sent
    status: int
    text: str
    seconds: float


def gather(number: int, key: str = "for tests only") -> list[Person]:
    """So many people with accounts, signed in as their browsers would be by a mailed link."""
    begun = {
        f"crowd{n}-{secrets.token_hex(3)}@example.org": secrets.token_hex(16) for n in range(number)
    }
    now = clock.now()
    with db.transaction() as session:
        users = [{"email": email, "name": email.partition("@")[0]} for email in begun]
        ids = session.scalars(
            insert(User).returning(User.id, sort_by_parameter_order=True), users
        ).all()
        session.execute(
            insert(SignIn),
            [
                {
                    "user_id": user_id,
                    "secret_hash": tokens.hashed(secret),
                    "expires_at": now + timedelta(days=1),
                }
                for user_id, secret in zip(ids, begun.values(), strict=True)
            ],
        )
    return [
        _person(user_id, secret, key) for user_id, secret in zip(ids, begun.values(), strict=True)
    ]


def _person(user_id: int, secret: str, key: str) -> Person:
    app = Flask("crowd")
    app.secret_key = key
    token = secrets.token_hex(20)
    kept = {"_user_id": secret, "_fresh": True, "_permanent": True, "csrf_token": token}
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    csrf = URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(token)
    return Person(user_id, f"usergroups={signer.dumps(kept)}", str(csrf))


def send_all(url: str, forms: Iterable[Sent], at_once: int) -> list[Answer]:
    """Send all, so many at a time, over connections that stay open; the answers in any order."""
    waiting = SimpleQueue[Sent | None]()
    for sent in (*forms, *[None] * at_once):
        waiting.put(sent)
    with ThreadPoolExecutor(at_once) as pool:
        return list(chain(*pool.map(lambda _: _send(url, waiting), range(at_once))))


def _send(url: str, waiting: SimpleQueue[Sent | None]) -> list[Answer]:
    """What one connection is answered, until nobody waits for it any more."""
    answers = []
    with closing(HTTPConnection(url.removeprefix("http://"), timeout=120)) as connection:
        while (sent := waiting.get()) is not None:
            body = urlencode({"csrf_token": sent.person.csrf, **sent.fields})
            began = time.perf_counter()
            connection.request("POST", sent.path, body, {"Cookie": sent.person.cookie, **_FORM})
            with connection.getresponse() as answer:
                text = answer.read().decode()
            answers.append(Answer(sent, answer.status, text, time.perf_counter() - began))
    return answers
