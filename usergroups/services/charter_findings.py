"""Keeping how living groups stand by the charter, and telling whoever leads one that fell short."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update

from usergroups import clock
from usergroups.charter import Outcome, Verdict, evaluate
from usergroups.db import session
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.inputs.charter import FURTHEST_KM
from usergroups.models import (
    ORGANIZING,
    CharterRule,
    Finding,
    Group,
    Membership,
    MessageKind,
    Role,
    RuleKind,
    User,
)
from usergroups.queries import charter as queries
from usergroups.queries import charter_facts, nearby
from usergroups.queries.charter_facts import Looked
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows
from usergroups.queue import send

# What a finding is of: a group and a rule.
_Key = tuple[int, RuleKind]
# A place of that name further off than this is not the group's city.
_OF_THE_CITY_KM = 50
# Databases take only so many values in one statement.
_AT_ONCE = 500
# Statements that change many rows go past the objects of the session.
_PAST = {"synchronize_session": False}


def look_at_all(gazetteer: Gazetteer) -> list[Looked]:
    """What is to be known of all living groups; changes nothing.

    Where a group is too near to another, and nobody knows yet how large its city is, the
    gazetteer is asked.
    """
    return [_counted(one, gazetteer) for one in charter_facts.of_living()]


def _counted(one: Looked, gazetteer: Gazetteer) -> Looked:
    facts, group = one.facts, one.group
    if facts.inhabitants or facts.nearest is None or facts.nearest.km > FURTHEST_KM:
        return one
    here = Point(group.latitude, group.longitude)
    namesakes = gazetteer.look_up(group.city, country=group.country).places
    places = [(n, place.lat, place.lng) for n, place in enumerate(namesakes)]
    around = nearby.within(here, places, _OF_THE_CITY_KM)
    if not around:
        return one
    return Looked(group, replace(facts, inhabitants=namesakes[around[0][1]].population))


def settle_all(looked: Sequence[Looked]) -> int:
    """Keep how all living groups stand by the rules and waivers of now; answers the mails sent.

    A finding's `since_at` moves only when a rule comes to be met, or is met no longer. Whoever
    leads a group that has come to fail a rule is told so, once. Of two who settle at the same
    time, the second sees what the first has kept.
    """
    return _settle(looked, None)


def look_again(group: Group) -> int:
    """Keep how one group stands now. One where nobody meets any more stands by no rule."""
    session().flush()  # facts are read past the session
    looked = [Looked(group, charter_facts.of_group(group))] if group.is_living else []
    return _settle(looked, group.id)


def _settle(looked: Sequence[Looked], only: int | None) -> int:
    session().execute(select(CharterRule.id).with_for_update())
    _keep_inhabitants(looked)
    found = _judged(looked, only)
    before = _kept(only)
    _forget([row.id for key, row in before.items() if key not in found])
    _mark_looked_at(only)
    _change([(before[key], one) for key, one in found.items() if key in before])
    _add([(key, one) for key, one in found.items() if key not in before])
    worse: dict[int, list[Verdict]] = {}
    for key, verdict in found.items():
        if key in before and before[key].passed and not verdict.is_met:
            worse.setdefault(key[0], []).append(verdict)
    return _tell_leads(worse)


def _keep_inhabitants(looked: Iterable[Looked]) -> None:
    differing = [
        {"id": one.group.id, "population": one.facts.inhabitants}
        for one in looked
        if one.facts.inhabitants != one.group.population
    ]
    if differing:
        session().execute(update(Group), differing)


def _judged(looked: Iterable[Looked], only: int | None) -> dict[_Key, Verdict]:
    rules = queries.rules()
    exemptions = queries.exemptions_of_groups(None if only is None else [only])
    return {
        (one.group.id, verdict.kind): verdict
        for one in looked
        for verdict in evaluate(rules, one.facts, exemptions.get(one.group.id, ()))
        if verdict.outcome is not Outcome.NOT_APPLICABLE
    }


def _kept(only: int | None) -> dict[_Key, Any]:
    columns = (Finding.group_id, Finding.kind, Finding.id, Finding.passed, Finding.evidence)
    query = select(*columns)
    if only is not None:
        query = query.where(Finding.group_id == only)
    return {(row.group_id, row.kind): row for row in rows(query)}


def _forget(ids: Sequence[int]) -> None:
    for first in range(0, len(ids), _AT_ONCE):
        these = Finding.id.in_(ids[first : first + _AT_ONCE])
        session().execute(delete(Finding).where(these), execution_options=_PAST)


def _mark_looked_at(only: int | None) -> None:
    statement = update(Finding).values(looked_at=clock.now())
    if only is not None:
        statement = statement.where(Finding.group_id == only)
    session().execute(statement, execution_options=_PAST)


def _add(found: Sequence[tuple[_Key, Verdict]]) -> None:
    new = [{"group_id": key[0], "kind": key[1], **_row(verdict)} for key, verdict in found]
    if new:
        session().execute(insert(Finding), new)


def _change(found: Iterable[tuple[Any, Verdict]]) -> None:
    """Rows that differ; one that only has new evidence keeps its day."""
    turned, told = [], []
    for before, verdict in found:
        row = _row(verdict) | {"id": before.id}
        if before.passed != verdict.is_met:
            turned.append(row | {"since_at": clock.now()})
        elif before.evidence != row["evidence"]:
            told.append(row)
    for differing in (turned, told):
        if differing:
            session().execute(update(Finding), differing)


def _row(verdict: Verdict) -> dict[str, Any]:
    waived = {"waiver_id": verdict.waiver.id} if verdict.waiver else {}
    return {"passed": verdict.is_met, "evidence": {**verdict.evidence, **waived}}


def _tell_leads(worse: Mapping[int, Sequence[Verdict]]) -> int:
    """A mail to whoever leads each of these groups, to its organizers where nobody does."""
    people = _responsible(list(worse))
    for group, user in people:
        unmet = [
            {"kind": one.kind.value, "evidence": one.evidence, "remedy": one.remedy}
            for one in worse[group.id]
        ]
        send(MessageKind.CHARTER_UNMET, to=user, group=group.name, slug=group.slug, unmet=unmet)
    return len(people)


def _responsible(ids: Sequence[int]) -> list[tuple[Group, User]]:
    found: dict[int, list[tuple[Role, Group, User]]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        query = (
            select(Membership.role, Group, User)
            .join(Group, Group.id == Membership.group_id)
            .join(User, User.id == Membership.user_id)
            .where(Group.id.in_(ids[first : first + _AT_ONCE]), Membership.role.in_(ORGANIZING))
            .order_by(Membership.id)
        )
        for role, group, user in session().execute(query):
            found.setdefault(group.id, []).append((role, group, user))
    return [
        (group, user)
        for people in found.values()
        for role, group, user in people
        if role is Role.LEAD or all(other is not Role.LEAD for other, _, _ in people)
    ]
