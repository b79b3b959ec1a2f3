"""A meetup as a form or another door describes it."""

from datetime import UTC, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, model_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import (
    FilledLine,
    Input,
    Latitude,
    Line,
    Longitude,
    Prose,
    Timezone,
    WebAddress,
)
from usergroups.vocabulary import Attendance, EventStatus

LONGEST = timedelta(days=31)

Instant = Annotated[AwareDatetime, AfterValidator(lambda at: at.astimezone(UTC))]


class EventFacts(Input):
    """What people can see of a meetup, whoever says it. Instants are aware; the zone is apart."""

    title: FilledLine
    description: Prose = ""
    starts_at: Instant
    ends_at: Instant
    timezone: Timezone
    all_day: bool = False
    status: EventStatus = EventStatus.CONFIRMED
    attendance: Attendance = Attendance.IN_PERSON
    venue: Line = ""
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    online_url: WebAddress = ""
    url: WebAddress = ""


class EventInput(EventFacts):
    """Everything about a meetup that people can set."""

    # Given by whoever has a name for it already; made at the first save otherwise.
    uid: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not timedelta(0) <= self.ends_at - self.starts_at <= LONGEST:
            raise PydanticCustomError(
                "ends_before_start", "it must end after it starts, within a month"
            )
        return self

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("position_half", "latitude and longitude go together")
        return self
