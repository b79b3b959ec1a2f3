"""What a federation is called and looks like."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import FilledLine, Input, Line

# What our own colour is: as good as none given.
USUAL_COLOUR = "#0f6b4f"


def _colour(given: str) -> str:
    digits = given.removeprefix("#")
    if len(digits) != 6 or not all(one in "0123456789abcdef" for one in digits):  # noqa: PLR2004
        raise PydanticCustomError("colour", "a colour is # and six digits or letters a to f")
    return "" if given == USUAL_COLOUR else f"#{digits}"


Lowered = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]
Colour = Annotated[Lowered, AfterValidator(lambda given: given and _colour(given))]


class AppearanceInput(Input):
    """Name, what it is in one line, and its colour; an empty one is the usual one."""

    name: FilledLine
    tagline: Line = ""
    colour: Colour = ""
