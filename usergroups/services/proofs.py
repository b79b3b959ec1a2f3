"""Whose an outside calendar is: until its owners have shown it, it is "found, not confirmed".

They show it by a word in what only they can write: the description of the calendar or of a meetup
in it, or a page beside it that leads back to the group's page here. Stewards may take their word.
"""

import posixpath
import re
from urllib.parse import unquote, urlsplit

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import InvalidInputError, NotAllowedError, Refusal
from usergroups.models import Event, JobKind, Source, User
from usergroups.permissions import may_organize, may_review_in
from usergroups.queries import standings
from usergroups.queue import enqueue
from usergroups.services import audit
from usergroups.services.revisions import mark_changed

_PREFIX = "usergroups-proof-"


def word(proof: str) -> str:
    """What its owners write for a source."""
    return f"{_PREFIX}{proof}"


def is_in(content: bytes, proof: str) -> bool:
    """Whether a calendar, or a page, holds the word; lines of calendars may be folded."""
    if not proof:
        return False
    unfolded = re.sub(rb"\r?\n[ \t]", b"", content)
    return word(proof).encode() in unfolded


def links_back(page: bytes, address: str) -> bool:
    """Whether a page has a link to this address (a group's page here), whatever follows it."""
    found = re.findall(rb"""href\s*=\s*["']?([^"'\s>]+)""", page, re.IGNORECASE)
    wanted = address.rstrip("/").encode()
    return any(re.fullmatch(re.escape(wanted) + rb"/?([?#].*)?", link) for link in found)


def is_beside(calendar: str, page: str) -> bool:
    """Whether whoever writes a page may have written the calendar: both are in one place.

    That is a server, and on it the first folder: on sites of many groups each has its own.
    """
    its, given = urlsplit(calendar.lower()), urlsplit(page.lower())
    folder, _, inside = its.path.lstrip("/").partition("/")
    begins = f"/{folder}/" if inside else "/"
    host, other = (parts.hostname or "" for parts in (its, given))
    is_same = bool(host) and host.removeprefix("www.") == other.removeprefix("www.")
    return is_same and f"{posixpath.normpath(unquote(given.path) or '/')}/".startswith(begins)


def ask(source: Source, page: str, *, by: User | None) -> None:
    """Have a page looked at in the background.

    Raises NotAllowedError, and InvalidInputError for a page that anybody could have written.
    """
    if not may_organize(standings.of(by), source.group):
        raise NotAllowedError("only its organizers show that a calendar is the group's")
    if not is_beside(source.location, page):
        why = Refusal("page_elsewhere", "the page is not where the calendar is")
        raise InvalidInputError({"page": why})
    enqueue(JobKind.PROVE_SOURCE, source_id=source.id, page=page)


def confirm_by_word(source: Source, *, by: User | None) -> None:
    """Take the owners' word for it: for the stewards of its country. Raises NotAllowedError."""
    if not may_review_in(standings.of(by), source.group.country):
        raise NotAllowedError("only the stewards of its country take somebody's word for that")
    confirm(source, by=by)


def confirm(source: Source, *, by: User | None = None, by_calendar: bool = False) -> None:
    """It is the group's calendar: its meetups are no longer marked. Twice is once."""
    if source.confirmed_at is not None:
        return
    source.confirmed_at = clock.now()
    session().execute(
        update(Event)
        .where(Event.source_id == source.id, Event.is_confirmed.is_(False))
        .values(is_confirmed=True)
        .execution_options(synchronize_session=False)
    )
    session().flush()
    mark_changed(source.group)
    audit.record("source.confirmed", source, by=by, by_calendar=by_calendar)
