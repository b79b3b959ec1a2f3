"""Every move of an application, allowed and refused; clicks at once; a calendar tried."""

import threading
from collections.abc import Callable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_user
from usergroups import clock, db, tokens
from usergroups.errors import ConflictError, DomainError, NotAllowedError
from usergroups.inputs.application import PeopleInput, PersonInput, WrittenInput
from usergroups.jobs import handlers
from usergroups.models import (
    AMENDABLE,
    MOVES,
    Answer,
    Application,
    ApplicationStatus,
    AuditEntry,
    CoOrganizer,
    Group,
    Message,
    Note,
    User,
    before,
)
from usergroups.queries import applications as queries
from usergroups.services import application_talk, applications, charter, co_organizers, reviews
from usergroups.services.application_changes import change

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
S = ApplicationStatus
ACTS: dict[str, tuple[Callable[[Application, User, User], object], set[S], S | None]] = {
    # What is done, from which states, and what comes of it (None: it stays what it is).
    "submit": (
        lambda one, ilona, _ada: applications.submit(one, by=ilona, version=one.version),
        {S.DRAFT, S.CHANGES_REQUESTED},
        S.SUBMITTED,
    ),
    "withdraw": (
        lambda one, ilona, _ada: applications.withdraw(one, by=ilona, version=one.version),
        # Twice is once.
        {S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED, S.WITHDRAWN},
        S.WITHDRAWN,
    ),
    "change": (
        lambda one, ilona, _ada: change(one, {"why": "Better."}, by=ilona, version=one.version),
        {S.DRAFT, S.SUBMITTED, S.CHANGES_REQUESTED},
        None,
    ),
    "say": (
        lambda one, ilona, _ada: application_talk.answer(one, WrittenInput(text="Hm."), by=ilona),
        set(S) - {S.DRAFT, S.WITHDRAWN},
        None,
    ),
    "take up": (
        lambda one, _ilona, ada: reviews.take_up(one, by=ada, version=one.version),
        {S.SUBMITTED},
        S.IN_REVIEW,
    ),
    "request changes": (
        lambda one, _ilona, ada: reviews.request_changes(one, "x", by=ada, version=one.version),
        {S.SUBMITTED, S.IN_REVIEW},
        S.CHANGES_REQUESTED,
    ),
    "approve": (
        lambda one, _ilona, ada: reviews.approve(one, by=ada, version=one.version),
        {S.SUBMITTED, S.IN_REVIEW},
        S.APPROVED,
    ),
    "decline": (
        lambda one, _ilona, ada: reviews.decline(one, "No.", by=ada, version=one.version),
        {S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED},
        S.DECLINED,
    ),
}


@pytest.fixture
def people(database) -> tuple[int, int]:
    """An applicant, and a steward."""
    with db.transaction():
        ilona = make_user(email="ilona@example.org", name="Ilona")
        return ilona.id, make_user(email="ada@example.org", is_steward=True).id


def plant(people, status: S = S.SUBMITTED, **given) -> int:
    with db.transaction() as session:
        ilona = session.get_one(User, people[0])
        if status is S.DRAFT:
            given |= {"submitted_at": None}
        if status is S.DECLINED:
            given |= {"reason": "No."}
        one = make_application(ilona, status=status, public_id="bcdfghjkmn", **given)
        if status is S.APPROVED:
            raise AssertionError("approved ones are approved by the service")
        return one.id


def loaded(key: int) -> Application:
    return queries.by_id(key)


@pytest.mark.parametrize(("act", "status"), list(product(ACTS, S)))
def test_every_move_is_allowed_or_refused_as_the_states_say(people, act, status):
    do, allowed, becomes = ACTS[act]
    key = plant(people, S.SUBMITTED if status is S.APPROVED else status)
    with db.transaction() as session:
        ilona, ada = (session.get_one(User, one) for one in people)
        if status is S.APPROVED:
            reviews.approve(loaded(key), by=ada, version=1)
    with db.reading() as session:
        one = session.get_one(Application, key)
        version = one.version
        assert one.status is status
    if status in allowed:
        with db.transaction():
            do(loaded(key), ilona, ada)
        expected = becomes or status
    else:
        with pytest.raises(ConflictError), db.transaction():
            do(loaded(key), ilona, ada)
        expected = status
    with db.reading() as session:
        one = session.get_one(Application, key)
    assert one.status is expected
    assert (one.version > version) == (status in allowed and status is not becomes)
    assert expected is status or expected in MOVES[status]


def test_the_states_and_who_may_leave_them():
    assert set(MOVES) == set(S)
    assert before(S.SUBMITTED) == (S.DRAFT, S.CHANGES_REQUESTED)
    assert before(S.DRAFT) == ()
    assert [state for state in S if not MOVES[state]] == [S.APPROVED, S.DECLINED, S.WITHDRAWN]
    # Each move of the acts above, and no other.
    moved = {
        (state, becomes)
        for _, allowed, becomes in ACTS.values()
        if becomes
        for state in allowed - {becomes}
    }
    assert moved == {(state, to) for state, following in MOVES.items() for to in following}
    assert set(AMENDABLE) == ACTS["change"][1]


@pytest.mark.parametrize("act", ["submit", "withdraw", "change", "say"])
def test_nobody_else_moves_it(people, act):
    key = plant(people, S.CHANGES_REQUESTED)
    with db.transaction():
        eve = make_user(is_steward=True)
    with pytest.raises(NotAllowedError), db.transaction():
        ACTS[act][0](loaded(key), eve, eve)


def test_a_draft_is_discarded_with_those_it_names_and_nothing_else(people):
    key = plant(people, S.DRAFT)
    with db.transaction() as session:
        session.add(CoOrganizer(application_id=key, email="bela@example.org"))
        ilona = session.get_one(User, people[0])
        applications.discard(loaded(key), by=ilona)
    with db.reading() as session:
        assert session.get(Application, key) is None
        assert session.scalar(select(func.count(CoOrganizer.id))) == 0
    key = plant(people)
    with pytest.raises(ConflictError), db.transaction():
        applications.discard(loaded(key), by=ilona)


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """What came of doing something in several threads that begin in the same moment."""
    gate, results = threading.Barrier(count), [None] * count

    def run(number: int) -> None:
        gate.wait()
        try:
            with db.transaction():
                results[number] = act(number)
        except DomainError as refused:
            results[number] = type(refused)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_many_clicks_at_once_send_once(people):
    key = plant(people, S.DRAFT)
    with db.transaction() as session:
        session.add(CoOrganizer(application_id=key, email="bela@example.org"))
        ilona = session.get_one(User, people[0])
    at_once(8, lambda _n: applications.submit(loaded(key), by=ilona, version=1))
    with db.reading() as session:
        kinds = [kind.value for kind in session.scalars(select(Message.kind).order_by(Message.id))]
        acts = list(session.scalars(select(AuditEntry.act)))
        assert session.get_one(Application, key).version == 2
    assert kinds == ["co_organizer_invited", "application_to_review", "application_received"]
    assert acts == ["application.submitted"]


def test_many_clicks_at_once_begin_one_draft(people, gazetteer):
    with db.reading() as session:
        ilona = session.get_one(User, people[0])
    place = gazetteer.look_up("Budapest").places[0]
    keys = at_once(6, lambda _n: applications.start(place, by=ilona).id)
    assert len(set(keys)) == 1
    assert applications.MOST_DRAFTS > 1
    with db.transaction():
        other = applications.start(replace(place, name="Pest"), by=ilona)
    assert other.id not in keys


def test_withdrawing_and_deciding_at_once_only_one_wins(people):
    key = plant(people, S.IN_REVIEW)
    with db.reading() as session:
        ilona, ada = (session.get_one(User, one) for one in people)
    acts = [
        lambda: applications.withdraw(loaded(key), by=ilona, version=1),
        lambda: reviews.approve(loaded(key), by=ada, version=1),
    ]
    results = at_once(2, lambda number: acts[number]())
    assert sum(isinstance(one, type) and issubclass(one, ConflictError) for one in results) == 1
    with db.reading() as session:
        one = session.get_one(Application, key)
        groups = session.scalar(select(func.count(Group.id)))
    assert (one.status, groups) in {(S.WITHDRAWN, 0), (S.APPROVED, 1)}


def test_a_yes_and_an_approval_without_it_at_once_agree(people):
    key = plant(people, S.IN_REVIEW)
    nonce = "for this test"
    secret = tokens.secret(co_organizers.PURPOSE, nonce)
    with db.transaction() as session:
        ada = session.get_one(User, people[1])
        one = CoOrganizer(
            application_id=key, email="bela@example.org", secret_hash=tokens.hashed(secret),
            invited_at=clock.now(), expires_at=clock.now() + co_organizers.LASTS,
        )  # fmt: skip
        session.add(one)
        session.flush()
    acts = [
        lambda: co_organizers.accept(secret, PersonInput(name="Béla"), by=None),
        lambda: reviews.approve(loaded(key), by=ada, version=1, without=[one.id]),
    ]
    at_once(2, lambda number: acts[number]())
    with db.reading() as session:
        answer = session.scalar(select(CoOrganizer.answer))
        members = session.scalar(
            select(func.count()).select_from(db.Base.metadata.tables["membership"])
        )
        assert session.get_one(Application, key).status is S.APPROVED
    assert (answer, members) in {(Answer.ACCEPTED, 2), (Answer.WITHDRAWN, 1)}


def test_who_is_named_later_is_asked_at_once_and_who_is_left_out_no_more(people):
    key = plant(people)
    with db.transaction() as session:
        ilona = session.get_one(User, people[0])
        given = PeopleInput(name="Ilona", people="a@example.org, b@example.org", version=1)
        co_organizers.name(loaded(key), given, by=ilona)
    with db.transaction() as session:
        ilona = session.get_one(User, people[0])
        given = PeopleInput(name="Ilona K", people="b@example.org", version=2)
        co_organizers.name(loaded(key), given, by=ilona)
    with db.reading() as session:
        rows = session.execute(
            select(CoOrganizer.email, CoOrganizer.answer, CoOrganizer.secret_hash.is_(None))
        ).all()
        assert session.get_one(User, people[0]).name == "Ilona K"
        sent = list(session.scalars(select(Message.address)))
    assert sorted(map(tuple, rows)) == [
        ("a@example.org", Answer.WITHDRAWN, True),
        ("b@example.org", Answer.OPEN, False),
    ]
    assert sent == ["a@example.org", "b@example.org"]
    given = PeopleInput(name="Ilona", people="c@example.org", version=1)
    with pytest.raises(ConflictError), db.transaction():
        co_organizers.name(loaded(key), given, by=ilona)


def test_the_same_words_twice_are_one_note(people):
    key = plant(people)
    with db.reading() as session:
        ilona = session.get_one(User, people[0])
    given = WrittenInput(text="At Acme’s.")
    at_once(4, lambda _n: application_talk.answer(loaded(key), given, by=ilona).id)
    with db.reading() as session:
        assert session.scalar(select(func.count(Note.id))) == 1
        assert list(session.scalars(select(Message.address))) == ["ada@example.org"]


ANSWERS = {
    "/good.ics": (200, (Path(__file__).parents[1] / "samples" / "platform.ics").read_bytes()),
    "/page": (200, b"<html>a page</html>"),
    "/private": (403, b""),
    "/gone": (404, b""),
}


class Calendars(BaseHTTPRequestHandler):
    """Somebody's web server."""

    def do_GET(self):
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def calendars():
    server = HTTPServer(("127.0.0.1", 0), Calendars)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # One entry of it is private.
        ("/good.ics", ("partial", None)),
        ("/page", ("refused", "not_calendar")),
        ("/private", ("refused", "unreachable")),
        ("/gone", ("refused", "unreachable")),
    ],
)
def test_the_job_tries_a_calendar_and_notes_what_it_found(
    people, config, calendars, path, expected
):
    url = calendars + path
    key = plant(people, S.DRAFT, calendar_url=url)
    config = replace(config, source_hosts="127.0.0.1")
    handlers.preview_calendar(config, application_id=key, url=url)
    with db.reading() as session:
        one = session.get_one(Application, key)
    assert one.calendar_tried_at == clock.now()
    assert (one.calendar_preview["verdict"], one.calendar_preview.get("code")) == expected
    if path == "/good.ics":
        assert one.calendar_preview["found"] > 0
        assert len(one.calendar_preview["events"]) == min(5, one.calendar_preview["coming"])


def test_the_job_reaches_nothing_that_is_not_public(people, config, calendars):
    url = f"{calendars}/good.ics"
    key = plant(people, S.DRAFT, calendar_url=url)
    handlers.preview_calendar(config, application_id=key, url=url)
    with db.reading() as session:
        preview = session.get_one(Application, key).calendar_preview
    assert preview["verdict"] == "refused"
    assert "no public address" in preview["error"]


def test_what_is_missing_is_named_by_its_step(people):
    with db.transaction():
        charter.found()
    key = plant(people, S.DRAFT, group_name="", latitude=None, longitude=None)
    with db.reading():
        assert applications.missing(loaded(key)) == ["place", "group", "charter"]
