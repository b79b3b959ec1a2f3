"""What the ids of audit entries stand for today: a name, and the page that shows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select, func, select

from usergroups.db import session
from usergroups.models import (
    Application,
    BlockedAddress,
    CharterQuestion,
    CharterRule,
    Event,
    Group,
    GroupReport,
    Invitation,
    Membership,
    Series,
    User,
    Venue,
)

_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Subject:
    """A name as it is today, and an address on this site; either may be empty."""

    name: str
    path: str = ""


def of(keys: Iterable[_Key]) -> dict[_Key, Subject]:
    """The subjects that are still there; one query for each kind among the keys."""
    wanted: dict[str, set[int]] = {}
    for kind, subject_id in keys:
        wanted.setdefault(kind, set()).add(subject_id)
    found: dict[_Key, Subject] = {}
    for kind, ids in wanted.items():
        if kind not in _NAMES:
            continue
        query, path = _NAMES[kind]
        id_column = query.selected_columns[0]
        for row in session().execute(query.where(id_column.in_(ids))):
            address = path.format(quote(str(row[2]))) if path else ""
            found[kind, row[0]] = Subject(str(row[1]), address)
    return found


def people(ids: Iterable[Any]) -> Mapping[Any, str]:
    """Names, or else addresses, of those who still have an account; one query or none."""
    wanted = {user_id for user_id in ids if isinstance(user_id, int)}
    if not wanted:
        return {}
    query = select(User.id, User.name, User.email).where(User.id.in_(wanted))
    return {user_id: name or email for user_id, name, email in session().execute(query)}


_person = func.coalesce(func.nullif(User.name, ""), User.email)
# For each table: its ids, names and what stands in an address, and that address.
_NAMES: dict[str, tuple[Select[*tuple[Any, ...]], str]] = {
    "application": (
        select(
            Application.id,
            func.coalesce(func.nullif(Application.group_name, ""), Application.city),
            Application.public_id,
        ),
        "/steward/applications/{}",
    ),
    "blocked_address": (select(BlockedAddress.id, BlockedAddress.pattern), ""),
    "charter_question": (
        select(CharterQuestion.id, CharterQuestion.text, CharterQuestion.id),
        "/steward/charter/questions/{}",
    ),
    "charter_rule": (
        select(CharterRule.id, CharterRule.kind, CharterRule.kind),
        "/steward/charter/rules/{}",
    ),
    "event": (select(Event.id, Event.title, Event.public_id), "/events/{}"),
    "group": (select(Group.id, Group.name, Group.slug), "/groups/{}"),
    "group_report": (
        select(GroupReport.id, Group.name, Group.slug).join(
            Group, GroupReport.group_id == Group.id
        ),
        "/groups/{}",
    ),
    "invitation": (select(Invitation.id, Invitation.email), ""),
    "membership": (
        select(Membership.id, _person).join(User, User.id == Membership.user_id),
        "",
    ),
    "series": (
        select(Series.id, Series.facts["title"].as_string(), Series.public_id),
        "/events/series/{}",
    ),
    "user": (select(User.id, _person), ""),
    "venue": (select(Venue.id, Venue.name), ""),
}
