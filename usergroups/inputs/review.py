"""What reviewers say and decide, and what they look for in the queue."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Country, FilledLine, Input, Prose, Whole
from usergroups.inputs.search import Chosen, PageNumber
from usergroups.models import ApplicationStatus


def _said(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected a few words")
    return text


def _pattern(text: str) -> str:
    pattern = text.lower()
    _before, at, host = pattern.partition("@")
    is_spaced = " " in pattern
    if not at or not host or "@" in host or is_spaced or host.startswith(".") or "." not in host:
        raise PydanticCustomError(
            "pattern_form",
            "expected an address such as ada@example.org, or a domain such as @example.org",
        )
    return pattern


Said = Annotated[Prose, AfterValidator(_said)]


class MessageInput(Input):
    """Something said to the applicants."""

    message: Said


class NoteInput(Input):
    """Something said among reviewers."""

    note: Said


class SeenInput(Input):
    """Which version of an application somebody had before them when they decided."""

    version: Whole = 0


class TakeUpInput(SeenInput):
    """Somebody begins to look after an application."""


class ChangesInput(SeenInput):
    """What should change before a decision."""

    changes: Said


class DeclineInput(SeenInput):
    """Why not; the applicants read it."""

    reason: Said


class ApproveInput(SeenInput):
    """Yes; `without` names the co-organizers who have not answered and are left out."""

    without: tuple[int, ...] = ()


class ReviewerInput(Input):
    """Who shall look after an application, or no longer."""

    reviewer: int


class BlockInput(Input):
    """An address, or with a leading @ a domain, that may not apply, and why."""

    pattern: Annotated[FilledLine, AfterValidator(_pattern)]
    reason: FilledLine


class CoolingOffInput(Input):
    """How many days somebody waits after a decline."""

    days: Annotated[int, Field(ge=0, le=3_650)]


class Shelf(StrEnum):
    """Which applications of the queue somebody wants to see."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ALL = "all"


class Whose(StrEnum):
    """Whose applications of the queue somebody wants to see."""

    ANYBODYS = ""
    MINE = "mine"
    UNASSIGNED = "unassigned"


# What waits for reviewers; what changes were asked of waits for its applicants.
WAITING = (ApplicationStatus.SUBMITTED, ApplicationStatus.IN_REVIEW)


class QueueSearch(Input):
    """What somebody looks for among the applications."""

    state: Annotated[Shelf | None, Chosen] = None
    country: Annotated[Country | None, Chosen] = None
    whose: Whose = Whose.ANYBODYS
    page: PageNumber = 1

    @property
    def statuses(self) -> tuple[ApplicationStatus, ...]:
        """The states that the shelf holds, at first what waits; never drafts."""
        if self.state is None:
            return WAITING
        if self.state is Shelf.ALL:
            return tuple(one for one in ApplicationStatus if one is not ApplicationStatus.DRAFT)
        return (ApplicationStatus(self.state.value),)
