"""What people say to a meetup."""

from typing import Annotated, Literal

from pydantic import Field

from usergroups.inputs.fields import Country, Email, FilledLine, Input
from usergroups.models import Attendance

MOST_GUESTS = 9

Guests = Annotated[int, Field(ge=0, le=MOST_GUESTS)]
# One takes part in one way: of a hybrid meetup one chooses.
OneWay = Literal[Attendance.IN_PERSON, Attendance.ONLINE]


class RsvpInput(Input):
    """“I come”, with whom and how; also what changes of it later."""

    guests: Guests = 0
    # What a meetup that is not hybrid leaves no choice about.
    attendance: OneWay | None = None
    is_listed: bool = False
    # Where one comes from, for counts alone.
    country: Country | Literal[""] = ""


class GuestInput(RsvpInput):
    """The same from somebody who has no account, or is not signed in."""

    name: FilledLine
    email: Email
