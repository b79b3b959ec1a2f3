"""What can be wrong with a calendar file and its head: bytes, lines, components, properties."""

from usergroups.formats.ical.lint_rule import Rule, Severity
from usergroups.formats.ical.lint_rule import marked as _

_ERROR, _WARNING, _HINT = Severity.ERROR, Severity.WARNING, Severity.HINT

NOTHING_TO_READ = {
    "html_page": Rule(
        _ERROR, "RFC 5545 3.4",
        _("This is a web page, not a calendar."),
        _("Give the address of the .ics file itself, and make it one that needs no sign-in."),
        outlook=_("Outlook says that the address is no calendar."),
        google=_("Google takes the address and shows nothing."),
        apple=_("Apple Calendar says that the address is no calendar."),
    ),
    "not_calendar": Rule(
        _ERROR, "RFC 5545 3.4",
        _("This is not a calendar: nowhere does it say BEGIN:VCALENDAR."),
        _("Look at what the address answers; a calendar begins with that line."),
        outlook=_("Outlook refuses it."),
        google=_("Google shows nothing."),
        apple=_("Apple Calendar refuses it."),
    ),
    "too_large": Rule(
        _ERROR, "Google Calendar Help, 37118",
        _("The file is larger than 10 MB: nothing of it was read."),
        _("Leave out what is long past, pictures and attachments."),
        outlook=_("Outlook on the web gives up on it."),
        google=_("Google shows nothing of it: it reads about 1 MB."),
    ),
    "too_many_events": Rule(
        _ERROR, "Google Calendar Help, 37118",
        _("The file has %(events)s events: more than 5,000 are not read."),
        _("Leave out what is long past; write a rhythm as one entry with a rule."),
        google=_("Google shows a part of them, or nothing."),
    ),
}  # fmt: skip

BYTES = {
    "large": Rule(
        _WARNING, "Google Calendar Help, 37118",
        _("The file has %(size)s MB."),
        _("Publish from about 90 days ago to 18 months ahead, with short descriptions."),
        google=_("Google reads about 1 MB and may show nothing at all beyond that."),
    ),
    "many_events": Rule(
        _WARNING, "Google Calendar Help, 37118",
        _("The file has %(events)s events; beyond 1,000 programs become slow."),
        _("Publish from about 90 days ago to 18 months ahead."),
        google=_("Google may leave some of them out."),
    ),
    "lines_many": Rule(
        _WARNING, "Google Calendar Help, 37118",
        _("The file has more than %(most)s lines: what comes after was not looked at."),
        _("Leave out what is long past, and what no reader of a calendar needs."),
        google=_("Google may show nothing at all."),
    ),
    "bom": Rule(
        _WARNING, "RFC 5545 3.4",
        _("Three bytes (a byte order mark) stand before BEGIN:VCALENDAR."),
        _("Save the file as UTF-8 without BOM."),
        google=_("Google may refuse the whole calendar."),
    ),
    "not_utf8": Rule(
        _ERROR, "RFC 5545 3.1.4",
        _("The text is not UTF-8."),
        _("Write the file in UTF-8, and say charset=utf-8 in its Content-Type."),
        outlook=_("Outlook shows other signs in place of letters such as é or ü."),
        google=_("Google shows question marks in their place."),
        apple=_("Apple Calendar may show nothing of the file."),
    ),
    "utf16": Rule(
        _ERROR, "RFC 5545 3.1.4",
        _("The text is UTF-16, as some programs save “Unicode”."),
        _("Save it as UTF-8."),
        google=_("Google shows nothing of it."),
        apple=_("Apple Calendar shows nothing of it."),
    ),
    "line_ends_cr": Rule(
        _ERROR, "RFC 5545 3.1",
        _("Lines end with a carriage return alone, as on the Macs of the nineties."),
        _("End each line with CR and LF."),
        outlook=_("Outlook takes several lines for one."),
        google=_("Google takes several lines for one, and shows nothing."),
    ),
    "line_ends_lf": Rule(
        _WARNING, "RFC 5545 3.1",
        _("Lines end with a line feed alone."),
        _("End each line with CR and LF."),
        outlook=_("Older versions of Outlook refuse such a file."),
    ),
    "no_last_line_end": Rule(
        _WARNING, "RFC 5545 3.1",
        _("The last line has no end."),
        _("End also the last line with CR and LF: without it the file looks cut off."),
    ),
    "blank_lines": Rule(
        _WARNING, "RFC 5545 3.1",
        _("There are blank lines."),
        _("Leave them out; a line end within a text is written \\n."),
        google=_("Google may refuse the whole calendar."),
    ),
    "long_line": Rule(
        _WARNING, "RFC 5545 3.1",
        _("A line has %(octets)s octets; at most 75 are allowed."),
        _("Fold it: after 75 octets CR, LF and a space."),
        outlook=_("Outlook may cut the text off."),
    ),
    "fold_in_character": Rule(
        _WARNING, "RFC 5545 3.1",
        _("A line is folded in the middle of a letter."),
        _("Count octets when folding, and go back to where a letter begins."),
        outlook=_("Outlook shows two wrong signs in the letter's place."),
        google=_("Google may refuse the whole calendar."),
    ),
    "bad_line": Rule(
        _ERROR, "RFC 5545 3.1",
        _("This is no line of a calendar: “%(text)s”. Most often it is text that was not escaped."),
        _("Write line ends within a text as \\n, and begin continued lines with a space."),
        google=_("Google refuses the whole calendar for one such line."),
        apple=_("Apple Calendar may refuse the whole calendar."),
        outlook=_("Outlook cuts the text off there."),
    ),
    "control_characters": Rule(
        _ERROR, "RFC 5545 3.1",
        _("There are control characters in the text, such as come along when copying from a PDF."),
        _("Remove all below U+0020 but the tab."),
        google=_("Google refuses the whole calendar."),
        apple=_("Apple Calendar may show nothing of it."),
    ),
    "unseen_characters": Rule(
        _WARNING, "Unicode UAX #9",
        _("There are characters that nobody sees, some of which turn the text around."),
        _("Remove U+200B, U+2028 to U+202E, U+2066 to U+2069 and U+0085."),
        outlook=_("Outlook shows the text after them backwards, or an address as another."),
        google=_("Google shows the text after them backwards, or an address as another."),
        apple=_("Apple Calendar shows the text after them backwards, or an address as another."),
    ),
    "text_before": Rule(
        _ERROR, "RFC 5545 3.4",
        _("Something stands before BEGIN:VCALENDAR."),
        _("Begin the answer with that line: often it is a warning of the server's own program."),
        google=_("Google refuses the whole calendar."),
        outlook=_("Outlook says that the file is no calendar."),
    ),
    "text_after": Rule(
        _WARNING, "RFC 5545 3.4",
        _("Something stands after END:VCALENDAR."),
        _("End the answer with that line: often it is a page about an error."),
        google=_("Google may refuse the whole calendar."),
    ),
}  # fmt: skip

STRUCTURE = {
    "truncated": Rule(
        _ERROR, "RFC 5545 3.4",
        _("The file ends inside %(name)s: it was cut off."),
        _("Look whether the server ends early; the last line is END:VCALENDAR."),
        outlook=_("Outlook refuses it, or loses what came after."),
        google=_("Google keeps what it read last time."),
        apple=_("Apple Calendar takes away what it does not find any more."),
    ),
    "wrong_end": Rule(
        _ERROR, "RFC 5545 3.6",
        _("END:%(name)s stands where %(inner)s is to end."),
        _("Each BEGIN needs its own END, in the opposite order."),
        google=_("Google refuses the whole calendar."),
        outlook=_("Outlook loses the entry."),
        apple=_("Apple Calendar loses the entry."),
    ),
    "nested": Rule(
        _ERROR, "RFC 5545 3.6",
        _("%(name)s stands inside %(outer)s."),
        _("Put all events side by side into one VCALENDAR."),
        outlook=_("Outlook loses the inner one."),
        google=_("Google refuses the whole calendar."),
        apple=_("Apple Calendar loses the inner one."),
    ),
    "several_calendars": Rule(
        _WARNING, "RFC 5545 3.4",
        _("The file holds several calendars, one after the other."),
        _("Put all events into one VCALENDAR."),
        outlook=_("Outlook shows the first alone."),
    ),
    "empty_feed": Rule(
        _HINT, "RFC 5545 3.6",
        _("The calendar has no events."),
        _("That is well between two meetups. If there should be some, look at its filter."),
    ),
}  # fmt: skip

HEAD = {
    "version_missing": Rule(
        _ERROR, "RFC 5545 3.7.4",
        _("The calendar does not say VERSION:2.0."),
        _("Write that line after BEGIN:VCALENDAR."),
        outlook=_("Outlook takes it for a calendar of the nineties, or refuses it."),
        apple=_("Apple Calendar may refuse it."),
    ),
    "prodid_missing": Rule(
        _ERROR, "RFC 5545 3.7.3",
        _("The calendar does not say which program wrote it (PRODID)."),
        _("Write a line such as PRODID:-//example.org//Calendar//EN."),
        outlook=_("Some versions of Outlook refuse such a file."),
    ),
    "calendar_uid": Rule(
        _WARNING, "RFC 7986 5.3",
        _("The calendar as a whole has a UID: allowed, but taken for an event's."),
        _("Leave it out: khal and vdirsyncer keep one single event of such a calendar."),
    ),
    "method_missing": Rule(
        _HINT, "RFC 5546 3.2.1",
        _("The calendar does not say METHOD:PUBLISH."),
        _("Say so: it makes clear that nobody is invited to anything."),
    ),
    "method_other": Rule(
        _WARNING, "RFC 5546 3.2.1",
        _("The calendar says METHOD:%(method)s, as a mail about a meeting does."),
        _("Say METHOD:PUBLISH."),
        outlook=_("Outlook shows its events as invitations to be answered."),
        apple=_("Apple Calendar may ask for an answer."),
    ),
    "name_missing": Rule(
        _HINT, "RFC 7986 5.1",
        _("The calendar has no name."),
        _("Write NAME and X-WR-CALNAME."),
        outlook=_("Outlook calls it “Untitled”."),
        google=_("Google shows its address in place of a name."),
    ),
    "refresh_missing": Rule(
        _HINT, "RFC 7986 5.7",
        _("The calendar does not say how often it is worth asking again."),
        _("Write REFRESH-INTERVAL;VALUE=DURATION:PT6H and X-PUBLISHED-TTL:PT6H."),
    ),
    "refresh_interval_value": Rule(
        _WARNING, "RFC 7986 5.7",
        _("REFRESH-INTERVAL has no VALUE=DURATION, without which it may not stand."),
        _("Write REFRESH-INTERVAL;VALUE=DURATION:PT6H."),
        apple=_("Apple Calendar asks again when it likes."),
    ),
    "source_value": Rule(
        _WARNING, "RFC 7986 5.8",
        _("SOURCE has no VALUE=URI, without which it may not stand."),
        _("Write SOURCE;VALUE=URI: and the address."),
    ),
}  # fmt: skip

RULES = NOTHING_TO_READ | BYTES | STRUCTURE | HEAD
