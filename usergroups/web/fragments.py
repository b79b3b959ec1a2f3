"""Small pieces of pages that come again and again: made by their macro once, then kept.

Each is a function of a few plain values and the language, so what is kept never grows old.
"""

from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from markupsafe import Markup

from usergroups.models import EventStatus, Group, GroupStatus, Precision
from usergroups.queries.events import ListedEvent, ShownEvent, ShownGroup
from usergroups.queries.groups import ListedGroup
from usergroups.web import dates, language, phrases


def init_app(app: Flask) -> None:
    """Put them where templates find them."""
    app.jinja_env.filters.update(
        badge=badge, card=card, leaf=leaf, moment=moment, row=row, small_map=small_map
    )


def badge(status: GroupStatus) -> Markup:
    """A group's state: its shape and its word."""
    return _badge(status, language.chosen())


def leaf(event: ListedEvent | ShownEvent) -> Markup:
    """A meetup's day as a leaf of a calendar."""
    is_off = event.status is EventStatus.CANCELLED
    return _leaf(event.starts_at, event.timezone, is_off, event.precision, language.chosen())


def moment(event: ListedEvent, *, all_day: bool = False) -> Markup:
    """When a meetup begins; the day alone for whole days, or if that is enough."""
    is_day = all_day or event.all_day
    return _moment(event.starts_at, event.timezone, is_day, event.precision, language.chosen())


def card(group: ListedGroup, next_word: str, *, level: int) -> Markup:
    """A group in a directory; `next_word` stands before its next meetup."""
    return _card(group, next_word, level, language.chosen())


def row(event: ListedEvent, *, group: bool = True, level: int = 3) -> Markup:
    """A meetup in a list; `group` false where the page is the group's own."""
    return _row(event, group, level, language.chosen())


def small_map(group: Group | ShownGroup) -> Markup:
    """Where a group is, as a picture that leads to the map."""
    return _small_map(group.slug, group.city, group.latitude, group.longitude, language.chosen())


@lru_cache(maxsize=2048)
def _card(group: ListedGroup, next_word: str, level: int, _language: str) -> Markup:
    return _made("macros/groups.html", "card", group, next_word, level)


@lru_cache(maxsize=2048)
def _row(event: ListedEvent, is_grouped: bool, level: int, _language: str) -> Markup:  # noqa: FBT001  part of the key
    return _made("macros/events.html", "row", event, is_grouped, level)


@lru_cache(maxsize=64)
def _badge(status: GroupStatus, _language: str) -> Markup:
    return _made("macros/groups.html", "state", status)


@lru_cache(maxsize=4096)
def _leaf(
    instant: datetime,
    timezone: str,
    is_off: bool,  # noqa: FBT001  part of the key
    precision: Precision,
    _language: str,
) -> Markup:
    is_open = precision is not Precision.EXACT
    return _made("macros/events.html", "leaf", dates.local(instant, timezone), is_off, is_open)


@lru_cache(maxsize=4096)
def _moment(
    instant: datetime,
    timezone: str,
    is_day: bool,  # noqa: FBT001  part of the key
    precision: Precision,
    _language: str,
) -> Markup:
    at = dates.local(instant, timezone)
    if precision is not Precision.EXACT:
        return _made("macros/events.html", "period", at, precision)
    return _made("macros/events.html", "moment", at, is_day)


@lru_cache(maxsize=2048)
def _small_map(slug: str, city: str, latitude: float, longitude: float, _language: str) -> Markup:
    return _made("macros/map.html", "small_map", slug, city, latitude, longitude)


def _made(template: str, macro: str, *values: Any) -> Markup:
    made = getattr(phrases.environment().get_template(template).module, macro)(*values)
    return cast(Markup, made.strip())
