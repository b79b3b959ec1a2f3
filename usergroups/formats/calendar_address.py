"""Where a platform keeps the calendar of a page: people know pages, programs need calendars."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, parse_qs, quote, urlsplit

_GOOGLE = "https://calendar.google.com/calendar/ical/{}/public/basic.ics"
_LUMA = "https://api.lu.ma/ics/get?entity=calendar&id={}"
_LUMA_ID = re.compile(r"cal-[A-Za-z0-9]{6,40}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,99}")
# What stands in a Meetup address where a group's name could: pages of its own.
_NOT_GROUPS = {"find", "topics", "cities", "login", "register", "pro", "apps", "about", "home"}
_LANGUAGE = re.compile(r"[a-z]{2}-[A-Z]{2}")


def calendar_of(address: str) -> str:
    """The iCalendar address of what somebody pasted: that itself, unless we know better.

    Pages of Meetup groups, Luma calendars, Google calendars and Mobilizon actors are known; of
    `webcal:` an address of the web is made.
    """
    given = address.strip()
    if given.lower().startswith(("webcal://", "webcals://")):
        given = f"https://{given.partition('://')[2]}"
    try:
        parts = urlsplit(given)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return given
    if parts.path.endswith((".ics", "/ical/", "/ics")):
        return given
    return _PLATFORMS.get(host, _mobilizon)(parts) or given


def _meetup(parts: SplitResult) -> str:
    steps = [step for step in parts.path.split("/") if step]
    if steps and _LANGUAGE.fullmatch(steps[0]):
        steps = steps[1:]
    if not steps or not _NAME.fullmatch(steps[0]) or steps[0] in _NOT_GROUPS:
        return ""
    return f"https://www.meetup.com/{steps[0]}/events/ical/"


def _luma(parts: SplitResult) -> str:
    found = _LUMA_ID.search(f"{parts.path}?{parts.query}")
    return _LUMA.format(found[0]) if found else ""


def _google(parts: SplitResult) -> str:
    query = parse_qs(parts.query)
    source = query.get("src", [""])[0] or _decoded(query.get("cid", [""])[0])
    return _GOOGLE.format(quote(source, safe="@.")) if "@" in source else ""


def _decoded(cid: str) -> str:
    """Google spells an identity in base 64, without its padding."""
    if "@" in cid or not cid:
        return cid
    try:
        return base64.urlsafe_b64decode(cid + "=" * (-len(cid) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _mobilizon(parts: SplitResult) -> str:
    """A group of any server of the federation of that kind: its path begins with an at sign."""
    actor = parts.path.strip("/")
    if not re.fullmatch(r"@[A-Za-z0-9_.-]{1,100}(/events)?", actor) or not parts.netloc:
        return ""
    return f"https://{parts.netloc}/{actor.removesuffix('/events')}/feed/ics"


_PLATFORMS: Mapping[str, Callable[[SplitResult], str]] = {
    "meetup.com": _meetup,
    "lu.ma": _luma,
    "luma.com": _luma,
    "calendar.google.com": _google,
}
