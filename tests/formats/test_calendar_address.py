"""Pages that people paste, and the calendars behind them."""

import pytest

from usergroups.formats.calendar_address import calendar_of

MEETUP = "https://www.meetup.com/london-python/events/ical/"
LUMA = "https://api.lu.ma/ics/get?entity=calendar&id=cal-0AbCdEfGhIjKlMn"
GOOGLE = (
    "https://calendar.google.com/calendar/ical/group%231@group.calendar.google.com/public/basic.ics"
)


@pytest.mark.parametrize(
    ("pasted", "calendar"),
    [
        ("https://www.meetup.com/london-python/", MEETUP),
        ("https://meetup.com/de-DE/london-python/events/301234567/?eventOrigin=x", MEETUP),
        (MEETUP, MEETUP),
        ("https://www.meetup.com/find/?keywords=python", None),
        ("https://lu.ma/calendar/cal-0AbCdEfGhIjKlMn", LUMA),
        ("https://luma.com/calendar/manage/cal-0AbCdEfGhIjKlMn/events?x=1", LUMA),
        (LUMA, LUMA),
        ("https://lu.ma/berlin", None),
        (
            "https://calendar.google.com/calendar/embed?src=group%231%40group.calendar.google.com&ctz=UTC",
            GOOGLE,
        ),
        (
            "https://calendar.google.com/calendar/u/0?cid=Z3JvdXAjMUBncm91cC5jYWxlbmRhci5nb29nbGUuY29t",
            GOOGLE,
        ),
        ("https://calendar.google.com/calendar/u/0/r", None),
        (
            "https://mobilizon.example/@python_lyon",
            "https://mobilizon.example/@python_lyon/feed/ics",
        ),
        (
            "https://mobilizon.example/@python_lyon@other.example/events",
            None,
        ),
        ("webcal://example.org/a.ics", "https://example.org/a.ics"),
        ("https://example.org/a.ics?x=@b", None),
        ("https://[broken", None),
        ("not an address", None),
    ],
)
def test_pages_lead_to_calendars(pasted, calendar):
    assert calendar_of(pasted) == (calendar or pasted)
