"""Questions about the members of a group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from usergroups.db import session
from usergroups.inputs.desk import MemberSearch
from usergroups.models import MailRefusal, MailTopic, Membership, Role, User
from usergroups.queries.paging import SIZE, Page, start
from usergroups.text import fold


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A member as organizers see them: by name, never by address."""

    id: int
    name: str
    role: Role
    joined_at: datetime
    wants_mail: bool


_COLUMNS = (Membership.id, User.name, Membership.role, Membership.joined_at, Membership.wants_mail)
_LATEST = (Membership.joined_at.desc(), Membership.id.desc())


def search(group_id: int, wanted: MemberSearch) -> Page[ListedMember]:
    """One page of a group's members, the latest first; two queries.

    Words may stand anywhere in a name, however they are accented. An address has to be the whole
    one: whoever looks for it knows it.
    """
    if wanted.q:
        return _found(group_id, wanted)
    counting = select(func.count(Membership.id)).where(Membership.group_id == group_id)
    listing = _of(group_id).order_by(*_LATEST).limit(SIZE).offset(start(wanted.page))
    total = session().scalar(counting) or 0
    return Page(_listed(session().execute(listing)), wanted.page, total)


def _found(group_id: int, wanted: MemberSearch) -> Page[ListedMember]:
    query = (
        select(Membership.id, User.name, User.email)
        .join(User, User.id == Membership.user_id)
        .where(Membership.group_id == group_id)
        .order_by(*_LATEST)
    )
    words, address = fold(wanted.q).split(), wanted.q.lower()
    ids = [
        row.id
        for row in session().execute(query)
        if row.email == address or all(word in fold(row.name) for word in words)
    ]
    shown = ids[start(wanted.page) :][:SIZE]
    rows = _listed(session().execute(_of(group_id).where(Membership.id.in_(shown))))
    ranks = {membership_id: rank for rank, membership_id in enumerate(shown)}
    return Page(sorted(rows, key=lambda one: ranks[one.id]), wanted.page, len(ids))


def everybody(group_id: int) -> list[ListedMember]:
    """All members, those of longest standing first; one query."""
    return _listed(session().execute(_of(group_id).order_by(Membership.joined_at, Membership.id)))


def of(group_id: int, user_id: int) -> Membership | None:
    """What somebody is in a group; None for nothing. One query."""
    return session().scalar(
        select(Membership).where(Membership.group_id == group_id, Membership.user_id == user_id)
    )


def count_reached(group_id: int) -> int:
    """How many of a group's members want its mails; one query."""
    return session().scalar(select(func.count()).select_from(_reached(group_id).subquery())) or 0


def reached(group_id: int, *, after: int, most: int) -> Sequence[tuple[int, User]]:
    """Members who want the group's mails, with their memberships' ids: the next beyond an id."""
    query = _reached(group_id).where(Membership.id > after).order_by(Membership.id).limit(most)
    return [(row[0], row[1]) for row in session().execute(query)]


def _reached(group_id: int) -> Select[int, User]:
    """Whose address is theirs for sure, and who refused neither this group's mails nor all."""
    refused = exists().where(
        and_(MailRefusal.user_id == User.id, MailRefusal.topic == MailTopic.GROUPS)
    )
    return (
        select(Membership.id, User)
        .join(User, User.id == Membership.user_id)
        .where(Membership.group_id == group_id, Membership.wants_mail)
        .where(User.verified_at.is_not(None), ~refused)
    )


def _of(group_id: int) -> Select[int, str, Role, datetime, bool]:
    query = select(*_COLUMNS).join(User, User.id == Membership.user_id)
    return query.where(Membership.group_id == group_id)


def _listed(rows: Iterable[Any]) -> list[ListedMember]:
    return [ListedMember(*row) for row in rows]
