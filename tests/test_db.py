from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, StatementError

from tests.factories import make_event, make_group, make_user
from usergroups import db
from usergroups.errors import SetupError
from usergroups.models import AuditEntry, Event, EventStatus, Group, User


def test_instants_come_back_aware_in_utc(database):
    half_past = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=2)))
    with db.transaction():
        make_event(make_group(), uid="x", starts_at=half_past)
    with db.reading() as session:
        starts_at = session.scalars(select(Event.starts_at)).one()
    assert starts_at == half_past
    assert starts_at.utcoffset() == timedelta(0)


def test_a_naive_instant_is_refused(database):
    with pytest.raises(StatementError, match="naive"), db.transaction():
        make_group(created_at=datetime(2026, 1, 1))


def test_a_transaction_commits_and_then_calls_back(database):
    called = []
    with db.transaction():
        make_user(email="a@example.org")
        db.after_commit(lambda: called.append("after"))
        assert called == []
    with db.reading() as session:
        assert session.scalars(select(User.email)).all() == ["a@example.org"]
    assert called == ["after"]


def test_an_exception_leaves_nothing_and_calls_nobody(database):
    called = []

    def fail():
        with db.transaction():
            make_user()
            db.after_commit(lambda: called.append("after"))
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        fail()
    with db.reading() as session:
        assert session.scalars(select(User.id)).all() == []
    assert called == []


def test_without_a_scope_there_is_no_session():
    with pytest.raises(RuntimeError, match="no scope"):
        db.session()


def test_other_databases_are_refused():
    with pytest.raises(SetupError, match="mysql is not supported"):
        db.make_engine("mysql://x")


def test_nothing_is_loaded_behind_ones_back(database):
    with db.transaction():
        make_event(make_group())
    with db.reading() as session:
        event = session.scalars(select(Event)).one()
        with pytest.raises(InvalidRequestError, match="raise_on_sql"):
            _ = event.group


def test_sqlite_keeps_a_log_ahead_and_its_foreign_keys(database):
    if database.dialect.name != "sqlite":
        return
    with db.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"latitude": 91.0},
        {"longitude": -180.5},
        {"country": "fra"},
        {"slug": "Paris"},
        {"slug": ""},
        {"name": ""},
        {"members_elsewhere": -1},
    ],
)
def test_the_database_refuses_impossible_groups(database, wrong):
    with pytest.raises(IntegrityError), db.transaction():
        make_group(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {
            "ends_at": datetime(2026, 1, 1, tzinfo=UTC),
            "starts_at": datetime(2026, 1, 2, tzinfo=UTC),
        },
        {"title": ""},
        {"uid": ""},
        {"latitude": 1.0},
        {"sequence": -1},
        {"origin": "imported"},
    ],
)
def test_the_database_refuses_impossible_events(database, wrong):
    with db.transaction():
        group = make_group()
    with pytest.raises(IntegrityError), db.transaction() as session:
        make_event(session.merge(group), **wrong)


def test_slugs_and_native_uids_are_unique(database):
    with db.transaction():
        make_event(make_group(slug="one"), uid="same")
    with pytest.raises(IntegrityError), db.transaction():
        make_group(slug="one")
    with pytest.raises(IntegrityError), db.transaction():
        make_event(make_group(), uid="same")


def test_audit_entries_stay_as_they_are_except_for_a_deleted_account(database):
    with db.transaction() as session:
        user = make_user()
        session.add(
            AuditEntry(
                actor_id=user.id, act="x", subject_kind="group", subject_id=1, details={"a": 1}
            )
        )
    for statement in (
        "UPDATE audit_entry SET act = 'y'",
        "UPDATE audit_entry SET act = 'y', actor_id = NULL",
        "DELETE FROM audit_entry",
    ):
        with pytest.raises(Exception, match="audit entries"), db.transaction() as session:
            session.execute(text(statement))
    with db.transaction() as session:
        session.execute(text('DELETE FROM "user"'))
    with db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.actor_id, entry.act, entry.details) == (None, "x", {"a": 1})


def test_a_reader_never_waits_for_a_writer(database):
    with db.transaction():
        make_group(slug="before")
    with db.transaction():
        make_group(slug="unseen")
        with db.reading() as session:
            assert session.scalars(select(Group.slug)).all() == ["before"]


_STARTS = db.Question(
    select(Event.uid, Event.starts_at, Event.status)
    .where(Event.uid.in_(bindparam("uids", expanding=True)), Event.starts_at < bindparam("until"))
    .where(Event.status.in_((EventStatus.CONFIRMED, EventStatus.CANCELLED)))
    .order_by(Event.uid)
)


def test_a_question_takes_and_gives_what_our_types_do(database):
    at = datetime(2026, 6, 10, 18, 0, tzinfo=UTC)
    with db.transaction():
        group = make_group()
        for uid in ("a", "b", "c"):
            make_event(group, uid=uid, starts_at=at, status=EventStatus.CONFIRMED)
        # Within a scope it sees what that has not committed yet.
        assert len(_STARTS.rows(uids=["a", "b", "x"], until=at + timedelta(hours=1))) == 2
    found = _STARTS.rows(uids=["c", "a"], until=at + timedelta(hours=1))
    assert [tuple(row) for row in found] == [
        ("a", at, EventStatus.CONFIRMED),
        ("c", at, EventStatus.CONFIRMED),
    ]
    assert found[0][1].utcoffset() == timedelta(0)
    with db.reading():
        assert _STARTS.first(uids=["a"], until=at) is None
        assert _STARTS.first(uids=[], until=at) is None


def test_a_question_fails_as_any_statement_does(database):
    with pytest.raises(DBAPIError, match="nowhere"):
        db.Question(select(text("1")).select_from(text("nowhere"))).rows()
