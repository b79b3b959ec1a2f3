"""What can be wrong with times, zones and rules."""

from usergroups.formats.ical.lint_rule import Rule, Severity
from usergroups.formats.ical.lint_rule import marked as _

_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

TIMES = {
    "start_missing": Rule(
        _ERROR, "RFC 5545 3.6.1",
        _("An event has no beginning (DTSTART)."),
        _("Give it one, or leave the event out."),
        outlook=_("Outlook may refuse the file."),
        google=_("Google leaves the event out."),
        apple=_("Apple Calendar leaves the event out."),
    ),
    "bad_date": Rule(
        _ERROR, "RFC 5545 3.3.5",
        _("%(name)s is no date that there is: “%(value)s”."),
        _("Write 20260611 for a day, 20260611T193000 for a time."),
        outlook=_("Outlook may refuse the file."),
        google=_("Google leaves the event out."),
        apple=_("Apple Calendar leaves the event out."),
    ),
    "date_without_value": Rule(
        _ERROR, "RFC 5545 3.3.4",
        _("%(name)s is a day, and does not say so."),
        _("Write %(name)s;VALUE=DATE:20260611."),
        outlook=_("Outlook may refuse the event."),
        google=_("Google shows it at midnight, of some zone."),
    ),
    "floating_time": Rule(
        _ERROR, "RFC 5545 3.3.5",
        _("%(name)s has no zone: half past seven is then half past seven wherever one looks."),
        _("Write %(name)s;TZID=Europe/Paris: and the time, with the VTIMEZONE to it; or UTC."),
        outlook=_("Outlook shows the time unchanged to somebody in another zone."),
        google=_("Google takes it for UTC, or for the reader's zone."),
        apple=_("Apple Calendar shows it unchanged in every zone."),
    ),
    "x_wr_timezone_only": Rule(
        _ERROR, "RFC 5545 3.3.5",
        _("Only X-WR-TIMEZONE says in which zone the times are. It is no part of the standard."),
        _("Give each time its TZID, and the VTIMEZONE to it."),
        outlook=_("Outlook does not look at it: the hour is wrong for all in another zone."),
        apple=_("Apple Calendar shows the hour as if it were of the reader's zone."),
    ),
    "end_not_later": Rule(
        _ERROR, "RFC 5545 3.8.2.2",
        _("An event ends when it begins, or before."),
        _("Set DTEND after DTSTART, or leave it out."),
        outlook=_("Outlook may refuse the event."),
        google=_("Google leaves it out, or shows it as a line."),
        apple=_("Apple Calendar gives it an end of its own."),
    ),
    "all_day_end": Rule(
        _WARNING, "RFC 5545 3.6.1",
        _("A whole day ends on the day it begins. DTEND is the day after the last one."),
        _("Add a day to DTEND, or leave it out."),
        outlook=_("Outlook may show nothing, or the day before."),
        google=_("Google shows one day; of several days it leaves out the last."),
        apple=_("Apple Calendar shows one day; of several days it leaves out the last."),
    ),
    "end_and_duration": Rule(
        _ERROR, "RFC 5545 3.6.1",
        _("An event has both DTEND and DURATION."),
        _("Leave one of them out."),
        outlook=_("Outlook takes the one, other programs the other."),
    ),
    "end_missing": Rule(
        _HINT, "RFC 5545 3.6.1",
        _("An event does not say when it ends."),
        _("Write DTEND, be it a guess."),
        outlook=_("Outlook shows a moment without length."),
        google=_("Google shows an hour or none."),
    ),
    "end_type": Rule(
        _ERROR, "RFC 5545 3.8.2.2",
        _("DTSTART is a day and DTEND a time, or the other way round."),
        _("Write both as days, or both as times."),
        outlook=_("Outlook may refuse the event."),
        google=_("Google leaves it out, or shows it on a wrong day."),
    ),
}  # fmt: skip

ZONES = {
    "vtimezone_missing": Rule(
        _ERROR, "RFC 5545 3.2.19",
        _("Times are in the zone %(zone)s, which the file does not explain (VTIMEZONE)."),
        _("Add a VTIMEZONE with that TZID and two yearly rules; every TZID needs one."),
        outlook=_("Outlook shows them in the reader's own zone, or in UTC."),
    ),
    "zone_unknown": Rule(
        _ERROR, "RFC 5545 3.2.19",
        _("Nobody knows the zone %(zone)s, and the file does not explain it."),
        _("Use a name of the IANA database such as Europe/Paris, and add its VTIMEZONE."),
        outlook=_("Outlook shows the reader's own zone: the hour is wrong elsewhere."),
        google=_("Google takes the time for UTC or the calendar's zone."),
        apple=_("Apple Calendar takes it for the reader's own zone."),
    ),
    "zone_windows": Rule(
        _WARNING, "RFC 5545 3.8.3.1",
        _("%(zone)s is a name of Windows; outside of it few programs know it."),
        _("Use the name of the IANA database, such as Europe/Paris."),
        apple=_("Apple Calendar relies on the VTIMEZONE, and is wrong where that is."),
    ),
    "zone_private": Rule(
        _WARNING, "RFC 5545 3.8.3.1",
        _("%(zone)s is a name that only this file explains."),
        _("Use a name of the IANA database, such as Europe/Paris: it follows when laws change."),
        google=_("Google may take it for another zone of that name."),
        apple=_("Apple Calendar shows the event in a zone without a name."),
    ),
    "zone_prefixed": Rule(
        _WARNING, "RFC 5545 3.8.3.1",
        _("The zone is called %(zone)s, with a prefix before its known name."),
        _("Leave out what stands before, for example, Europe/Paris."),
        outlook=_("Outlook does not know such names."),
    ),
    "zone_with_utc": Rule(
        _ERROR, "RFC 5545 3.2.19",
        _("A time has both the Z of UTC and a TZID."),
        _("Leave one of them out."),
        outlook=_("Outlook takes the one, other programs the other."),
    ),
    "vtimezone_dates": Rule(
        _ERROR, "RFC 5545 3.6.5",
        _("The VTIMEZONE of %(zone)s lists the days on which clocks change (RDATE), without rule."),
        _("Write a yearly RRULE for summer and one for winter time."),
        outlook=_("Outlook reads rules alone, and is an hour off for half of the year."),
    ),
    "vtimezone_empty": Rule(
        _ERROR, "RFC 5545 3.6.5",
        _("The VTIMEZONE of %(zone)s has neither STANDARD nor DAYLIGHT, or one without offsets."),
        _("Add one with DTSTART, TZOFFSETFROM and TZOFFSETTO."),
        outlook=_("Outlook takes the times for UTC."),
        apple=_("Apple Calendar may take the times for UTC."),
    ),
    "vtimezone_rule": Rule(
        _ERROR, "RFC 5545 3.6.5",
        _("In the VTIMEZONE of %(zone)s clocks do not change once a year: “%(rule)s”."),
        _("Write FREQ=YEARLY with one BYMONTH and one BYDAY, such as -1SU."),
        outlook=_("Outlook does not understand it: the hour is wrong."),
    ),
    "vtimezone_twice": Rule(
        _WARNING, "RFC 5545 3.6.5",
        _("The zone %(zone)s is explained twice."),
        _("Keep one VTIMEZONE for each TZID."),
        outlook=_("Outlook believes one of them."),
    ),
    "vtimezone_location": Rule(
        _HINT, "RFC 5545 3.6.5",
        _("The VTIMEZONE has X-LIC-LOCATION, which is no part of the standard."),
        _("Leave it out: some programs (dateutil) stop at it."),
    ),
}  # fmt: skip

SERIES = {
    "rule_form": Rule(
        _ERROR, "RFC 5545 3.3.10",
        _("This rule cannot be read: “%(rule)s”."),
        _("A rule is such as FREQ=MONTHLY;BYDAY=2TH;COUNT=12, and says each part once."),
        outlook=_("Outlook shows the first date alone, or refuses the file."),
        google=_("Google shows the first date alone, or nothing."),
        apple=_("Apple Calendar shows the first date alone."),
    ),
    "rule_dense": Rule(
        _WARNING, "RFC 5545 3.3.10",
        _("A rule repeats within the day: “%(rule)s”."),
        _("Use DAILY, WEEKLY, MONTHLY or YEARLY, without BYHOUR, BYMINUTE and BYSECOND."),
        outlook=_("Outlook shows the first date alone."),
        google=_("Google shows the first date alone."),
        apple=_("Apple Calendar becomes slow, or shows the first date alone."),
    ),
    "rule_until": Rule(
        _ERROR, "RFC 5545 3.3.10",
        _("UNTIL is not of the same kind as DTSTART: “%(until)s”."),
        _("Write UNTIL in UTC (…Z) where DTSTART is a time, as a day where it is a day."),
        outlook=_("Outlook may leave out the last date, or go on for ever."),
        google=_("Google may leave out the last date."),
        apple=_("Apple Calendar may leave out the last date."),
    ),
    "rule_until_and_count": Rule(
        _ERROR, "RFC 5545 3.3.10",
        _("A rule has both UNTIL and COUNT."),
        _("Leave one of them out."),
        outlook=_("Outlook follows the one, other programs the other."),
    ),
    "start_off_rule": Rule(
        _WARNING, "RFC 5545 3.8.5.3",
        _("An event begins on %(start)s, which is not a date of its own rule “%(rule)s”."),
        _("Begin with the first date that the rule gives."),
        outlook=_("Outlook moves the first date to one of the rule."),
        google=_("Google shows the first date, too, and counts it."),
        apple=_("Apple Calendar counts it, too: people see different numbers of dates."),
    ),
    "rules_many": Rule(
        _WARNING, "RFC 5545 3.8.5.3",
        _("An event has several rules, or one of dates left out (EXRULE)."),
        _("Make it several events, or leave dates out by EXDATE."),
        outlook=_("Outlook follows the first rule."),
        google=_("Google follows the first rule."),
    ),
    "exception_type": Rule(
        _ERROR, "RFC 5545 3.8.5.1",
        _("%(name)s is not of the same kind as DTSTART: a day for a time, or the other way round."),
        _("Write it as DTSTART is written, with VALUE and TZID."),
        outlook=_("Outlook shows the date that was left out or moved, as if nothing were."),
        google=_("Google shows the date that was left out or moved, as if nothing were."),
        apple=_("Apple Calendar shows the date that was left out or moved, as if nothing were."),
    ),
    "exception_zone": Rule(
        _WARNING, "RFC 5545 3.8.4.4",
        _("%(name)s is written in another zone than DTSTART."),
        _("Write it in the same zone, as the clock stood at that date before."),
        outlook=_("Outlook may not find the date, and shows both."),
    ),
    "orphan_override": Rule(
        _WARNING, "RFC 5545 3.8.4.4",
        _("A single date of the series %(uid)s is told (RECURRENCE-ID), but the series is not."),
        _("Add the event with the rule, or make this one an event with a UID of its own."),
        outlook=_("Outlook leaves the date out, or refuses the file."),
        google=_("Google may leave it out."),
        apple=_("Apple Calendar shows it."),
    ),
    "override_first": Rule(
        _HINT, "RFC 5545 3.8.4.4",
        _("A moved date of a series stands before the series itself."),
        _("Put the event with the rule first: some programs read once, from top to bottom."),
    ),
}  # fmt: skip

RULES = TIMES | ZONES | SERIES
