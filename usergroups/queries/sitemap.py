"""Questions of whoever walks all public pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from usergroups.db import Question
from usergroups.models import PUBLISHED, Event, Group, GroupStatus
from usergroups.models.event import event_slug

# How many addresses one file names; the protocol allows 50,000 (sitemaps.org).
PART = 20_000
_G = Group.metadata.tables["group"].c
_E = Event.metadata.tables["event"].c
_IS_KEPT = _G.status != GroupStatus.ARCHIVED
_HELD = _E.id.table.join(_G.id.table, _G.id == _E.group_id)
_IS_SHOWN = _E.status.in_(PUBLISHED)
_COUNTS = Question(
    select(
        select(func.count()).where(_IS_KEPT).select_from(_G.id.table).scalar_subquery(),
        select(func.count()).select_from(_HELD).where(_IS_SHOWN, _IS_KEPT).scalar_subquery(),
    )
)
_GROUPS = Question(
    select(_G.slug, _G.revised_at)
    .where(_IS_KEPT)
    .order_by(_G.id)
    .limit(PART)
    .offset(bindparam("offset"))
)
_EVENTS = Question(
    select(_E.public_id, _E.title, _E.revised_at)
    .select_from(_HELD)
    .where(_IS_SHOWN, _IS_KEPT)
    .order_by(_E.id)
    .limit(PART)
    .offset(bindparam("offset"))
)
_COUNTRIES = Question(select(_G.country).where(_IS_KEPT).distinct().order_by(_G.country))


class Mapped(NamedTuple):
    """A page of a group or a meetup: what its address is made of, and its last revision."""

    key: str
    slug: str
    revised_at: datetime


def counts() -> tuple[int, int]:
    """How many groups and how many meetups everybody may see; one query."""
    groups, events = _COUNTS.rows()[0]
    return groups, events


def groups(part: int) -> list[Mapped]:
    """The groups of a part, counted from 0; one query."""
    return [Mapped("", slug, at) for slug, at in _GROUPS.rows(offset=part * PART)]


def events(part: int) -> list[Mapped]:
    """The meetups of a part, counted from 0; one query."""
    rows = _EVENTS.rows(offset=part * PART)
    return [Mapped(public_id, event_slug(title), at) for public_id, title, at in rows]


def countries() -> Sequence[str]:
    """The codes of countries with groups; one query."""
    return [row[0] for row in _COUNTRIES.rows()]
