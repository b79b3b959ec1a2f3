"""A letter about a meetup, and whom it is for."""

from enum import StrEnum

from usergroups.inputs.desk import LetterInput


class Audience(StrEnum):
    """Whom a letter about a meetup is for."""

    GOING = "going"
    WAITING = "waiting"
    SILENT = "silent"


class EventLetterInput(LetterInput):
    """A letter to some of those whom a meetup concerns."""

    audience: Audience = Audience.GOING
