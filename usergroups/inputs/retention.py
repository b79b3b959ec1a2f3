"""For how long attendees are known."""

from typing import Annotated

from pydantic import Field

from usergroups.inputs.fields import Input

SHORTEST, LONGEST = 30, 3_650


class KeepInput(Input):
    """Days after a meetup; feedback and recap need the first weeks."""

    days: Annotated[int, Field(ge=SHORTEST, le=LONGEST)]
