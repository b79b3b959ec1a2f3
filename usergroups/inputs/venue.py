"""Where meetups take place: venues, their rooms, and what a meetup uses of them."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from usergroups.inputs.desk import Legible
from usergroups.inputs.fields import FilledLine, Input, Line, Prose, WebAddress, Whole
from usergroups.models import AccessFact

MOST_SEATS = 100_000
_LONGEST_NOTE = 2_000
_RIGHT_ANGLE, _HALF_TURN = 90, 180
_POINT = re.compile(r"(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)")

Point = tuple[float, float]


def _point(given: Any) -> Any:
    """Latitude and longitude in degrees, as maps give them out."""
    if not isinstance(given, str):
        return given
    if not given.strip():
        return None
    found = _POINT.fullmatch(given.strip())
    if found is None:
        raise PydanticCustomError("position_form", "expected degrees such as 48.8566, 2.3522")
    latitude, longitude = float(found[1]), float(found[2])
    if abs(latitude) > _RIGHT_ANGLE or abs(longitude) > _HALF_TURN:
        raise PydanticCustomError("position_form", "expected degrees such as 48.8566, 2.3522")
    return latitude, longitude


def _short(text: str) -> str:
    if len(text) > _LONGEST_NOTE:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": _LONGEST_NOTE, "given": len(text)},
        )
    return text


Position = Annotated[Point | None, BeforeValidator(_point)]
Note = Annotated[Prose, AfterValidator(_short)]
Seats = Annotated[int, Field(ge=1, le=MOST_SEATS)]
# An empty field of a form: no limit, none chosen.
Empty = BeforeValidator(lambda given: None if given == "" else given)


class VenueInput(Input):
    """A venue. `place` is its city as typed, `choice` which of those of that name (its id).

    Without a position it is taken to be where the city is. `seen` is the version that was changed.
    """

    name: Annotated[FilledLine, Legible]
    address: Annotated[Line, Legible] = ""
    place: FilledLine
    choice: Line = ""
    position: Position = None
    access: tuple[AccessFact, ...] = ()
    access_note: Note = ""
    url: WebAddress = ""
    seen: Whole = 0


class RoomInput(Input):
    """A room, and how many people it holds. `is_known`: what follows from it has been looked at."""

    name: Annotated[FilledLine, Legible]
    capacity: Seats
    note: Annotated[Line, Legible] = ""
    is_known: bool = False


class SeenInput(Input):
    """An act with consequences; `is_known`: they have been looked at."""

    is_known: bool = False


class TakeInput(SeenInput):
    """A room for a meetup, and what it is for there."""

    room: Whole
    note: Annotated[Line, Legible] = ""


class NoteInput(Input):
    """What a room is for at a meetup."""

    note: Annotated[Line, Legible] = ""


class GiveBackInput(SeenInput):
    """A meetup gives a room back, and takes another in its place or none."""

    instead: Annotated[Whole | None, Empty] = None


class WhereInput(SeenInput):
    """Where a meetup takes place: a venue, or none, and rooms of it."""

    venue: Line = ""
    rooms: tuple[Whole, ...] = ()


class OnlineInput(SeenInput):
    """How many may take part online; none: as many as want to."""

    online_limit: Annotated[Seats | None, Empty] = None
