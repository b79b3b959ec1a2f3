"""What a calendar elsewhere was like, in words: why it could not be read, what of it is odd.

The codes are the reader's (formats/ical); each has a sentence for those whose calendar it is.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


def trouble(read: Mapping[str, Any]) -> str:
    """Why a calendar could not be read, and what to do."""
    error = str(read.get("error") or "")
    if read.get("code") == "not_calendar":
        return _(
            "That address answers with something else than a calendar, most likely a page. Look "
            "there for “subscribe”, “add to calendar” or “iCal”, and copy the address behind it."
        )
    if read.get("code") in {"too_large", "too_many_events", "too_costly"}:
        return _("This calendar is too large for us: %(why)s.", why=error)
    if error.endswith(("401", "403")):
        return _("That calendar is not public. Share it with everybody, then try again.")
    if error.endswith(("404", "410")):
        return _("There is nothing at that address. Check it letter by letter, then try again.")
    return _(
        "That address could not be read: %(why)s. Try again in a while, or check the address.",
        why=error,
    )


def warnings(read: Mapping[str, Any]) -> list[str]:
    """What is odd about a calendar that could be read, a sentence each."""
    known = _of_times() | _of_writing()
    return [known[code] for code in read.get("warnings", ()) if code in known]


def _of_times() -> dict[str, str]:
    """What was odd about days, times and repetitions."""
    return {
        "bad_end": _("Some meetups end before they begin; we have guessed their ends."),
        "bad_exdate": _("Dates that a series leaves out could not be read; it may show too many."),
        "bad_rdate": _("Extra dates of a series could not be read; they are missing."),
        "bad_rrule": _("One rule of repetition could not be read; only its first date is shown."),
        "bad_vtimezone": _("Its own description of a time zone is odd; we do not use it."),
        "date_without_value": _("Some dates do not say that they are whole days; we take them so."),
        "dtstart_off_rule": _(
            "A series begins on a day that its rule does not name; that day counts as well."
        ),
        "orphan_override": _(
            "Single dates of a series are in it, the series is not; they are shown."
        ),
        "repaired_date": _("Some dates are written unlike the standard; we have guessed them."),
        "rrule_too_dense": _(
            "A rule repeats more often than meetups do; only its first dates are shown."
        ),
        "too_many_timezones": _("It describes very many time zones; we use our own."),
        "tz_guessed": _(
            "It names no time zone that we know, so times are read as those of your city."
        ),
        "until_not_utc": _("The end of a series names no zone; we read it in that of the series."),
        "zero_length_day": _("Some meetups of whole days have no length; we make it one day."),
    }


def _of_writing() -> dict[str, str]:
    """What was odd about how it is written."""
    return {
        "bad_line": _("Some lines are not as a calendar has them; they are passed over."),
        "bad_url": _("Some links cannot be followed; they are left out."),
        "bidi_controls": _("Signs that turn the direction of writing are taken out of its texts."),
        "control_chars": _("Signs that nobody can see are taken out of its texts."),
        "duplicate_uid": _("Some meetups stand in it more than once; the newest word counts."),
        "empty_feed": _("The calendar is empty."),
        "field_truncated": _("Some texts are very long; their ends are cut off."),
        "line_truncated": _("Some lines are very long; their ends are cut off."),
        "long_uid": _("Some meetups have very long numbers; we keep shorter ones for them."),
        "missing_header": _("It does not say which version of the standard it follows."),
        "missing_uid": _(
            "Some meetups have no number of their own; changed ones may appear twice."
        ),
        "nested_calendar": _("A calendar stands within the calendar; its meetups are taken, too."),
        "nested_too_deep": _("Entries stand deep within others; the inner ones are left out."),
        "newline_in_summary": _("Some titles have several lines; we make one of them."),
        "not_utf8": _("It is not written in UTF-8; letters with accents are guessed."),
        "stray_lines": _("There are lines outside of any entry; they are passed over."),
        "truncated": _("It ends in the middle: some meetups may be missing."),
    }


def left_out(read: Mapping[str, Any]) -> str:
    """How many entries were left out, and why; empty where none was."""
    number = read.get("left_out", 0)
    if not number:
        return ""
    reasons: Sequence[str] = sorted({one["reason"] for one in read.get("skipped", ())})
    known = _reasons()
    told = ", ".join(known.get(reason, known["unreadable"]) for reason in reasons)
    return ngettext(
        "%(num)d entry is left out: %(why)s.", "%(num)d entries are left out: %(why)s.",
        number, num=number, why=told,
    )  # fmt: skip


def _reasons() -> dict[str, str]:
    return {
        "bad_date": _("with a date that cannot be read"),
        "nested": _("within another entry"),
        "no_start": _("without a beginning"),
        "not_public": _("marked as private"),
        "out_of_range": _("too long ago, or too far ahead"),
        "unclosed": _("without an end, as if the file were cut off"),
        "unreadable": _("that cannot be read"),
    }
