"""What the calendar doctor found, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from usergroups.formats.ical.lint import RULES, Finding, Severity, finding
from usergroups.formats.ical.lint_rule import Client
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


@dataclass(frozen=True, slots=True)
class Examined:
    """The findings of an examination: by how grave they are, and by who shows them wrong."""

    findings: list[Finding]

    @property
    def groups(self) -> list[tuple[Severity, str, list[Finding]]]:
        """Gravest first, each with its name; those of which there are some."""
        names = {
            Severity.ERROR: _("Wrong"),
            Severity.WARNING: _("Better mended"),
            Severity.HINT: _("Could be better"),
        }
        by_severity = [
            (severity, name, [each for each in self.findings if each.severity is severity])
            for severity, name in names.items()
        ]
        return [group for group in by_severity if group[2]]

    @property
    def shown(self) -> list[tuple[str, list[tuple[Finding, str]]]]:
        """For each program what it shows wrong, and because of which finding; no hints."""
        grave = [each for each in self.findings if each.severity is not Severity.HINT]
        return [
            (client.value, [(each, each.shown[client]) for each in grave if client in each.shown])
            for client in Client
        ]


def examined(result: Mapping[str, Any]) -> Examined:
    """The findings as they were kept; without those that this release does not know any more."""
    return Examined(
        [
            finding(one["code"], one["line"], one["column"], one["times"], one["values"])
            for one in result.get("findings", ())
            if one["code"] in RULES
        ]
    )


def count(found: Examined) -> str:
    """How much was found, in a line."""
    number = {severity: len(each) for severity, _name, each in found.groups}
    wrong, better = number.get(Severity.ERROR, 0), number.get(Severity.WARNING, 0)
    if wrong:
        return ngettext("%(num)d thing is wrong.", "%(num)d things are wrong.", wrong)
    if better:
        return ngettext(
            "Nothing is wrong; %(num)d thing is better mended.",
            "Nothing is wrong; %(num)d things are better mended.",
            better,
        )
    return _("Nothing is wrong with it.")


def warnings(codes: Iterable[str]) -> list[str]:
    """What we guessed or mended when reading; what has a finding of its own needs no second word.

    Several codes may have the same sentence: it is told once.
    """
    known = {
        "tz_guessed": _("A zone that nobody knows was taken for UTC."),
        "bad_end": _("Ends before their beginnings were left out."),
        "zero_length_day": _("A whole day without length was given one."),
        "bad_rrule": _("Of a rule that cannot be read, the first date was taken."),
        "rrule_too_dense": _("Of a rule that repeats too often, the first date was taken."),
        "repaired_date": _("Times such as 24:00 were read as what they mean."),
        "duplicate_uid": _("Of several events with one UID the newest was taken."),
        "bad_vtimezone": _("A VTIMEZONE that cannot be followed was left aside."),
        "line_truncated": _("A line was cut off: nothing so long belongs into a calendar."),
        "field_truncated": _("A text was cut off: nothing so long belongs into a calendar."),
        "truncated": _("It ends in the middle: some meetups may be missing."),
    }
    return list(dict.fromkeys(known[code] for code in codes if code in known))


def reason(code: str) -> str:
    """Why an entry was left out."""
    known = {
        "bad_date": _("its date cannot be read"),
        "no_start": _("it has no beginning"),
        "out_of_range": _("it is too long ago, or too far ahead"),
        "unclosed": _("it has no end (END:VEVENT)"),
        "nested": _("it stands inside another one"),
        "not_public": _("it is marked as private"),
        "rrule_too_dense": _("it repeats too often"),
    }
    return known.get(code, _("it cannot be read"))
