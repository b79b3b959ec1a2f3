"""Subscribing: the address of a calendar, and how each program takes it over."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint

from usergroups.web import site
from usergroups.web.templating import webcal

blueprint = site.reads(Blueprint("subscribing", __name__))


@dataclass(frozen=True, slots=True)
class Ways:
    """The address of a calendar, and what hands it over to programs; followed by people alone."""

    address: str
    # Apple, Thunderbird, GNOME, KDE: whatever this machine opens calendars with.
    webcal: str
    google: str
    outlook: str
    office: str


def ways(address: str, name: str) -> Ways:
    """How to subscribe to the calendar at an address, under a name."""
    taken = webcal(address)
    named = f"url={quote(address, safe='')}&name={quote(name, safe='')}"
    return Ways(
        address=address,
        webcal=taken,
        google=f"https://calendar.google.com/calendar/r?cid={quote(taken, safe='')}",
        outlook=f"https://outlook.live.com/calendar/0/addfromweb?{named}",
        office=f"https://outlook.office.com/calendar/0/addfromweb?{named}",
    )


blueprint.add_app_template_global(ways, "ways_to_subscribe")
