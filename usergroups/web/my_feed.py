"""Somebody's own calendar, for whatever program has its address: the secret in it is all it takes.

It knows no cookie and sets none. Whose it is stays between it and its owner: no cache keeps it, no
search engine lists it, no log holds its address (web/errors.py), nobody is told where it was.
"""

import gzip
import logging

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from usergroups import clock, db, tokens
from usergroups.errors import NotFoundError
from usergroups.language import choose, chosen, nearest
from usergroups.models import JobKind, MyCalendar
from usergroups.queries import jobs
from usergroups.queries import my_calendars as queries
from usergroups.queue import enqueue
from usergroups.services import my_calendars, my_feeds
from usergroups.web import caching, my_calendar_words, site
from usergroups.web.access import public
from usergroups.web.limits import count

blueprint = site.reads(Blueprint("my_feed", __name__))

# Counted by calendar: the machines of Google and Microsoft ask for everybody.
_OFTEN = "120 per hour"
_HEADERS = {
    "Cache-Control": "private, max-age=300",
    "Vary": "Accept-Encoding",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
}


@blueprint.get("/me/calendar/<token>.ics")
@public
def show(token: str) -> Response:
    """The calendar at this address; 404 where there is none, or none any more."""
    calendar = queries.by_secret(tokens.hashed(token))
    if calendar is None:
        raise NotFoundError("there is no such calendar")
    count(_OFTEN, "my_calendar", calendar.secret_hash)
    answer = _answer(calendar)
    _note_use(calendar)
    return answer


@blueprint.after_request
def _keep_private(answer: Response) -> Response:
    """What is not there is nobody's business either."""
    for name in ("X-Robots-Tag", "Referrer-Policy"):
        answer.headers[name] = _HEADERS[name]
    return answer


def _answer(calendar: MyCalendar) -> Response:
    choose(nearest(calendar.user.language))
    words = my_calendar_words.words(calendar, site.federation().name, site.links())
    held = queries.holding(calendar)
    made = my_feeds.made_of(calendar, held, chosen(), words.name, caching.release())
    zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = _HEADERS | {"ETag": f'"{made}-gz"' if zipped else f'"{made}"'}
    if _is_known(made):
        return Response(status=304, headers=headers)
    body = my_feeds.write(calendar, held, words, site.links())
    headers |= {
        "Content-Type": "text/calendar; charset=utf-8",
        "Content-Disposition": 'inline; filename="my-meetups.ics"',
    }
    if zipped:
        return Response(body, headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(body), headers=headers)


def _is_known(made: str) -> bool:
    """Whether the asker has this calendar, in either encoding (RFC 9110 section 13.1.2)."""
    asked = request.if_none_match
    given = "If-None-Match" in request.headers
    return given and (asked.contains_weak(made) or asked.contains_weak(f"{made}-gz"))


def _note_use(calendar: MyCalendar) -> None:
    """Have it written down that a program asked, once an hour at most: a job does that.

    The calendar is given all the same while nothing can be written.
    """
    if not my_calendars.is_news(calendar.used_at):
        return
    at = clock.now().isoformat()
    noted = {one["calendar_id"] for one in jobs.open_arguments(JobKind.NOTE_CALENDAR_USE)}
    if calendar.id in noted:
        return
    site.close_reading()
    try:
        with db.transaction():
            enqueue(JobKind.NOTE_CALENDAR_USE, calendar_id=calendar.id, at=at)
    except SQLAlchemyError as busy:
        logging.getLogger(__name__).warning("calendar %s is not noted: %s", calendar.id, busy)
