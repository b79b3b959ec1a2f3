"""What is tapped at the door."""

from typing import Annotated

from pydantic import Field, StringConstraints

from usergroups.inputs.fields import Input, Whole

# What the phone calls a tap, so that one that is sent again counts once.
Tap = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]
MOST_AT_ONCE = 50


class CheckInInput(Input):
    """Somebody who answered is here, with so many of their guests: all of them unless said."""

    rsvp: Whole
    guests: Annotated[int, Field(ge=0, le=9)] | None = None


class UndoInput(Input):
    """Somebody is not here: a tap too many."""

    rsvp: Whole


class WalkInInput(Input):
    """So many came without an answer."""

    tap: Tap
    people: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = 1


class TapInput(Input):
    """A tap that is meant."""

    tap: Tap
