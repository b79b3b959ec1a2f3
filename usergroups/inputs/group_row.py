"""A row of the groups file: what it may say, before its place is looked up."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Country as CountryCode
from usergroups.inputs.fields import (
    FilledLine,
    Input,
    Latitude,
    Line,
    Longitude,
    Slug,
    Timezone,
    WebAddress,
    Whole,
)
from usergroups.models import GroupStatus

# What people who keep such lists by hand write, read as a state.
_WORDS = {"inactive": GroupStatus.DORMANT}


def _none_if_empty(given: Any) -> Any:
    return None if isinstance(given, str) and not given.strip() else given


def _status(word: str) -> str:
    state = _WORDS.get(word.lower(), word.lower())
    if state and state not in set(GroupStatus):
        raise PydanticCustomError(
            "status_unknown",
            "expected one of {states}, not {given}",
            {"states": ", ".join([*GroupStatus, "inactive"]), "given": repr(word)},
        )
    return state


class GroupRow(Input):
    """One group as the file has it; the place, slug and zone that it leaves out are None."""

    name: FilledLine
    city: FilledLine
    country: CountryCode
    slug: Annotated[Slug | None, BeforeValidator(_none_if_empty)] = None
    region: Line = ""
    latitude: Annotated[Latitude | None, BeforeValidator(_none_if_empty)] = None
    longitude: Annotated[Longitude | None, BeforeValidator(_none_if_empty)] = None
    timezone: Annotated[Timezone | None, BeforeValidator(_none_if_empty)] = None
    founded_on: Annotated[date | None, BeforeValidator(_none_if_empty)] = None
    website: WebAddress = ""
    status: Annotated[str, AfterValidator(_status)] = ""
    members: Annotated[Whole | None, BeforeValidator(_none_if_empty)] = None

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("position_half", "latitude and longitude go together")
        return self


COLUMNS = (
    "name", "slug", "city", "region", "country", "latitude", "longitude", "timezone",
    "founded_on", "website", "status", "members",
)  # fmt: skip
REQUIRED = ("name", "city", "country")
