"""Who did what, the latest first: found by who, what, about whom, where and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from usergroups.db import session
from usergroups.inputs.search import AuditSearch
from usergroups.models import Application, AuditEntry, Group, User
from usergroups.queries import audit_subjects
from usergroups.queries.audit_subjects import Subject
from usergroups.queries.charter import Countries

SIZE = 50
_AT_ONCE = 1_000
# What an export holds at most; a narrower question gives the rest.
MOST = 50_000
# Whoever types commands, and the timetable.
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry with the names that its ids stand for today; None where they are gone."""

    id: int
    at: datetime
    act: str
    actor_id: int | None
    actor: str
    subject_kind: str
    subject_id: int
    subject: Subject | None
    group: Subject | None
    country: str
    details: dict[str, Any]
    # The person whom the details name by their id.
    person: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some entries in a row, and the way to those that came before and after them.

    Entries are only ever added: a stretch that begins below an entry holds the same for ever.
    """

    entries: Sequence[ListedEntry]
    older: int | None
    newer: int | None


def search(wanted: AuditSearch, countries: Countries) -> Stretch:
    """The entries that are wanted and may be seen; at most one query for each kind of subject."""
    conditions = _conditions(wanted, countries)
    if wanted.after is not None:
        query = _query([*conditions, AuditEntry.id > wanted.after]).order_by(AuditEntry.id)
        rows = session().execute(query.limit(SIZE + 1)).all()
        found, has_newer = rows[:SIZE][::-1], len(rows) > SIZE
        return _stretch(found, has_older=bool(found), has_newer=has_newer)
    if wanted.before is not None:
        conditions.append(AuditEntry.id < wanted.before)
    query = _query(conditions).order_by(AuditEntry.id.desc())
    rows = session().execute(query.limit(SIZE + 1)).all()
    has_newer = wanted.before is not None and bool(rows)
    return _stretch(rows[:SIZE], has_older=len(rows) > SIZE, has_newer=has_newer)


def everything(wanted: AuditSearch, countries: Countries) -> Iterator[ListedEntry]:
    """All that is wanted and may be seen, the latest first, up to MOST; a thousand at a time."""
    conditions = _conditions(wanted, countries)
    below: list[ColumnElement[bool]] = []
    for _ in range(MOST // _AT_ONCE):
        query = _query([*conditions, *below]).order_by(AuditEntry.id.desc()).limit(_AT_ONCE)
        rows = session().execute(query).all()
        yield from _listed(rows)
        if len(rows) < _AT_ONCE:
            return
        below = [AuditEntry.id < rows[-1][0].id]


def history(kind: str, ids: Sequence[int], most: int, *, but: str = "") -> list[ListedEntry]:
    """The latest about some rows of a kind, but for acts whose names begin so, if it is said."""
    conditions = [AuditEntry.subject_kind == kind, AuditEntry.subject_id.in_(ids)]
    if but:
        conditions.append(~AuditEntry.act.startswith(but, autoescape=True))
    query = _query(conditions).order_by(AuditEntry.id.desc()).limit(most)
    return _listed(session().execute(query).all())


def _query(conditions: Sequence[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    return (
        select(AuditEntry, User.name, User.email, Group.slug, Group.name, Group.country)
        .outerjoin(User, User.id == AuditEntry.actor_id)
        .outerjoin(Group, Group.id == AuditEntry.group_id)
        .where(*conditions)
    )


def _conditions(wanted: AuditSearch, countries: Countries) -> list[ColumnElement[bool]]:
    found = [] if countries is None else [_in_countries(countries)]
    if wanted.country is not None:
        found.append(_in_countries({wanted.country}))
    if wanted.who:
        found.append(_by(wanted.who))
    if wanted.act:
        is_many = wanted.act.endswith(".")
        act = AuditEntry.act
        found.append(act.startswith(wanted.act, autoescape=True) if is_many else act == wanted.act)
    if wanted.group:
        found.append(Group.slug == wanted.group)
    if wanted.subject:
        kind, _, number = wanted.subject.partition(":")
        subject_id = int(number) if number.isdecimal() and len(number) <= 9 else -1  # noqa: PLR2004  an INTEGER
        found += [AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id]
    if wanted.from_ is not None:
        found.append(AuditEntry.at >= datetime.combine(wanted.from_, time(), UTC))
    if wanted.to is not None:
        found.append(AuditEntry.at < datetime.combine(wanted.to, time(), UTC) + timedelta(1))
    return found


def _in_countries(countries: set[str] | frozenset[str]) -> ColumnElement[bool]:
    """About a group there, or about an application to run one."""
    codes = sorted(countries)
    applications = select(Application.id).where(Application.country.in_(codes))
    is_application = and_(
        AuditEntry.subject_kind == Application.__tablename__,
        AuditEntry.subject_id.in_(applications),
    )
    return or_(Group.country.in_(codes), is_application)


def _by(who: str) -> ColumnElement[bool]:
    """By somebody of that name or address; by nobody with an account."""
    if who == OPERATOR:
        return AuditEntry.actor_id.is_(None)
    wanted = who.lower()
    return or_(User.email == wanted, func.lower(User.name).contains(wanted, autoescape=True))


def _stretch(rows: Sequence[Any], *, has_older: bool, has_newer: bool) -> Stretch:
    entries = _listed(rows)
    return Stretch(
        entries,
        older=entries[-1].id if entries and has_older else None,
        newer=entries[0].id if entries and has_newer else None,
    )


def _listed(rows: Sequence[Any]) -> list[ListedEntry]:
    entries = [row[0] for row in rows]
    subjects = audit_subjects.of((one.subject_kind, one.subject_id) for one in entries)
    people = audit_subjects.people(one.details.get("user_id") for one in entries)
    return [
        ListedEntry(
            id=entry.id, at=entry.at, act=entry.act,
            actor_id=entry.actor_id, actor=name or email or "",
            subject_kind=entry.subject_kind, subject_id=entry.subject_id,
            subject=subjects.get((entry.subject_kind, entry.subject_id)),
            group=Subject(group, f"/groups/{slug}") if slug else None, country=country or "",
            details=entry.details, person=people.get(entry.details.get("user_id"), ""),
        )
        for entry, name, email, slug, group, country in rows
    ]  # fmt: skip
