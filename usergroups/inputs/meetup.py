"""A meetup as its organizers plan it: on the clock on the wall, or in some month to come.

`schedule` makes instants of what they wrote. Clocks skip an hour in spring and show one twice in
autumn: a time that does not exist is refused, of one that exists twice it is asked which.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.application import LanguageCode
from usergroups.inputs.desk import Legible, Topics
from usergroups.inputs.event import LONGEST
from usergroups.inputs.fields import FilledLine, Input, Line, Prose, Timezone, WebAddress
from usergroups.inputs.search import Chosen, Day
from usergroups.inputs.series import TimeOfDay
from usergroups.models import Attendance, EventStatus, Precision, Registration

LONGEST_TITLE = 200
_LONGEST_PROSE = 20_000
_QUARTER = 3


def _month(given: Any) -> Any:
    """The first day of a month such as 2026-09; of a day, of its month."""
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(f"{str(given)[:7]}-01")
    except ValueError:
        raise PydanticCustomError("month_form", "expected a month such as 2026-09") from None


def _wall(given: Any) -> Any:
    if given in (None, ""):
        return None
    try:
        return datetime.fromisoformat(str(given)).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise PydanticCustomError(
            "moment_form", "expected a day and a time such as 2026-09-10T18:30"
        ) from None


def _ticked(given: Any) -> Any:
    return given not in (None, "") and given


# A box that is not ticked may come as nothing: that it was shown is what counts.
Ticked = Annotated[bool, BeforeValidator(_ticked)]
Month = Annotated[date | None, BeforeValidator(_month)]
# A day and a time on the clock on the wall there.
WallTime = Annotated[datetime | None, BeforeValidator(_wall)]
Guests = Annotated[int, Field(ge=0, le=9)]
Hours = Annotated[int, Field(ge=0, le=336)]


class Times(Input):
    """A day and its times on the clock on the wall, in a zone."""

    on: Day = None
    starts: Annotated[TimeOfDay | None, Chosen] = None
    # Not after the start, on the same day: it goes on past midnight.
    ends: Annotated[TimeOfDay | None, Chosen] = None
    ends_on: Day = None
    timezone: Timezone
    # Which of the two, where clocks show the time twice.
    second: Ticked = False


class MeetupInput(Times):
    """Everything about a meetup that its organizers say; rooms have a form of their own."""

    title: Annotated[FilledLine, Legible]
    description: Prose = ""
    precision: Precision = Precision.EXACT
    month: Month = None
    attendance: Attendance = Attendance.IN_PERSON
    venue: Line = ""
    online_url: WebAddress = ""
    url: WebAddress = ""
    registration: Registration = Registration.HERE
    opens: WallTime = None
    closes: WallTime = None
    most_guests: Guests = 0
    remind_hours: Hours = 24
    topics: Topics = ""
    language: Annotated[LanguageCode | None, Chosen] = None
    conduct_url: WebAddress = ""
    # When it was last revised, for whoever changes it.
    seen: Line = ""


class NewMeetupInput(MeetupInput):
    """A new one, and whether others see it at once."""

    status: Literal[EventStatus.DRAFT, EventStatus.TENTATIVE, EventStatus.CONFIRMED] = (
        EventStatus.DRAFT
    )


class CancelInput(Input):
    """Why it does not take place: everybody who would have come is told."""

    reason: FilledLine


class InterestInput(Input):
    """What somebody says to a meetup that is not fixed yet. The note is for the organizers."""

    would_come: bool = False
    could_host: bool = False
    note: Line = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a meetup is: instants, and how exactly that is known."""

    starts_at: datetime
    ends_at: datetime
    all_day: bool
    precision: Precision


def schedule(given: MeetupInput) -> Schedule:
    """When it is: a period to come for a month or a quarter, else its instants.

    Raises InvalidInputError at the fields that are missing, out of order, or on no clock.
    """
    if given.precision is Precision.EXACT:
        return Schedule(*instants(given), all_day=False, precision=Precision.EXACT)
    if given.month is None:
        raise _refused("month", "empty")
    first, months = given.month, 1
    if given.precision is Precision.QUARTER:
        first = first.replace(month=first.month - (first.month - 1) % _QUARTER)
        months = _QUARTER
    after = (first + timedelta(days=31 * months)).replace(day=1)
    zone = ZoneInfo(given.timezone)
    begin, end = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (first, after))
    return Schedule(begin, end, all_day=True, precision=given.precision)


def instants(given: Times) -> tuple[datetime, datetime]:
    """Start and end in UTC. Raises as `schedule`."""
    missing = {name: Refusal("empty", "expected a value") for name in ("on", "starts", "ends")
               if getattr(given, name) is None}  # fmt: skip
    if missing or given.on is None or given.starts is None or given.ends is None:
        raise InvalidInputError(missing)
    starts_at = moment("starts", datetime.combine(given.on, given.starts), given)
    last = given.ends_on or given.on
    if given.ends_on is None and given.ends <= given.starts:
        last += timedelta(days=1)
    ends_at = moment("ends", datetime.combine(last, given.ends), given)
    if ends_at <= starts_at:
        raise _refused("ends", "ends_first")
    if ends_at - starts_at > LONGEST:
        raise _refused("ends_on", "ends_late")
    return starts_at, ends_at


def moment(field: str, wall: datetime, given: Times) -> datetime:
    """The instant at which clocks there show this. Raises InvalidInputError at the field."""
    zone = ZoneInfo(given.timezone)
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    at = first.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        before = second.astimezone(UTC).astimezone(zone)
        after = at.astimezone(zone)
        raise _refused(
            field, "time_skipped", before=before.strftime("%H:%M"), after=after.strftime("%H:%M")
        )
    if first.utcoffset() == second.utcoffset():
        return at
    if given.second:
        return second.astimezone(UTC)
    if "second" not in given.model_fields_set:
        raise _refused(field, "time_twice")
    return at


def window(given: MeetupInput, starts_at: datetime) -> tuple[datetime | None, datetime | None]:
    """From when until when people register, in UTC. Raises InvalidInputError out of order."""
    opens, closes = (
        moment(name, wall, given) if wall else None
        for name, wall in (("opens", given.opens), ("closes", given.closes))
    )
    if closes is not None and opens is not None and closes <= opens:
        raise _refused("closes", "closes_first")
    if opens is not None and opens >= starts_at:
        raise _refused("opens", "opens_late")
    return opens, closes


def _refused(field: str, code: str, **values: object) -> InvalidInputError:
    return InvalidInputError({field: Refusal(code, f"refused: {code}", values)})
