"""What goes over where two groups become one, or two rows of one meetup: table by table.

A row goes over unless the other side has its like already; what stays behind goes with the row
that it belongs to. tests/services/test_merging.py fails for a table that is not named here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, Subquery, Table, select, update

from usergroups.db import session
from usergroups.models import Base, Event


@dataclass(frozen=True, slots=True)
class Rule:
    """Which rows of a table go over: of those that agree in these columns one stays, if any do."""

    goes: bool = True
    agree_in: tuple[str, ...] | None = None


ALL, NONE = Rule(), Rule(goes=False)


def one_by(*columns: str) -> Rule:
    """There is one row for the same values; without columns there is one row at all."""
    return Rule(agree_in=columns)


# By the name of each table that has a `group_id`.
OF_GROUP: Mapping[str, Rule] = {
    "application": ALL,
    "co_host": one_by("event_id"),
    "event": ALL,
    "finding": NONE,
    "first_step": one_by("step"),
    "former_slug": ALL,
    "group_link": one_by("url"),
    "group_report": ALL,
    "group_topic": one_by("topic_id"),
    "invitation": ALL,
    "logo": one_by(),
    "membership": one_by("user_id"),
    "series": ALL,
    "source": one_by("location"),
    "sponsorship": ALL,
    "talk": ALL,
    "venue": ALL,
    "waiver": NONE,
}

# By the name of each table that has an `event_id`.
OF_EVENT: Mapping[str, Rule] = {
    "agenda_item": one_by("talk_id"),
    "co_host": one_by("group_id"),
    "event_interest": one_by("user_id"),
    "event_link": one_by("url"),
    "event_question": ALL,
    "event_room": one_by("room_id"),
    "event_topic": one_by("topic_id"),
    "feedback": one_by("user_id"),
    "former_event": ALL,
    "poll_date": one_by("starts_at"),
    "recap": one_by(),
    "rsvp": one_by("user_id"),
    "rsvp_code": one_by("email"),
    "sharing_consent": one_by("user_id", "sponsor_id", "given_at"),
    "sponsorship": ALL,
    "talk": ALL,
    "tally": one_by(),
    "walk_in": one_by("tap"),
}


def to_group(gone_id: int, kept_id: int) -> None:
    """All that belongs to a group goes over to another."""
    for name, rule in OF_GROUP.items():
        table = Base.metadata.tables[name]
        _move(table, table.c.group_id, rule, table.c.group_id == gone_id, kept_id)


def to_twins(pairs: Subquery) -> None:
    """All that belongs to meetups goes over to their twins: pairs of ids, `gone` and `kept`."""
    for name, rule in OF_EVENT.items():
        table = Base.metadata.tables[name]
        column = table.c.event_id
        kept = select(pairs.c.kept).where(pairs.c.gone == column).correlate(table)
        is_gone = column.in_(select(pairs.c.gone))
        _move(table, column, rule, is_gone, kept.scalar_subquery())


def twins(gone_source_id: int, kept_source_id: int) -> Select[Any]:
    """Of meetups that two sources call the same: id of the one, of the other, public id of the one.

    As `gone`, `kept` and `public_id`.
    """
    gone = Event.__table__.alias("gone")
    kept = Event.__table__.alias("kept")
    is_same = (kept.c.uid == gone.c.uid) & (kept.c.recurrence_id == gone.c.recurrence_id)
    return (
        select(gone.c.id.label("gone"), kept.c.id.label("kept"), gone.c.public_id)
        .join_from(gone, kept, is_same)
        .where(gone.c.source_id == gone_source_id, kept.c.source_id == kept_source_id)
    )


def _move(
    table: Table, column: Column[Any], rule: Rule, is_gone: ColumnElement[bool], kept: Any
) -> None:
    """Put the kept id into the column of all rows that are gone's, as far as the rule lets them."""
    if not rule.goes:
        return
    statement = update(table).where(is_gone).values({column.name: kept})
    if rule.agree_in is not None:
        like = table.alias("its_like")
        agree = (like.c[name] == table.c[name] for name in rule.agree_in)
        its_like = select(like).where(like.c[column.name] == kept, *agree).correlate(table)
        statement = statement.where(~its_like.exists())
    session().execute(statement, execution_options={"synchronize_session": False})
