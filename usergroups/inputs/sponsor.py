"""A sponsor as organizers and stewards describe it, and whom somebody lets have their name."""

from datetime import date
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import FilledLine, Input, Line, WebAddress, Whole
from usergroups.inputs.search import Day


class SponsorInput(Input):
    """Who gives what, and from when until when; no days: for as long as it stands here."""

    name: FilledLine
    url: WebAddress = ""
    tier: Line = ""
    gives: Line = ""
    begins_on: Day = None
    ends_on: Day = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        first, last = self.begins_on or date.min, self.ends_on or date.max
        if last < first:
            raise PydanticCustomError("period_order", "expected the last day after the first")
        return self


class SharingInput(Input):
    """The sponsors that may have one's name and address; none: nobody."""

    sponsors: frozenset[Whole] = frozenset()
