"""Everything held about one person, as a file that people and programs can read.

The tables are walked by their foreign keys: what a new table holds about people comes along.
"""

import io
import json
import zipfile
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, delete, select

from usergroups import clock
from usergroups.db import Base, session
from usergroups.errors import NotFoundError
from usergroups.models import (
    Archive,
    AuditEntry,
    CoOrganizer,
    Invitation,
    JobKind,
    MailedLink,
    Message,
    MessageKind,
    RsvpCode,
    User,
    Waiting,
)
from usergroups.queue import enqueue, send

KEPT = timedelta(days=7)
# What opens doors, and what is no word about anybody.
_LEFT_OUT = {"password_hash", "secret_hash", "code_hash", "nonce", "message_id", "content"}
_BY_ADDRESS = (
    CoOrganizer.email, Invitation.email, MailedLink.email, Message.address, RsvpCode.email,
    Waiting.email,
)  # fmt: skip
# What somebody did for the federation holds the words of others: that they did it is theirs alone.
_ACTED = "_by_id"
_README = """What is held here about {email}, as of {at}.

about-me.json has one list for each table of the database: the rows that are yours or name you.
Of what you did about others, such as a decision, it has the number alone, and as what you did it.
Instants are in UTC. Left out are secrets, such as the hash of your password.
"""


def ask(*, by: User) -> Archive:
    """Have one's archive made in the background; one that is under way or ready will do."""
    known = latest(by)
    if known is not None:
        return known
    archive = Archive(user_id=by.id, expires_at=clock.now() + KEPT)
    session().add(archive)
    session().flush()  # the job needs the id
    enqueue(JobKind.MAKE_ARCHIVE, archive_id=archive.id)
    return archive


def latest(user: User) -> Archive | None:
    """The last archive that somebody asked for, while it is kept; one query."""
    return session().scalar(
        select(Archive)
        .where(Archive.user_id == user.id, Archive.expires_at > clock.now())
        .order_by(Archive.id.desc())
        .limit(1)
    )


def content_of(user: User) -> bytes:
    """The file, a ZIP. Raises NotFoundError where none is ready."""
    content = session().scalar(
        select(Archive.content)
        .where(Archive.user_id == user.id, Archive.expires_at > clock.now())
        .where(Archive.made_at.is_not(None))
        .order_by(Archive.id.desc())
        .limit(1)
    )
    if content is None:
        raise NotFoundError("there is no archive")
    return content


def make(archive_id: int) -> None:
    """Make an archive that was asked for, and tell its owner; a second time changes nothing."""
    archive = session().get(Archive, archive_id, with_for_update=True)
    if archive is None or archive.made_at is not None:
        return
    user = session().get_one(User, archive.user_id)
    archive.content = _zipped(user)
    archive.made_at = clock.now()
    archive.expires_at = clock.now() + KEPT
    send(MessageKind.ARCHIVE_READY, user, until=archive.expires_at.isoformat())


def forget_old() -> None:
    """Remove what its owner had a week to fetch."""
    session().execute(delete(Archive).where(Archive.expires_at < clock.now()))


def everything_about(user: User) -> dict[str, list[dict[str, Any]]]:
    """The rows that are somebody's or name them, by table; secrets left out."""
    found = {
        table.name: rows for table in Base.metadata.sorted_tables if (rows := _rows(table, user))
    }
    users = Base.metadata.tables["user"]
    return {"user": _rows_where(User.id == user.id, _told(users)), **found}


def _rows(table: Table, user: User) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for key in table.foreign_keys:
        if key.column is User.__table__.c.id:
            acted = key.parent.name.endswith(_ACTED)
            columns = [*table.primary_key, key.parent] if acted else _told(table)
            found += _rows_where(key.parent == user.id, columns)
    for address in _BY_ADDRESS:
        if address.class_.__table__ is table:
            found += _rows_where(table.c[address.key] == user.email, _told(table))
    if table is AuditEntry.__table__:
        about = (AuditEntry.subject_kind == "user") & (AuditEntry.subject_id == user.id)
        found += _rows_where(about, _told(table))
    return list({tuple(row.items()): row for row in found}.values())


def _told(table: Table) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in _LEFT_OUT]


def _rows_where(whose: ColumnElement[bool], columns: list[Column[Any]]) -> list[dict[str, Any]]:
    found = session().connection().execute(select(*columns).where(whose))
    return [{name: _said(value) for name, value in row.items()} for row in found.mappings()]


def _said(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return json.dumps(value) if isinstance(value, dict | list) else value


def _zipped(user: User) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        told = json.dumps(everything_about(user), ensure_ascii=False, indent=2)
        made.writestr("about-me.json", told)
        at = clock.now().isoformat(timespec="minutes")
        made.writestr("README.txt", _README.format(email=user.email, at=at))
    return packed.getvalue()
