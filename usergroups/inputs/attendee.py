"""What organizers ask and say about those who come."""

from typing import Annotated

from usergroups.inputs.fields import FilledLine, Input, Line
from usergroups.inputs.search import Chosen, PageNumber
from usergroups.models import RsvpStatus


class AttendeeSearch(Input):
    """Whose answers are wanted, by name, address or state."""

    q: Line = ""
    status: Annotated[RsvpStatus | None, Chosen] = None
    page: PageNumber = 1


class LetInInput(Input):
    """Why somebody is let in before those who came to the list earlier."""

    reason: FilledLine
