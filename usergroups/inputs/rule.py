"""How a series comes again: the rules that people are offered, a small part of RFC 5545's."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Input


class Repeat(StrEnum):
    """The kinds of rule."""

    WEEKLY = "weekly"
    # The third Thursday, the last Tuesday.
    WEEKDAY_OF_MONTH = "weekday_of_month"
    DAY_OF_MONTH = "day_of_month"


class Weekday(StrEnum):
    """As RFC 5545 writes them, the week beginning on Monday."""

    MONDAY = "MO"
    TUESDAY = "TU"
    WEDNESDAY = "WE"
    THURSDAY = "TH"
    FRIDAY = "FR"
    SATURDAY = "SA"
    SUNDAY = "SU"


LAST = -1
MOST_EVERY = 52
WEEKDAYS = tuple(Weekday)


def _number(given: object) -> object:
    """Forms send words; a literal wants its number."""
    bare = given.strip() if isinstance(given, str) else ""
    return int(bare) if bare.removeprefix("-").isdecimal() and len(bare) <= len("-31") else given


Nth = Annotated[Literal[1, 2, 3, 4, 5, -1], BeforeValidator(_number)]
MonthDay = Annotated[int, Field(ge=LAST, le=31)]


class Rule(Input):
    """When meetups come again. Of the fields below `every`, each kind of rule has its own."""

    repeat: Repeat = Repeat.WEEKDAY_OF_MONTH
    # Weeks, or months.
    every: Annotated[int, Field(ge=1, le=MOST_EVERY)] = 1
    weekdays: tuple[Weekday, ...] = ()
    nth: Nth = 1
    weekday: Weekday = Weekday.THURSDAY
    month_day: MonthDay = 1

    @model_validator(mode="after")
    def _gives_dates(self) -> Self:
        if self.repeat is Repeat.WEEKLY and not self.weekdays:
            raise PydanticCustomError("no_weekday", "expected one day of the week at least")
        if self.repeat is Repeat.DAY_OF_MONTH and self.month_day == 0:
            raise PydanticCustomError("no_such_day", "expected a day from 1 to 31, or the last")
        return self
