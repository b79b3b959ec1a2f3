"""What the calendar doctor finds: nothing in a good calendar, each thing by itself in a bad one."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from usergroups.formats.ical.lint import RULES, Severity, finding, lint

GOOD = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.org//Calendar//EN
METHOD:PUBLISH
NAME:Paris
X-WR-CALNAME:Paris
REFRESH-INTERVAL;VALUE=DURATION:PT6H
SOURCE;VALUE=URI:https://example.org/calendar.ics
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
DTSTART:19960331T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:one@example.org
DTSTAMP:20260101T000000Z
SEQUENCE:0
STATUS:CONFIRMED
DTSTART;TZID=Europe/Paris:20260611T193000
DTEND;TZID=Europe/Paris:20260611T213000
RRULE:FREQ=MONTHLY;BYDAY=2TH;UNTIL=20270101T000000Z
EXDATE;TZID=Europe/Paris:20260709T193000
SUMMARY:Rust\\, R\\; and more
GEO:48.8566;2.3522
URL:https://example.org/one
ORGANIZER;CN=Paris:https://example.org/paris
END:VEVENT
BEGIN:VEVENT
UID:two@example.org
DTSTAMP:20260102T000000Z
SEQUENCE:0
STATUS:CONFIRMED
DTSTART;VALUE=DATE:20260620
DTEND;VALUE=DATE:20260621
SUMMARY:A whole day
ORGANIZER;CN=Paris:https://example.org/paris
END:VEVENT
END:VCALENDAR
"""
START = "DTSTART;TZID=Europe/Paris:20260611T193000\n"
END = "DTEND;TZID=Europe/Paris:20260611T213000\n"
RULE = "RRULE:FREQ=MONTHLY;BYDAY=2TH;UNTIL=20270101T000000Z\n"
EXDATE = "EXDATE;TZID=Europe/Paris:20260709T193000\n"
TITLE = "SUMMARY:A whole day\n"
ZONE = GOOD[GOOD.index("BEGIN:VTIMEZONE") : GOOD.index("BEGIN:VEVENT")]
EVENT = GOOD[GOOD.rindex("BEGIN:VEVENT") : GOOD.index("END:VCALENDAR")]
OVERRIDE = (
    "BEGIN:VEVENT\nUID:{}\nRECURRENCE-ID;TZID=Europe/Paris:20260813T193000\n"
    "DTSTAMP:20260103T000000Z\nSEQUENCE:1\nSTATUS:CONFIRMED\n"
    "DTSTART;TZID=Europe/Paris:20260814T193000\nDTEND;TZID=Europe/Paris:20260814T213000\n"
    "SUMMARY:Moved\nORGANIZER:https://example.org/paris\nEND:VEVENT\n"
)


def lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def codes(data: bytes) -> list[str]:
    return [each.code for each in lint(data)]


def test_a_good_calendar_is_found_to_be_good():
    assert lint(lines(GOOD)) == []


def changed(what: str, by: str) -> bytes:
    assert what in GOOD
    return lines(GOOD.replace(what, by, 1))


FILES = {
    "html_page": b"<!DOCTYPE html><title>Sign in</title>",
    "not_calendar": b'{"error": "not found"}',
    "too_large": b"BEGIN:VCALENDAR\r\n" + b" " * 10_000_000,
    "too_many_events": lines("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 5_001),
    "bom": b"\xef\xbb\xbf" + lines(GOOD),
    "utf16": GOOD.replace("\n", "\r\n").encode("utf-16"),
    "not_utf8": lines(GOOD).replace(b"whole", b"wh\xf6le"),
    "line_ends_cr": lines(GOOD).replace(b"\r\n", b"\r"),
    "line_ends_lf": GOOD.encode(),
    "no_last_line_end": lines(GOOD)[:-2],
    "blank_lines": changed(TITLE, "\n" + TITLE),
    "long_line": changed(TITLE, f"SUMMARY:{'a' * 70}\n"),
    "fold_in_character": lines(GOOD).replace(b"whole", b"wh\xc3\r\n \xb6le"),
    "bad_line": changed(TITLE, TITLE + "and a second line\n"),
    "control_characters": changed("A whole", "A\x0bwhole"),
    "unseen_characters": changed("A whole", "A \u202ewhole"),
    "text_before": b"Warning: mysql\r\n" + lines(GOOD),
    "text_after": lines(GOOD) + b"<p>Error</p>\r\n",
    "truncated": lines(GOOD[: GOOD.index("END:VCALENDAR")]),
    "wrong_end": changed(TITLE, TITLE + "END:VTODO\n"),
    "nested": changed(
        "END:VCALENDAR",
        f"BEGIN:VCALENDAR\n{EVENT.replace('two', '3')}END:VCALENDAR\nEND:VCALENDAR",
    ),
    "several_calendars": lines(GOOD + GOOD[: GOOD.index("BEGIN:VTIMEZONE")] + "END:VCALENDAR\n"),
    "empty_feed": lines(GOOD.replace(GOOD[GOOD.index("BEGIN:VEVENT") : -14], "")),
    "version_missing": changed("VERSION:2.0\n", ""),
    "prodid_missing": changed("PRODID:-//example.org//Calendar//EN\n", ""),
    "calendar_uid": changed("METHOD:", "UID:whole@example.org\nMETHOD:"),
    "method_missing": changed("METHOD:PUBLISH\n", ""),
    "method_other": changed("METHOD:PUBLISH", "METHOD:REQUEST"),
    "name_missing": changed("NAME:Paris\nX-WR-CALNAME:Paris\n", ""),
    "refresh_missing": changed("REFRESH-INTERVAL;VALUE=DURATION:PT6H\n", ""),
    "refresh_interval_value": changed("INTERVAL;VALUE=DURATION:", "INTERVAL:"),
    "source_value": changed("SOURCE;VALUE=URI:", "SOURCE:"),
}  # fmt: skip
EVENTS = {
    "uid_missing": changed("UID:two@example.org\n", "UID:\n"),
    "uid_duplicate": changed("two@", "one@"),
    "uid_long": changed("two@", "\n ".join(["a" * 60] * 5) + "@"),
    "dtstamp_missing": changed("DTSTAMP:20260102T000000Z\n", ""),
    "sequence_missing": changed("SEQUENCE:0\n", ""),
    "sequence_form": changed("SEQUENCE:0\n", "SEQUENCE:-1\n"),
    "status_missing": changed("STATUS:CONFIRMED\n", ""),
    "status_unknown": changed("STATUS:CONFIRMED\n", "STATUS:DELETED\n"),
    "cancelled_in_title": changed("A whole day", "Canceled: A day"),
    "private_event": changed(TITLE, TITLE + "CLASS:PRIVATE\n"),
    "summary_missing": changed(TITLE, ""),
    "organizer_missing": changed("ORGANIZER;CN=Paris:https://example.org/paris\n", ""),
    "organizer_form": changed("CN=Paris:https://example.org/paris", "CN=Paris:Paris"),
    "personal_address": changed("CN=Paris:https://example.org/paris", "CN=Eva:mailto:eva@x.org"),
    "attendee": changed(TITLE, TITLE + "ATTENDEE:mailto:eva@example.org\n"),
    "alarm": changed(TITLE, TITLE + "BEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM\n"),
    "unescaped_text": changed("A whole day", "Talks, pizza"),
    "markup": changed("A whole day", "<b>Talks</b>"),
    "address_form": changed("URL:https://example.org/one", "URL:javascript:alert(1)"),
    "position_form": changed("GEO:48.8566;2.3522", "GEO:48.8566\\;2.3522"),
}
TIMES = {
    "start_missing": changed("DTSTART;VALUE=DATE:20260620\n", ""),
    "bad_date": changed("DATE:20260621", "DATE:20260631"),
    "date_without_value": changed("DTSTART;VALUE=DATE:", "DTSTART:"),
    "floating_time": changed(START + END + RULE + EXDATE,
                             "DTSTART:20260611T193000\nDTEND:20260611T213000\n"),
    "end_not_later": changed(END, END.replace("T21", "T18")),
    "all_day_end": changed("DATE:20260621", "DATE:20260620"),
    "end_and_duration": changed(END, END + "DURATION:PT2H\n"),
    "end_missing": changed(END, ""),
    "end_type": changed("DTEND;VALUE=DATE:20260621", "DTEND:20260621T200000Z"),
    "vtimezone_missing": changed(ZONE, ""),
    "zone_windows": lines(GOOD.replace("Europe/Paris", "Romance Standard Time")),
    "zone_private": lines(GOOD.replace("Europe/Paris", "Customized Time Zone")),
    "zone_prefixed": lines(GOOD.replace("Europe/Paris", "/mozilla.org/2005/Europe/Paris")),
    "zone_unknown": lines(GOOD.replace(ZONE, "").replace("Europe/Paris", "Nowhere")),
    "zone_with_utc": changed("0611T213000", "0611T213000Z"),
    "vtimezone_dates": changed("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RDATE:19970330T020000"),
    "vtimezone_empty": changed("TZOFFSETTO:+0200\n", ""),
    "vtimezone_rule": changed("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=SECONDLY"),
    "vtimezone_twice": changed(ZONE, ZONE + ZONE),
    "vtimezone_location": changed("TZID:Europe/Paris\n", "TZID:Europe/Paris\nX-LIC-LOCATION:a\n"),
    "rule_form": changed(RULE, "RRULE:FREQ=FORTNIGHTLY\n"),
    "rule_dense": changed(RULE, "RRULE:FREQ=HOURLY\n"),
    "rule_until": changed("UNTIL=20270101T000000Z", "UNTIL=20270101"),
    "rule_until_and_count": changed("UNTIL=", "COUNT=3;UNTIL="),
    "start_off_rule": changed("BYDAY=2TH", "BYDAY=3TH"),
    "rules_many": changed(RULE, RULE + "EXRULE:FREQ=YEARLY\n"),
    "exception_type": changed(EXDATE, "EXDATE;VALUE=DATE:20260709\n"),
    "exception_zone": changed(EXDATE, "EXDATE:20260709T173000Z\n"),
    "orphan_override": changed("END:VCALENDAR", OVERRIDE.format("gone@x") + "END:VCALENDAR"),
    "override_first": changed("BEGIN:VEVENT", OVERRIDE.format("one@example.org") + "BEGIN:VEVENT"),
}  # fmt: skip
SAMPLES = FILES | EVENTS | TIMES


@pytest.mark.parametrize("code", SAMPLES)
def test_each_thing_is_found_and_nothing_else(code):
    along = {"floating_time": ["floating_time"], "utf16": ["utf16"]}
    assert codes(SAMPLES[code]) == along.get(code, [code])


def test_no_rule_is_without_a_sample():
    elsewhere = {"large", "many_events", "lines_many", "dtstamp_now", "x_wr_timezone_only"}
    assert set(RULES) - set(SAMPLES) == elsewhere


def test_a_zone_said_once_for_all_is_none():
    data = TIMES["floating_time"].replace(b"METHOD:", b"X-WR-TIMEZONE:Europe/Paris\r\nMETHOD:")
    assert codes(data) == ["x_wr_timezone_only"]


def test_sizes():
    head, tail = GOOD.split("BEGIN:VEVENT", 1)[0], "END:VCALENDAR\n"
    many = "".join(EVENT.replace("two", str(number)) for number in range(1_001))
    assert codes(lines(head + many + tail)) == ["many_events"]
    noted = "X-NOTE:" + "a" * 60 + "\n"
    assert codes(lines(GOOD.replace(TITLE, TITLE + noted * 16_000))) == ["large"]
    flood = GOOD.replace(TITLE, TITLE + "A:\n" * 200_000)
    assert codes(lines(flood)) == ["lines_many"]


def test_stamps_of_the_moment_of_asking():
    same = lines(GOOD.replace("20260102T000000Z", "20260101T000000Z"))
    midnight = datetime(2026, 1, 1, tzinfo=UTC)
    assert lint(same, asked_at=midnight + timedelta(hours=1)) == []
    found = lint(same, asked_at=midnight + timedelta(seconds=2))
    assert [each.code for each in found] == ["dtstamp_now"]


@pytest.mark.parametrize(
    ("start", "rule"),
    [
        ("20260611", "FREQ=YEARLY;BYMONTH=6;BYDAY=2TH"),
        ("20260625", "FREQ=MONTHLY;BYDAY=-1TH"),
        ("20260630", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("20260611", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("20260611", "FREQ=YEARLY;BYDAY=24TH"),
    ],
)
def test_a_first_date_that_is_one_of_its_rule(start, rule):
    data = changed("DTSTART;VALUE=DATE:20260620\n", f"DTSTART;VALUE=DATE:{start}\nRRULE:{rule}\n")
    assert "start_off_rule" not in codes(data)


def test_a_finding_says_where_it_is_how_often_and_all_of_it():
    [found] = lint(changed(TITLE, "SUMMARY:Talks, pizza\nLOCATION:Room 1, Paris\n"))
    assert (found.line, found.column, found.times) == (45, 1, 2)
    assert (found.severity, found.clause) == (Severity.WARNING, "RFC 5545 3.3.11")
    assert found.message == (
        "SUMMARY holds a comma or semicolon without a backslash before it. "
        "Outlook cuts the text off there, or shows it in parts. "
        "Write \\, and \\; within a text."
    )
    [bad] = lint(FILES["control_characters"])
    assert (bad.line, bad.column) == (45, 10)
    kept = finding(found.code, found.line, found.column, found.times, found.values)
    assert kept == found


def test_what_a_stranger_wrote_is_cut_and_cannot_turn_a_sentence_around():
    data = changed(TITLE, f"SUMMARY:Cancelled \u2067{'a' * 40}\n {'b' * 60}\n")
    [found] = [each for each in lint(data) if each.code == "cancelled_in_title"]
    assert found.values["title"] == f"Cancelled  {'a' * 40}bbbbbbbbb…"


@pytest.mark.parametrize("code", RULES)
def test_each_rule_can_be_told(code):
    rule = RULES[code]
    sentences = [rule.what, *rule.shown.values(), rule.mend]
    names = set(re.findall(r"%\((\w+)\)s", " ".join(sentences)))
    told = finding(code, 1, 1, 1, dict.fromkeys(names, "x")).message
    assert "%(" not in told
    assert all(sentence[0].isupper() or sentence[0] == "%" for sentence in sentences)
    assert re.fullmatch(r"(RFC \d{4} [\d.]+|Unicode UAX #9|Google Calendar Help, \d+)", rule.clause)
    assert rule.shown or rule.severity is not Severity.ERROR


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(GOOD.encode().split(b"\n")),
            st.binary(max_size=40),
            st.sampled_from(
                [b"DTSTART:", b"RRULE:FREQ=", b" \xb6", b"\xef\xbb\xbf", b"END:VEVENT"]
            ),
        )
    )
)
def test_whatever_the_bytes_it_never_raises(pieces):
    for each in lint(b"BEGIN:VCALENDAR\r\n" + b"\r\n".join(pieces)):
        assert each.message
        assert each.line >= 1
