"""What people look for: the filters of the directory and of what is on."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Country, Input, Line, Whole
from usergroups.models import GroupStatus, RuleKind

MOST_PAGES = 10_000
MOST_KM = 20_040  # half way round the Earth
# Of a group: below it a city would need several, beyond it nobody travels for an evening.
LEAST_REACH, MOST_REACH = 10, 500


def _given(value: object) -> object:
    """A form sends empty fields, too: they ask for nothing."""
    return None if value == "" else value


def _day(value: object) -> object:
    if value in {None, ""}:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise PydanticCustomError(
            "day_form", "expected a day such as 2026-06-10, not {given}", {"given": repr(value)}
        ) from None


Chosen = BeforeValidator(_given)
Distance = Annotated[float, Field(gt=0, le=MOST_KM, allow_inf_nan=False)]
Kilometres = Annotated[Distance | None, Chosen]
Reach = Annotated[float, Field(ge=LEAST_REACH, le=MOST_REACH, allow_inf_nan=False)] | None
PageNumber = Annotated[int, Field(ge=1, le=MOST_PAGES)]
Day = Annotated[date | None, BeforeValidator(_day)]


class GroupSearch(Input):
    """Which groups are wanted. `near` is a place as typed; somebody else finds it."""

    q: Line = ""
    country: Annotated[Country | None, Chosen] = None
    topic: Line = ""
    status: Annotated[GroupStatus | None, Chosen] = None
    near: Line = ""
    within: Kilometres = None
    page: PageNumber = 1


class EventSearch(Input):
    """Which meetups are wanted; days are those of the meetup's own clock."""

    country: Annotated[Country | None, Chosen] = None
    topic: Line = ""
    online: bool = False
    from_: Annotated[Day, Field(alias="from")] = None
    to: Day = None
    near: Line = ""
    within: Kilometres = None
    page: PageNumber = 1


class SiteSearch(Input):
    """What is looked for everywhere: words, perhaps of one kind alone."""

    q: Line = ""
    kind: Literal["", "group", "event", "talk", "place"] = ""
    page: PageNumber = 1


class SubscribeSearch(Input):
    """Which calendar is wanted: of a group, or of what is on somewhere, about something."""

    group: Line = ""
    country: Annotated[Country | None, Chosen] = None
    topic: Line = ""
    near: Line = ""
    within: Kilometres = None


class EmbedSearch(Input):
    """How a list in somebody else's page looks: empty, in its reader's light or dark."""

    theme: Literal["", "light", "dark"] = ""
    most: Annotated[int, Field(ge=1, le=20)] = 5
    # Where links open: the whole window, or a new one.
    target: Literal["_top", "_blank"] = "_top"


class PageSearch(Input):
    """Which page of a list is wanted."""

    page: PageNumber = 1


class PlannedSearch(Input):
    """Which meetups organizers want to see: what comes, or what was."""

    past: bool = False
    page: PageNumber = 1


class FindingSearch(Input):
    """Which groups that fail a rule of the charter are wanted."""

    rule: Annotated[RuleKind | None, Chosen] = None
    country: Annotated[Country | None, Chosen] = None
    page: PageNumber = 1


class CoverageSearch(Input):
    """How far people travel, in which country a place is wanted, which map is drawn."""

    reach: Annotated[Reach, Chosen] = None
    country: Annotated[Country | None, Chosen] = None
    region: Literal["europe", "world"] = "world"


class RegionSearch(Input):
    """Which part of the world is drawn."""

    region: Literal["europe", "world"] = "europe"


class AuditSearch(Input):
    """Which entries of the audit are wanted: before one of them, or after, else the latest."""

    who: Line = ""
    # An act such as `group.added`, or the beginning of several such as `group.`.
    act: Line = ""
    group: Line = ""
    country: Annotated[Country | None, Chosen] = None
    subject: Line = ""
    from_: Annotated[Day, Field(alias="from")] = None
    to: Day = None
    before: Annotated[Whole | None, Chosen] = None
    after: Annotated[Whole | None, Chosen] = None
