"""Outside calendars in words: how they stand, what a fetch brought, what to do about it."""

from typing import Any

from usergroups.models import Source, SourceKind, SourceReport, SourceState
from usergroups.web import calendar_words
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


def state(source: Source) -> str:
    """How it stands, in a word or two."""
    if source.paused_at:
        return _("Paused")
    return {
        SourceState.PENDING: _("Not read yet"),
        SourceState.HEALTHY: _("Read regularly"),
        SourceState.STALE: _("Not reached lately"),
        SourceState.FAILING: _("Cannot be read"),
        SourceState.SHRUNK: _("Waits for you"),
    }[source.state]


def remedy(source: Source) -> str:
    """What the state means, and what to do; empty where nothing is to be done."""
    if source.paused_at:
        return _("It is not read until you have it read again. What it gave stays.")
    if source.state is SourceState.PENDING:
        return _("We are reading it. This page shows what we find, mostly within seconds.")
    if source.state is SourceState.SHRUNK:
        return _(
            "Nearly everything that was to come has vanished from this calendar. That may be "
            "so, or its owners changed something by mistake. Nothing is taken away until you "
            "say which."
        )
    return trouble(source.last_error) if source.last_error else ""


def trouble(failure: str) -> str:
    """Why a calendar could not be read, and what to do."""
    code = "not_calendar" if "not a calendar" in failure else ""
    return calendar_words.trouble({"error": failure, "code": code})


def name(source: Source) -> str:
    """What it is called: its address, or the file that was handed over."""
    if source.kind is SourceKind.FILE:
        return _("a file on the server")
    return source.location


def brought(report: SourceReport) -> list[str]:
    """What one fetch brought, a sentence each."""
    if report.failure:
        return [trouble(report.failure)]
    said = [
        ngettext("%(num)d meetup is new.", "%(num)d meetups are new.", report.added)
        if report.added else "",
        ngettext("%(num)d has changed.", "%(num)d have changed.", report.updated)
        if report.updated else "",
        ngettext("%(num)d is called off.", "%(num)d are called off.", report.cancelled)
        if report.cancelled else "",
        ngettext(
            "%(num)d is no longer in it, and no longer shown.",
            "%(num)d are no longer in it, and no longer shown.", report.withdrawn,
        )
        if report.withdrawn else "",
        ngettext("%(num)d is back.", "%(num)d are back.", report.returned)
        if report.returned else "",
        ngettext(
            "%(num)d meetup to come is missing from it; it stays until the next fetch or your "
            "word.",
            "%(num)d meetups to come are missing from it; they stay until the next fetch or your "
            "word.", report.vanished,
        )
        if report.vanished else "",
    ]  # fmt: skip
    return [*filter(None, said), *_guessed(report)]


def _guessed(report: SourceReport) -> list[str]:
    told: dict[str, Any] = {
        "warnings": report.warnings,
        "left_out": report.left_out,
        "skipped": [{"uid": uid, "reason": reason} for uid, reason in report.skipped],
    }
    left_out = calendar_words.left_out(told)
    return [*([left_out] if left_out else []), *calendar_words.warnings(told)]
