"""What the clash advisor is asked."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Input, Line
from usergroups.inputs.search import Day

# Nobody plans so far; the tables of holidays end somewhere, too.
_LAST_YEAR, _FIRST_YEAR = 2100, 1990


def _in_reach(day: date | None) -> date | None:
    if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise PydanticCustomError("day_far", "expected a day of our times")
    return day


class ClashSearch(Input):
    """A day that somebody thinks of, and the meetup it is for, where that is there already."""

    on: Annotated[Day, AfterValidator(_in_reach)] = None
    meetup: Line = ""
