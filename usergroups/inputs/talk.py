"""Talks as people propose them, organizers decide on them and set them on an agenda."""

from datetime import date, time
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.application import LanguageCode
from usergroups.inputs.desk import Legible
from usergroups.inputs.fields import FilledLine, Input, Line, Prose, WebAddress, Whole
from usergroups.inputs.search import Chosen, Day
from usergroups.models import TalkFormat, TalkStatus

# A day of a workshop is the longest there is.
Minutes = Annotated[int, Field(ge=5, le=24 * 60)]


def _clock_time(value: Any) -> Any:
    if value is None or isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError:
        raise PydanticCustomError(
            "time_form", "expected a time such as 18:30, not {given}", {"given": repr(value)}
        ) from None


ClockTime = Annotated[time, BeforeValidator(_clock_time)]


class SpeakerInput(Input):
    """Somebody who speaks, as everybody may read it."""

    name: Annotated[FilledLine, Legible]
    biography: Prose = ""
    url: WebAddress = ""


class TalkInput(Input):
    """What somebody would like to speak about. `note` is for the organizers alone."""

    title: Annotated[FilledLine, Legible]
    abstract: Prose = ""
    format: TalkFormat = TalkFormat.TALK
    minutes: Minutes = 30
    language: Annotated[LanguageCode | None, Chosen] = None
    note: Prose = ""
    # The public id of a meetup it is meant for; empty: whichever suits.
    event: Line = ""


class ProposalInput(TalkInput):
    """The same, with who says it."""

    name: Annotated[FilledLine, Legible]
    biography: Prose = ""
    url: WebAddress = ""

    @property
    def speaker(self) -> SpeakerInput:
        """Who says it."""
        return SpeakerInput(name=self.name, biography=self.biography, url=self.url)


class RecordInput(Input):
    """Where slides and the recording of a talk are."""

    slides_url: WebAddress = ""
    video_url: WebAddress = ""


class DecisionInput(Input):
    """What organizers say to a proposal that stands as `version`; for which meetup, if any."""

    status: Annotated[TalkStatus | None, Chosen] = None
    event: Line = ""
    reason: Prose = ""
    version: Whole

    @model_validator(mode="after")
    def _decided(self) -> Self:
        if self.status not in (TalkStatus.ACCEPTED, TalkStatus.DECLINED):
            raise PydanticCustomError("decision_missing", "expected a yes or a no")
        return self


class TalkReviewInput(Input):
    """What one organizer thinks of a proposal, from 1 to 5; among organizers."""

    score: Annotated[int, Field(ge=1, le=5)]
    note: Prose = ""


class AgendaInput(Input):
    """A line of the agenda: a talk or a title, on the clock on the wall, for so many minutes."""

    talk: Annotated[Whole | None, Chosen] = None
    title: Annotated[Line, Legible] = ""
    track: Annotated[Line, Legible] = ""
    on: Day = None
    at: ClockTime
    minutes: Minutes

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.talk is None and not self.title:
            raise PydanticCustomError("agenda_empty", "expected a talk or a title")
        return self


class TravelInput(Input):
    """Where a speaker will be, from when until when; the place as typed, or as chosen."""

    place: FilledLine
    choice: Line = ""
    from_on: date
    until_on: date
    note: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until_on < self.from_on:
            raise PydanticCustomError("period_order", "expected the last day after the first")
        return self
