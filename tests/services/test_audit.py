"""Entries are added, belong to their group, and stay as they are on both databases."""

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import make_application, make_event, make_group, make_user
from usergroups import db
from usergroups.models import AuditEntry, Membership, User
from usergroups.services import audit

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def test_an_entry_belongs_to_the_group_it_is_about():
    with db.transaction() as session:
        group, somebody = make_group(), make_user()
        membership = Membership(user_id=somebody.id, group_id=group.id)
        session.add(membership)
        session.flush()
        event, application = make_event(group), make_application()
        for subject in (group, membership, event, application, somebody):
            audit.record("x.y", subject, by=somebody, n=1)
        audit.record("x.y", somebody, by=None, group_id=group.id)
    with db.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.subject_kind, one.subject_id, one.group_id, one.actor_id) for one in found] == [
        ("group", group.id, group.id, somebody.id),
        ("membership", membership.id, group.id, somebody.id),
        ("event", event.id, group.id, somebody.id),
        ("application", application.id, None, somebody.id),
        ("user", somebody.id, None, somebody.id),
        ("user", somebody.id, group.id, None),
    ]
    assert found[0].details == {"n": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET act = 'other'",
        "UPDATE audit_entry SET at = '2020-01-01 00:00:00'",
        "UPDATE audit_entry SET subject_kind = 'user', actor_id = NULL",
        "UPDATE audit_entry SET subject_id = subject_id + 1, actor_id = NULL",
        "UPDATE audit_entry SET details = '{}', actor_id = NULL",
        "UPDATE audit_entry SET group_id = NULL, actor_id = NULL",
        "UPDATE audit_entry SET group_id = 99",
        "UPDATE audit_entry SET id = id + 100",
        'UPDATE audit_entry SET actor_id = (SELECT max(id) FROM "user")',
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE id = 1",
    ],
)
def test_an_entry_is_neither_changed_nor_removed(statement):
    with db.transaction():
        somebody = make_user()
        make_user()
        group = make_group()
        audit.record("group.changed", group, by=somebody, status="active")
    with pytest.raises(DBAPIError, match="audit entries are never"), db.transaction() as session:
        session.execute(text(statement))
    with db.reading() as session:
        [entry] = session.scalars(select(AuditEntry))
    assert (entry.act, entry.actor_id, entry.subject_id, entry.group_id, entry.details) == (
        "group.changed", somebody.id, group.id, group.id, {"status": "active"},
    )  # fmt: skip


def test_an_account_that_goes_leaves_its_entries_without_itself():
    with db.transaction():
        somebody = make_user()
        audit.record("group.changed", make_group(), by=somebody)
    with db.transaction() as session:
        session.execute(delete(User).where(User.id == somebody.id))
    with db.reading() as session:
        [entry] = session.scalars(select(AuditEntry))
    assert (entry.act, entry.actor_id) == ("group.changed", None)


def test_the_triggers_are_there(database):
    wanted = {
        "sqlite": "SELECT name FROM sqlite_master "
        "WHERE type = 'trigger' AND tbl_name = 'audit_entry'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_entry'::regclass "
        "AND NOT tgisinternal AND tgenabled = 'O'",
    }  # fmt: skip
    names = {
        "sqlite": {"audit_entry_kept", "audit_entry_unchanged"},
        "postgresql": {"audit_entry_closed"},
    }
    with db.reading() as session:
        found = set(session.scalars(text(wanted[database.dialect.name])))
    assert found == names[database.dialect.name]
