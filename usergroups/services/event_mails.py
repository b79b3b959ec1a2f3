"""Mails about meetups."""

from usergroups.models import Rsvp


def going(rsvp: Rsvp) -> None:
    """Confirm a seat."""


def waiting(rsvp: Rsvp, place: int) -> None:
    """Confirm a place in the line."""


def offered(rsvp: Rsvp) -> None:
    """Offer a seat."""


def seated(rsvp: Rsvp) -> None:
    """Tell somebody who waited that they have a seat."""
