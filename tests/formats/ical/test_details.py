"""What entries of strangers tell besides their times, and what of it is kept."""

import pytest

from tests.formats.ical.strange import told
from tests.formats.ical.test_zones import calendar, event


def of(*lines: str, head: str = "") -> tuple[dict, list[str]]:
    """What is told of a meetup with these lines, and the warnings."""
    said = told(calendar(event(":20260701T170000Z", *lines), head=head))
    return said["events"][0], said["warnings"]


@pytest.mark.parametrize(
    ("line", "told_as", "warnings"),
    [
        ("SUMMARY:R &amp; Python", "R & Python", []),
        ("SUMMARY:AT&T; and &unknown; things", "AT&T; and &unknown; things", []),
        ("SUMMARY:&lt;b&gt; &#8211; &#x2013;", "<b> – –", []),
        ("SUMMARY:a\\, b\\; c\\\\n", "a, b; c\\n", []),
        ("SUMMARY:One\\nTwo", "One Two", ["newline_in_summary"]),
        ("SUMMARY:One\\n", "One", []),
        ("SUMMARY:a\u202eb", "ab", ["bidi_controls"]),
        ("SUMMARY:" + "x" * 400, "x" * 200, ["field_truncated"]),
        ("SUMMARY;LANGUAGE=de:Treffen", "Treffen", []),
        ("SUMMARY", "Meetup", ["bad_line"]),
    ],
)
def test_titles(line, told_as, warnings):
    data = calendar(event(":20260701T170000Z").replace("SUMMARY:Talk", line))
    said = told(data)
    assert (said["events"][0]["summary"], said["warnings"]) == (told_as, warnings)


@pytest.mark.parametrize(
    ("lines", "head", "status", "title"),
    [
        (["STATUS:CANCELLED"], "", "CANCELLED", "Talk"),
        (["STATUS:tentative"], "", "TENTATIVE", "Talk"),
        ([], "METHOD:CANCEL", "CANCELLED", "Talk"),
        ([], "METHOD:REQUEST", "CONFIRMED", "Talk"),
        (["SUMMARY:Canceled: Talk"], "", "CANCELLED", "Talk"),
        (["SUMMARY:Canceled: Talk", "STATUS:CONFIRMED"], "", "CONFIRMED", "Canceled: Talk"),
    ],
)
def test_called_off(lines, head, status, title):
    """Outlook says it in the title alone."""
    text = event(":20260701T170000Z", *lines)
    if any(line.startswith("SUMMARY") for line in lines):
        text = text.replace("SUMMARY:Talk\n", "")
    said = told(calendar(text, head=head))["events"][0]
    assert (said["status"], said["summary"]) == (status, title)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("ORGANIZER;CN=Ann:mailto:ann@private.example", "Ann"),
        ('ORGANIZER;CN="Ann, of Python":mailto:ann@private.example', "Ann, of Python"),
        ("ORGANIZER;CN=ann@private.example:mailto:ann@private.example", None),
        ("ORGANIZER:mailto:ann@private.example", None),
        ("ORGANIZER:Les amis de Python", "Les amis de Python"),
        ('ORGANIZER;CN="a^nBEGIN:VEVENT^\'":mailto:a@x', 'a BEGIN:VEVENT"'),
    ],
)
def test_who_invites(line, name):
    """By name; nobody's address."""
    assert of(line)[0]["organizer"] == name


@pytest.mark.parametrize(
    ("line", "warnings"),
    [
        ('ATTENDEE;CN=x;X-A="he said "hello" there":mailto:x@x.example', ["bad_line"]),
        ("ATTENDEE;RSVP:mailto:x@x.example", ["bad_line"]),
        ("no line at all", ["bad_line"]),
        ('X-ODD;A=1,2;B="x;y:z":value', []),
        ("ATTACH:" + "x" * 70_000, ["line_truncated"]),
    ],
)  # fmt: skip
def test_an_odd_line_costs_a_line(line, warnings):
    said, noted = of(line)
    assert (said["summary"], noted) == ("Talk", warnings)


@pytest.mark.parametrize(
    ("start", "instant", "warnings"),
    [
        (":20260701T190000Z", "2026-07-01T19:00:00Z", []),
        (":2026-07-01T19:00:00Z", "2026-07-01T19:00:00Z", ["repaired_date"]),
        (":2026-07-01T19:00:00+02:00", "2026-07-01T17:00:00Z", ["repaired_date"]),
        (":2026-07-01 19:00", "2026-07-01T17:00:00Z", ["repaired_date"]),
        (":20260701T1900", "2026-07-01T17:00:00Z", ["repaired_date"]),
        (":20260701T190000+0200", "2026-07-01T17:00:00Z", ["repaired_date"]),
        (":20260701T240000Z", "2026-07-02T00:00:00Z", ["repaired_date"]),
        (":20260630T235960Z", "2026-07-01T00:00:00Z", ["repaired_date"]),
        (": 20260701T190000Z ", "2026-07-01T19:00:00Z", []),
        (":20260701", "2026-07-01", ["date_without_value"]),
        (";VALUE=DATE:20260701", "2026-07-01", []),
        (";VALUE=DATE:20260701T000000", "2026-07-01", ["repaired_date"]),
        (";VALUE=DATE:2026-07-01", "2026-07-01", ["repaired_date"]),
    ],
)
def test_ways_to_write_a_time(start, instant, warnings):
    said = told(calendar(event(start)))
    assert (said["events"][0]["start"], said["warnings"]) == (instant, warnings)


@pytest.mark.parametrize(
    ("lines", "end", "warnings"),
    [
        ([], None, []),
        (["DTEND:20260701T190000Z"], "2026-07-01T19:00:00Z", []),
        (["DTEND:20260701T170000Z"], None, []),
        (["DTEND:20260701T160000Z"], None, ["bad_end"]),
        (["DTEND;VALUE=DATE:20260702"], None, ["bad_end"]),
        (["DURATION:-PT1H"], None, ["bad_end"]),
        (["DURATION:1 hour"], None, ["bad_end"]),
        (["DURATION:PT0S"], None, []),
        (["DURATION:P1W"], "2026-07-08T17:00:00Z", []),
    ],
)
def test_ends(lines, end, warnings):
    said, noted = of(*lines)
    assert (said["end"], noted) == (end, warnings)
