"""What somebody wants in a calendar of their own."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from usergroups.inputs.fields import Input, Line

# Kilometres from home, and minutes before a meetup, to choose from.
DISTANCES = (10, 25, 50, 100, 250)
REMINDERS = (15, 30, 60, 120, 1_440)
LONGEST_REMINDER = 20_160


def _chosen(value: object) -> object:
    """A list of which nothing was chosen sends an empty field."""
    return None if value == "" else value


_Chosen = BeforeValidator(_chosen)


class MyCalendarInput(Input):
    """One calendar for one purpose."""

    name: Line = ""
    # What I go to or wait for, with how I stand.
    has_answers: bool = False
    # All meetups of my groups.
    has_groups: bool = False
    # All meetups of groups so near to my home, in kilometres.
    within_km: Annotated[Annotated[int, Field(ge=1, le=1_000)] | None, _Chosen] = None
    # How many minutes before what I go to programs remind me.
    remind_minutes: Annotated[Annotated[int, Field(ge=0, le=LONGEST_REMINDER)] | None, _Chosen] = (
        None
    )
