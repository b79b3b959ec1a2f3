"""What people tell about a group's page, and what comes of it."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Country, Input, Prose
from usergroups.inputs.search import Chosen, PageNumber
from usergroups.models import ReportKind, ReportOutcome

_LONGEST = 2_000
# What anybody may report; a claim has a form of its own.
REPORTABLE = tuple(kind for kind in ReportKind if kind is not ReportKind.CLAIM)


def _kind(given: Any) -> Any:
    if given not in REPORTABLE:
        raise PydanticCustomError("kind_form", "expected one of those that are offered")
    return given


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": _LONGEST, "given": len(text)},
        )
    return text


def _told(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected at least one character that can be seen")
    return text


Told = Annotated[Prose, AfterValidator(_short), AfterValidator(_told)]


class ReportInput(Input):
    """Something that is wrong with a group's page, or in the group."""

    kind: Annotated[ReportKind, BeforeValidator(_kind)]
    text: Told


class ClaimInput(Input):
    """Why a group is somebody's own."""

    text: Told


class Decision(StrEnum):
    """What is done about a report."""

    SETTLED = "settled"
    REJECTED = "rejected"


class SettleInput(Input):
    """What came of a report, with a word to whoever told."""

    outcome: Decision = Decision.SETTLED
    answer: Annotated[Prose, AfterValidator(_short)] = ""


class RejectInput(Input):
    """Why a claim is turned down; the claimant reads it."""

    answer: Told


class ReportSearch(Input):
    """Which reports a reviewer wants to see."""

    kind: Annotated[ReportKind | None, Chosen] = None
    country: Annotated[Country | None, Chosen] = None
    state: ReportOutcome = ReportOutcome.OPEN
    page: PageNumber = 1
