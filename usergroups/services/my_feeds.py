"""Writing somebody's own calendar. Nothing of it is stored, but what it shares with all feeds."""

import gzip
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from usergroups import clock
from usergroups.db import instant
from usergroups.formats.ical.write import (
    CalendarHead,
    identity,
    is_occurrence,
    write_calendar,
    write_event,
)
from usergroups.formats.ical.write_mine import MyAnswer, write_answered
from usergroups.formats.ical.write_series import is_single, write_series
from usergroups.links import Links
from usergroups.models import Event, MyCalendar, Series
from usergroups.queries import feed_events, my_calendars
from usergroups.queries.feed_events import FeedRow
from usergroups.queries.my_calendars import Answered, Holding
from usergroups.services.feed_parts import parts
from usergroups.services.series_facts import only, usual


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar says in its owner's language."""

    name: str
    # How many meetups did not fit.
    cut: Callable[[int], str]
    # What an answer comes to: a label before the title, and sentences.
    answer: Callable[[Event, Answered], MyAnswer]


def made_of(calendar: MyCalendar, held: Holding, *words: str) -> str:
    """What the bytes of a calendar are a function of, as one word: an ETag without a body.

    `words` are the language, the name and the release, of which the caller knows.
    """
    wanted = (calendar.addressed_at, calendar.remind_minutes, calendar.user.timezone)
    parts = (wanted, held, clock.today(), words)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def write(calendar: MyCalendar, held: Holding, words: Words, links: Links) -> bytes:
    """The calendar, gzipped: the same bytes for the same `made_of`. At most fifteen queries.

    What nobody answered is joined from the bytes that all feeds share.
    """
    found, cut = my_calendars.meetups(held)
    answers = {answer.event_id: answer for answer in held.answers}
    rows = _unique(found, answers)
    own = _own(rows, answers)
    others = parts([row for row in rows if row.id not in own], held.group_ids, links)
    events = feed_events.in_full(own)
    mine = {
        key: words.answer(event, answers[key]) for key, event in events.items() if key in answers
    }
    head = CalendarHead(
        name=words.name,
        description=words.cut(cut) if cut else "",
        url=links.my_calendars(),
        source_url="",
        timezone=calendar.user.timezone,
        revised_at=_latest(calendar.addressed_at, rows, mine),
    )
    told = _written([events[row.id] for row in rows if row.id in events], mine, held, links)
    return gzip.compress(write_calendar(head, [*told, *others.components]), mtime=0)


def _unique(rows: Sequence[FeedRow], answers: Collection[int]) -> list[FeedRow]:
    """Each UID once: of two, read from the same calendar elsewhere, that with an answer stays."""
    order = sorted(rows, key=lambda row: row.id in answers)
    chosen = {identity(row): row.id for row in order}
    return [row for row in rows if chosen[identity(row)] == row.id]


def _own(rows: Sequence[FeedRow], answers: Collection[int]) -> set[int]:
    """Ids of what is written for its owner alone: what they answered, and its whole series."""
    series = {row.uid for row in rows if row.id in answers and is_occurrence(row)}
    return {
        row.id for row in rows if row.id in answers or (is_occurrence(row) and row.uid in series)
    }


def _written(
    events: Sequence[Event], mine: Mapping[int, MyAnswer], held: Holding, links: Links
) -> Iterator[bytes]:
    """Those components in their order; a series as one, with those of its dates that belong."""
    series = feed_events.series_with({event.uid for event in events if is_occurrence(event)})
    dates: dict[str, list[Event]] = {uid: [] for uid in series}
    for event in events:
        dates.get(event.uid, []).append(event)
    for event in events:
        its = series.get(event.uid)
        told = _told(its, dates[event.uid], held) if its is not None else None
        alone = told is not None and is_single(told, dates[event.uid])
        topics = [topic.name for topic in event.group.topics]
        if told is not None and event is dates[event.uid][0] and not (alone and event.id in mine):
            apart = {each.recurrence_id for each in dates[event.uid] if each.id in mine}
            yield write_series(told, usual(told), dates[event.uid], links, topics, apart)
        if event.id in mine:
            answer = mine[event.id]
            yield write_answered(event, event.group, links, answer, topics, its, is_single=alone)
        elif its is None:
            yield write_event(event, event.group, links, topics)


def _told(series: Series, dates: Sequence[Event], held: Holding) -> Series:
    """The series as far as it belongs into the calendar: whole, or with these dates alone."""
    is_whole = series.group_id in held.group_ids
    return series if is_whole else only(series, [event.recurrence_id for event in dates])


def _latest(own: datetime, rows: Sequence[FeedRow], mine: Mapping[int, MyAnswer]) -> datetime:
    revised = [instant(row.revised) for row in rows]
    return max([own, *revised, *(answer.changed_at for answer in mine.values())])
