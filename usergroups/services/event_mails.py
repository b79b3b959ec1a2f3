"""Mails about meetups."""

from collections.abc import Mapping
from typing import Any

from usergroups.models import Event, Room, Rsvp


def going(rsvp: Rsvp) -> None:
    """Confirm a seat."""


def waiting(rsvp: Rsvp, place: int) -> None:
    """Confirm a place in the line."""


def offered(rsvp: Rsvp) -> None:
    """Offer a seat."""


def seated(rsvp: Rsvp) -> None:
    """Tell somebody who waited that they have a seat."""


def removed(rsvp: Rsvp) -> None:
    """Tell somebody that organizers took them off the list."""


def changed(event: Event, before: Mapping[str, Any]) -> None:
    """Tell those who come or wait what is different."""


def cancelled(event: Event, reason: str) -> None:
    """Tell those who come or wait that it is called off."""


def room_taken(event: Event, room: Room) -> None:
    """Tell those who wait that there is another room."""


def fixed(event: Event) -> None:
    """Tell those who would come to a tentative meetup, or could host it, that it has a day."""
