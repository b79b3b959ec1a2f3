"""A series as organizers describe it: its rule, its days, and what each of its meetups is like."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from usergroups import clock
from usergroups.inputs.fields import (
    FilledLine,
    Input,
    Line,
    Prose,
    Timezone,
    WebAddress,
    Whole,
)
from usergroups.inputs.rule import Rule
from usergroups.inputs.search import Day
from usergroups.models import Attendance, EventStatus

MOST_AHEAD = timedelta(days=731)
MOST_SKIPPED = 60
_A_DAY_OF_MINUTES = 24 * 60


def _time(given: Any) -> Any:
    if isinstance(given, time):
        return given
    try:
        return time.fromisoformat(str(given)).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise PydanticCustomError("time_form", "expected a time such as 18:30") from None


def _days(given: Any) -> Any:
    """Days with commas or blanks between them, each once and in order."""
    if isinstance(given, list):  # as forms send what may come several times
        given = " ".join(map(str, given))
    if not isinstance(given, str):
        return given
    try:
        return tuple(sorted({date.fromisoformat(day) for day in given.replace(",", " ").split()}))
    except ValueError:
        raise PydanticCustomError("days_form", "expected days such as 2026-12-24") from None


def _few(days: tuple[date, ...]) -> tuple[date, ...]:
    if len(days) > MOST_SKIPPED:
        raise PydanticCustomError(
            "too_many",
            "expected at most {most}, not {given}",
            {"most": MOST_SKIPPED, "given": len(days)},
        )
    return days


def _day(given: Any) -> Any:
    if given in {None, ""}:
        raise PydanticCustomError("empty", "expected a day")
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise PydanticCustomError("day_form", "expected a day such as 2026-06-10") from None


def _soon(day: date) -> date:
    today = clock.today()
    # Yesterday by UTC is today for those farthest west.
    if day < today - timedelta(days=1):
        raise PydanticCustomError("day_over", "expected a day to come")
    if day > today + MOST_AHEAD:
        raise PydanticCustomError("day_far", "expected a day within two years")
    return day


TimeOfDay = Annotated[time, BeforeValidator(_time)]
SkippedDays = Annotated[tuple[date, ...], BeforeValidator(_days), AfterValidator(_few)]
GivenDay = Annotated[date, BeforeValidator(_day)]
ComingDay = Annotated[GivenDay, AfterValidator(_soon)]


class Dates(Rule):
    """When meetups come again."""

    starts: TimeOfDay
    # Not after the start: it goes on past midnight.
    ends: TimeOfDay
    timezone: Timezone
    ends_on: Day = None

    @property
    def rule(self) -> Rule:
        """The rule by itself."""
        return Rule.model_validate({name: getattr(self, name) for name in Rule.model_fields})

    @property
    def minutes(self) -> int:
        """How long each lasts."""
        starts, ends = (datetime.combine(date.min, at) for at in (self.starts, self.ends))
        return (int((ends - starts).total_seconds()) // 60 - 1) % _A_DAY_OF_MINUTES + 1


class NewDates(Dates):
    """The same from a day on, perhaps without some of them."""

    # The first meetup is the rule's first on that day or after it.
    begins_on: ComingDay
    skipped: SkippedDays = ()


class SeriesFacts(Dates):
    """When meetups come again, and what each is like."""

    title: FilledLine
    description: Prose = ""
    attendance: Attendance = Attendance.IN_PERSON
    venue: Line = ""
    online_url: WebAddress = ""

    @property
    def shared(self) -> dict[str, Any]:
        """What each meetup is like, as plain values."""
        names = ("title", "description", "venue", "online_url")
        said = {name: getattr(self, name) for name in names}
        return said | {"attendance": self.attendance.value}


class SeriesInput(NewDates, SeriesFacts):
    """A new series."""

    status: Literal[EventStatus.CONFIRMED, EventStatus.TENTATIVE, EventStatus.DRAFT] = (
        EventStatus.CONFIRMED
    )
    # The meetup whose other settings it takes over, by its public id.
    like: Annotated[Line, Field(max_length=20)] = ""


class Scope(StrEnum):
    """Which meetups of a series an edit is about."""

    FOLLOWING = "following"
    ALL = "all"


class Leftover(StrEnum):
    """What becomes of meetups that people have answered to and the new rule has no date for."""

    KEEP = "keep"
    CANCEL = "cancel"


class SeriesEdit(SeriesFacts):
    """A changed series."""

    scope: Scope = Scope.ALL
    # The day of the meetup from which on it changes, as the rule gave it.
    since: Day = None
    leftover: Leftover = Leftover.KEEP
    # The version that was looked at.
    version: Whole


class SeriesEnd(Input):
    """A series that ends, or is called off."""

    # Its last day; empty: what is to come is called off.
    last_on: Day = None
    leftover: Leftover = Leftover.KEEP
    reason: Line = ""
    version: Whole


class SkipInput(Input):
    """A date of a series that is left out."""

    # Its meetup, by the public id.
    meetup: FilledLine
    # What people are told.
    reason: Line = ""


class PutBackInput(Input):
    """A date that was left out, and is on again."""

    day: GivenDay


class AnnounceInput(Input):
    """A draft that everybody may see now."""

    version: Whole
