"""One function per kind of job: fetch by id, call out, call a service."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from usergroups import clock, db, emails
from usergroups.clients import mailer
from usergroups.clients.geocoder import AddressFinder, address_finder
from usergroups.clients.http import FetchError
from usergroups.clients.mailer import MailRefusedError
from usergroups.config import Config
from usergroups.errors import NotFoundError
from usergroups.federation import ics_import, ics_preview
from usergroups.federation.calendar_check import check_address, check_file, kept
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.links import Links
from usergroups.models import JobKind
from usergroups.queries import applications, calendar_checks, federation, messages, sources
from usergroups.queries import feeds as feed_queries
from usergroups.queries import retention as retention_queries
from usergroups.queries import series as series_queries
from usergroups.queue import enqueue
from usergroups.services import (
    afterwards,
    archives,
    charter_findings,
    doubles,
    event_letters,
    event_mails,
    feed_parts,
    feeds,
    letters,
    my_calendars,
    proofs,
    retention,
    seats,
    series,
    series_plan,
    venue_places,
    waiting,
)
from usergroups.services import applications as application_services
from usergroups.services import calendar_checks as calendar_check_services
from usergroups.services import messages as message_services
from usergroups.services.jobs import GivenUpError

# Its server has enough to do with other calendars.
_BUSY = timedelta(seconds=20)


def sync_source(config: Config, *, source_id: int) -> None:
    """Read one outside calendar. A calendar that cannot be read is noted on its source.

    A source may be gone: into that of another group, which reads the same calendar.
    """
    client = ics_import.fetcher(config)
    try:
        report = ics_import.sync(source_id, client)
    except NotFoundError as gone:
        raise GivenUpError(str(gone)) from gone
    finally:
        client.close()
    if report is None:
        with db.transaction():
            enqueue(JobKind.SYNC_SOURCE, due_at=clock.now() + _BUSY, source_id=source_id)


def prove_source(config: Config, *, source_id: int, page: str) -> None:
    """Look whether a page of a calendar's owners leads back to the group."""
    client = ics_import.fetcher(config)
    try:
        answer = client.get(page)
    except FetchError as failed:
        raise GivenUpError(str(failed)) from failed
    finally:
        client.close()
    with db.transaction():
        source = sources.with_group(source_id)
        address = Links(config.base_url).group(source.group.slug)
        body, is_theirs = answer.body or b"", proofs.is_beside(source.location, answer.url)
        if is_theirs and (proofs.links_back(body, address) or proofs.is_in(body, source.proof)):
            proofs.confirm(source)


def preview_calendar(config: Config, *, application_id: int, url: str) -> None:
    """Try the calendar that an application names. What cannot be read is told on its page."""
    with db.reading():
        timezone = applications.timezone_of(application_id)
    client = ics_import.fetcher(config)
    preview = ics_preview.preview(url, client, timezone=timezone)
    client.close()
    with db.transaction():
        application_services.keep_preview(application_id, url, preview)


def check_calendar(config: Config, *, check_id: int) -> None:
    """Examine a calendar. What is wrong with it is told on its page."""
    with db.reading():
        check = calendar_checks.waiting(check_id)
    if check is None:
        return
    now, timezone = clock.now(), "UTC"
    if check.content is not None:
        gzipped = check.location.endswith(".gz")
        checked = check_file(check.content, timezone=timezone, now=now, gzipped=gzipped)
    else:
        client = ics_import.fetcher(config)
        checked = check_address(check.location, client, timezone=timezone, now=now)
        client.close()
    with db.transaction():
        calendar_check_services.keep(check_id, kept(checked, now))


def evaluate_charter(config: Config) -> None:
    """Look at every living group by the charter's rules; nobody who writes waits meanwhile."""
    gazetteer = Gazetteer(config.gazetteer)
    with db.reading():
        looked = charter_findings.look_at_all(gazetteer)
    gazetteer.close()
    with db.transaction():
        charter_findings.settle_all(looked)


def send_message(config: Config, *, message_id: int) -> None:
    """Write a mail and hand it on, unless it went or is not wanted by now.

    Whether somebody refused this kind of mail is asked here and not when it is left: they may have
    refused it in between. Killed between the server's 250 and our commit it goes out twice, under
    the same Message-ID.
    """
    with db.reading():
        message = messages.by_id(message_id)
        name = federation.facts().name
        refused = message is not None and messages.is_refused(message)
    if message is None or message.sent_at is not None or refused:
        return
    try:
        email = emails.compose(message, Links(config.base_url), name)
        mailer.mailer(config).send(email.message(config.sender, name))
    except (MailRefusedError, ValueError) as never:
        raise GivenUpError(str(never)) from never
    with db.transaction():
        message_services.mark_sent(message)


def make_archive(_config: Config, *, archive_id: int) -> None:
    """Gather everything held about the person who asked."""
    with db.transaction():
        archives.make(archive_id)


def write_to_members(_config: Config, **letter: Any) -> None:
    """Leave the next mails of a letter, and the job for those after them."""
    with db.transaction():
        letters.spread(**letter)


def end_offers(_config: Config, *, event_id: int) -> None:
    """Let the offers of a meetup that ran out go to the next in line."""
    with db.transaction():
        seats.end_offers(event_id)


def look_back(_config: Config, *, event_id: int) -> None:
    """Ask about a meetup that was."""
    with db.transaction():
        afterwards.look_back(event_id)


def ask_feedback(_config: Config, **which: int) -> None:
    """Leave the next mails that ask what people think, and the job for those after them."""
    with db.transaction():
        afterwards.ask_feedback(**which)


def tell_recap(_config: Config, **which: int) -> None:
    """Leave the next mails about a recap, and the job for those after them."""
    with db.transaction():
        afterwards.tell_recap(**which)


def expire_attendees(_config: Config) -> None:
    """Put counts in the place of attendees, one meetup in a transaction: nobody waits for long."""
    with db.reading():
        event_ids = retention_queries.expired(most=retention.AT_ONCE)
    for event_id in event_ids:
        with db.transaction():
            retention.expire(event_id)
    if len(event_ids) == retention.AT_ONCE:
        with db.transaction():
            enqueue(JobKind.EXPIRE_ATTENDEES)


def locate_venue(config: Config, *, venue_id: int, latitude: float, longitude: float) -> None:
    """Find a venue's address, one question a second for the whole installation."""
    with db.reading():
        address = venue_places.wanted(venue_id, latitude, longitude)
        is_known = address is not None and venue_places.answered(address) is not None
    finder = address_finder(config) if address else None
    if finder is None or address is None:
        return
    with closing(finder):
        if not is_known:
            _ask_for(address, finder)
    with db.transaction():
        venue_places.settle(venue_id, latitude, longitude, address=address)


def _ask_for(address: str, finder: AddressFinder) -> None:
    with db.transaction():
        mine = venue_places.take_turn()
    time.sleep(max(0.0, (mine - clock.now()).total_seconds()))
    found = finder.find(address)
    with db.transaction():
        venue_places.keep(address, (found.latitude, found.longitude) if found else None)


def extend_series(_config: Config) -> None:
    """Make the meetups that are due of every series that goes on, one series after the other."""
    with db.reading():
        wanted = series_queries.to_extend(clock.today() + series_plan.AHEAD)
    for series_id in wanted:
        with db.transaction():
            series.extend_by_id(series_id)


def tell_attendees(_config: Config, **told: Any) -> None:
    """Leave the next mails about a meetup, and the job for those after them."""
    with db.transaction():
        event_mails.spread(**told)


def write_to_attendees(_config: Config, **letter: Any) -> None:
    """Leave the next mails of a letter about a meetup, and the job for those after them."""
    with db.transaction():
        event_letters.spread(**letter)


def remind_attendees(_config: Config, *, event_id: int) -> None:
    """Remind those who come to a meetup."""
    with db.transaction():
        event_mails.remind(event_id=event_id)


def find_doubles(_config: Config, *, group_id: int) -> None:
    """Look for entries of a group that announce the same meetup."""
    with db.transaction():
        doubles.suggest(group_id)


def note_calendar_use(_config: Config, *, calendar_id: int, at: str) -> None:
    """Write down when a program last asked for somebody's own calendar."""
    with db.transaction():
        my_calendars.note_use(calendar_id, datetime.fromisoformat(at))


def rebuild_feed(config: Config, *, subject: str) -> None:
    """Make a calendar of many groups anew, unless somebody did meanwhile."""
    with db.reading():
        state = feed_queries.of_many(subject)
        if state is None or state.is_fresh(feed_parts.edition(config.base_url)):
            return
        try:
            built = feeds.build(state, Links(config.base_url))
        except NotFoundError as gone:
            raise GivenUpError(str(gone)) from gone
    with db.transaction():
        feeds.keep(built)


def tell_waiting(_config: Config, *, group_id: int) -> None:
    """Tell those who wait near a group that it is there."""
    with db.transaction():
        waiting.tell(group_id)


HANDLERS: dict[JobKind, Callable[..., Any]] = {
    JobKind.SYNC_SOURCE: sync_source,
    JobKind.PROVE_SOURCE: prove_source,
    JobKind.PREVIEW_CALENDAR: preview_calendar,
    JobKind.SEND_MESSAGE: send_message,
    JobKind.MAKE_ARCHIVE: make_archive,
    JobKind.SEND_NEWS: send_message,
    JobKind.CHECK_CALENDAR: check_calendar,
    JobKind.EVALUATE_CHARTER: evaluate_charter,
    JobKind.WRITE_TO_MEMBERS: write_to_members,
    JobKind.TELL_ATTENDEES: tell_attendees,
    JobKind.WRITE_TO_ATTENDEES: write_to_attendees,
    JobKind.REMIND_ATTENDEES: remind_attendees,
    JobKind.END_OFFERS: end_offers,
    JobKind.LOOK_BACK: look_back,
    JobKind.ASK_FEEDBACK: ask_feedback,
    JobKind.TELL_RECAP: tell_recap,
    JobKind.EXPIRE_ATTENDEES: expire_attendees,
    JobKind.EXTEND_SERIES: extend_series,
    JobKind.LOCATE_VENUE: locate_venue,
    JobKind.TELL_WAITING: tell_waiting,
    JobKind.FIND_DOUBLES: find_doubles,
    JobKind.REBUILD_FEED: rebuild_feed,
    JobKind.NOTE_CALENDAR_USE: note_calendar_use,
}
