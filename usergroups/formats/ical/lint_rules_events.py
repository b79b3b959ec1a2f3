"""What can be wrong with the events of a calendar, except for their times."""

from usergroups.formats.ical.lint_rule import Rule, Severity
from usergroups.formats.ical.lint_rule import marked as _

_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

IDENTITY = {
    "uid_missing": Rule(
        _ERROR, "RFC 5545 3.8.4.7",
        _("An event has no UID, or an empty one."),
        _("Give each event one that never changes, such as a UUID, an @ and your domain."),
        outlook=_("Outlook makes a new event of it at every import."),
        google=_("Google leaves the event out, or shows it twice after a change."),
        apple=_("Apple Calendar keeps one event of all that have none."),
    ),
    "uid_duplicate": Rule(
        _ERROR, "RFC 5545 3.8.4.7",
        _("Two events have the UID %(uid)s."),
        _("Each event has its own; dates of a series that differ have a RECURRENCE-ID."),
        outlook=_("Outlook shows the last of them."),
        google=_("Google shows one of them."),
        apple=_("Apple Calendar shows one of them, not always the same."),
    ),
    "uid_long": Rule(
        _WARNING, "RFC 7986 5.3",
        _("A UID has more than 255 octets."),
        _("Use a UUID."),
        google=_("Google may cut it off and take two events for one."),
    ),
    "dtstamp_missing": Rule(
        _ERROR, "RFC 5545 3.8.7.2",
        _("An event has no DTSTAMP."),
        _("Write when it was last changed, in UTC."),
        outlook=_("Outlook may refuse the file."),
        google=_("Google does not notice changes."),
    ),
    "dtstamp_now": Rule(
        _WARNING, "RFC 5545 3.8.7.2",
        _("All events claim to have been changed at the moment you asked (DTSTAMP)."),
        _("Write when each was last changed: vdirsyncer makes all events anew at every look."),
        outlook=_("Outlook takes every event for changed."),
    ),
    "sequence_missing": Rule(
        _HINT, "RFC 5545 3.8.7.4",
        _("Events have no SEQUENCE."),
        _("Count each change that people can see."),
        google=_("Google misses changes whose SEQUENCE and DTSTAMP have not moved."),
    ),
    "sequence_form": Rule(
        _WARNING, "RFC 5545 3.8.7.4",
        _("SEQUENCE is no whole number: “%(sequence)s”."),
        _("Begin with 0 and add 1 at each change."),
        google=_("Google misses changes."),
    ),
}  # fmt: skip

STATES = {
    "status_missing": Rule(
        _HINT, "RFC 5545 3.8.1.11",
        _("Events have no STATUS."),
        _("Write CONFIRMED, TENTATIVE or CANCELLED."),
    ),
    "status_unknown": Rule(
        _ERROR, "RFC 5545 3.8.1.11",
        _("No event can have the STATUS “%(status)s”."),
        _("Write CONFIRMED, TENTATIVE or CANCELLED."),
        google=_("Google shows the event as if it took place."),
        outlook=_("Outlook shows the event as if it took place."),
        apple=_("Apple Calendar shows the event as if it took place."),
    ),
    "cancelled_in_title": Rule(
        _WARNING, "RFC 5545 3.8.1.11",
        _("An event is cancelled by its title alone: “%(title)s”."),
        _("Write STATUS:CANCELLED as well, and add 1 to SEQUENCE."),
        google=_("Google goes on reminding people of it."),
        apple=_("Apple Calendar does not strike it through."),
    ),
    "private_event": Rule(
        _WARNING, "RFC 5545 3.8.1.3",
        _("An event is marked as private (CLASS), in a calendar that others read."),
        _("Leave it out, or write CLASS:PUBLIC."),
        outlook=_("Outlook shows it with all its words."),
        google=_("Google may show it as “busy”."),
    ),
    "summary_missing": Rule(
        _WARNING, "RFC 5545 3.8.1.12",
        _("An event has no title (SUMMARY)."),
        _("Give it one."),
        outlook=_("Outlook shows an empty box."),
        google=_("Google shows “(No title)”."),
        apple=_("Apple Calendar shows “New Event”."),
    ),
}  # fmt: skip

PEOPLE = {
    "organizer_missing": Rule(
        _WARNING, "RFC 5546 3.2.1",
        _("METHOD:PUBLISH asks for an ORGANIZER in each event; here is none."),
        _("Name the group by its page: ORGANIZER;CN=Paris:https://example.org/paris."),
    ),
    "organizer_form": Rule(
        _ERROR, "RFC 5545 3.8.4.3",
        _("ORGANIZER is no address but “%(value)s”."),
        _("Write an address of the web or mailto:, and the name into CN."),
        outlook=_("Outlook may refuse the event."),
        apple=_("Apple Calendar shows nobody."),
    ),
    "personal_address": Rule(
        _WARNING, "RFC 5545 7",
        _("%(name)s tells everybody an e-mail address: %(value)s."),
        _("Name the group's page instead: ORGANIZER;CN=Paris:https://example.org/paris."),
        outlook=_("Outlook offers everybody to write to it."),
        google=_("Google shows it to everybody."),
    ),
    "attendee": Rule(
        _WARNING, "RFC 5546 3.2.1",
        _("The calendar tells who comes (ATTENDEE). A calendar for everybody may not."),
        _("Leave ATTENDEE out."),
        outlook=_("Outlook shows names and addresses to everybody."),
        google=_("Google shows names and addresses to everybody."),
        apple=_("Apple Calendar shows them, and may ask for an answer."),
    ),
    "alarm": Rule(
        _WARNING, "RFC 5545 3.6.6",
        _("The calendar rings for everybody who reads it (VALARM)."),
        _("Leave VALARM out: each chooses when to be reminded."),
        apple=_("Apple Calendar rings, unless alerts were left out when subscribing."),
        outlook=_("Outlook rings at every copy of the event."),
    ),
}  # fmt: skip

TEXTS = {
    "unescaped_text": Rule(
        _WARNING, "RFC 5545 3.3.11",
        _("%(name)s holds a comma or semicolon without a backslash before it."),
        _("Write \\, and \\; within a text."),
        outlook=_("Outlook cuts the text off there, or shows it in parts."),
    ),
    "markup": Rule(
        _WARNING, "RFC 5545 3.8.1.5",
        _("%(name)s is written in HTML: “%(text)s”."),
        _("Write plain text; HTML may stand in X-ALT-DESC beside it."),
        outlook=_("Outlook shows the tags as they are."),
        apple=_("Apple Calendar shows the tags as they are."),
    ),
    "address_form": Rule(
        _WARNING, "RFC 5545 3.8.4.6",
        _("URL is no address of the web: “%(value)s”."),
        _("Write the whole address, with https:// at its beginning."),
        google=_("Google has no link to follow."),
        apple=_("Apple Calendar has no link to follow."),
    ),
    "position_form": Rule(
        _WARNING, "RFC 5545 3.8.1.6",
        _("GEO is no position: “%(value)s”."),
        _("Write latitude and longitude in degrees with a semicolon between: 48.8566;2.3522."),
        apple=_("Apple Calendar shows no map."),
    ),
}  # fmt: skip

RULES = IDENTITY | STATES | PEOPLE | TEXTS
