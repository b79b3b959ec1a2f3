"""What people say about a meetup that was: how many came, the recap, what they think of it."""

from typing import Annotated

from pydantic import Field

from usergroups.inputs.fields import FilledWebAddress, Input, Line, Prose, Whole
from usergroups.models import EventLinkKind

Opinion = Annotated[Prose, Field(max_length=4_000)]


class CameInput(Input):
    """How many came, where nobody counted at the door."""

    came: Annotated[int, Field(ge=0, le=100_000)]


class RecapInput(Input):
    """The organizers' text, and the version of it that they had before them."""

    text: Prose = ""
    shows_feedback: bool = False
    version: Whole = 1


class EventLinkInput(Input):
    """Slides, a recording, photos: where they are, and what they are called."""

    kind: EventLinkKind
    title: Line = ""
    url: FilledWebAddress


class FeedbackInput(Input):
    """What somebody who was there thinks: for the organizers, without the name."""

    rating: Annotated[int, Field(ge=1, le=5)]
    keep: Opinion = ""
    mend: Opinion = ""
