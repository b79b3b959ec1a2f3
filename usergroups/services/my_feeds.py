"""Writing somebody's own calendar. Nothing of it is stored: it is theirs, and small."""

import gzip
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from usergroups import clock
from usergroups.formats.ical.write import (
    CalendarHead,
    identity,
    is_announced,
    is_occurrence,
    write_calendar,
    write_event,
)
from usergroups.formats.ical.write_mine import MyAnswer, write_answered
from usergroups.formats.ical.write_series import write_series
from usergroups.links import Links
from usergroups.models import Event, MyCalendar, Series
from usergroups.queries import feed_events, my_calendars
from usergroups.queries.my_calendars import Answered, Holding
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
    """The calendar, gzipped: the same bytes for the same `made_of`. At most five queries."""
    found, cut = my_calendars.meetups(held)
    now = clock.now()
    events = [event for event in found if is_announced(event, now)]
    answers = {answer.event_id: answer for answer in held.answers}
    mine = {
        event.id: words.answer(event, answers[event.id]) for event in events if event.id in answers
    }
    head = CalendarHead(
        name=words.name,
        description=words.cut(cut) if cut else "",
        url=links.my_calendars(),
        source_url="",
        timezone=calendar.user.timezone,
        revised_at=_latest(calendar.addressed_at, events, mine),
    )
    written = write_calendar(head, _components(held, events, mine, links))
    return gzip.compress(written, mtime=0)


def _components(
    held: Holding, events: Sequence[Event], mine: Mapping[int, MyAnswer], links: Links
) -> Iterator[bytes]:
    """What the calendar holds, in its order; a series as one, with those of its dates that belong.

    Of two meetups with one UID, read from the same calendar elsewhere, that with an answer stays.
    """
    order = sorted(events, key=lambda event: event.id in mine)
    chosen = {identity(event): event.id for event in order}
    unique = [event for event in events if chosen[identity(event)] == event.id]
    series = feed_events.series_with({event.uid for event in unique if is_occurrence(event)})
    rows: dict[str, list[Event]] = {uid: [] for uid in series}
    for event in unique:
        rows.get(event.uid, []).append(event)
    for event in unique:
        its = series.get(event.uid)
        if its is not None and event is rows[event.uid][0]:
            is_whole = its.group_id in held.group_ids
            dates = [row.recurrence_id for row in rows[event.uid]]
            told = its if is_whole else only(its, dates)
            yield _series(told, rows[event.uid], mine, links)
        topics = [topic.name for topic in event.group.topics]
        if event.id in mine:
            yield write_answered(event, event.group, links, mine[event.id], topics, its)
        elif its is None:
            yield write_event(event, event.group, links, topics)


def _series(
    series: Series, rows: Sequence[Event], mine: Mapping[int, MyAnswer], links: Links
) -> bytes:
    apart = {row.recurrence_id for row in rows if row.id in mine}
    topics = [topic.name for topic in rows[0].group.topics]
    return write_series(series, usual(series), rows, links, topics, apart)


def _latest(own: datetime, events: Sequence[Event], mine: Mapping[int, MyAnswer]) -> datetime:
    revised = [event.revised_at for event in events]
    return max([own, *revised, *(answer.changed_at for answer in mine.values())])
