"""The charter: rules with their parameters within what makes sense, questions, waivers."""

from datetime import date
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from usergroups import clock
from usergroups.inputs.fields import FilledLine, Input, Prose, read
from usergroups.models import QuestionKind, RuleKind

# No rule asks for more room than this between groups.
FURTHEST_KM = 1_000
_LONGEST_WAIVER = 5 * 366

People = Annotated[int, Field(ge=1, le=20)]


def _none_if_empty(given: Any) -> Any:
    return None if given == "" else given


class RuleInput(Input):
    """What all rules share: each may be switched off."""

    kind: ClassVar[RuleKind]
    is_on: bool = False

    @property
    def parameters(self) -> dict[str, Any]:
        """Its numbers, as they are stored."""
        return self.model_dump(exclude={"is_on"})


class OrganizersRule(RuleInput):
    """So many people run the group."""

    kind = RuleKind.ORGANIZERS
    least: People = 2


class EmployersRule(RuleInput):
    """They work for so many different employers, so that no company owns a group."""

    kind = RuleKind.EMPLOYERS
    least: People = 2


class DistanceRule(RuleInput):
    """So far from every living group that was there before, unless the city is that large."""

    kind = RuleKind.DISTANCE
    least_km: int = Field(default=50, ge=1, le=FURTHEST_KM)
    # None: no city is large enough.
    inhabitants: Annotated[
        int | None, Field(ge=1_000, le=50_000_000), BeforeValidator(_none_if_empty)
    ] = 1_000_000


class ConductRule(RuleInput):
    """The code of conduct is agreed to."""

    kind = RuleKind.CONDUCT


class MeetupsRule(RuleInput):
    """A meetup at least every so many days."""

    kind = RuleKind.MEETUPS
    days: int = Field(default=183, ge=14, le=1_830)


class ReconfirmedRule(RuleInput):
    """The organizers say at least every so many days that the group goes on."""

    kind = RuleKind.RECONFIRMED
    days: int = Field(default=365, ge=60, le=1_830)


# In the order in which people read them.
RULES: dict[RuleKind, type[RuleInput]] = {
    rule.kind: rule
    for rule in (
        OrganizersRule,
        EmployersRule,
        DistanceRule,
        ConductRule,
        MeetupsRule,
        ReconfirmedRule,
    )
}


def read_rule(kind: RuleKind, values: dict[str, Any]) -> RuleInput:
    """A rule of that kind; InvalidInputError says why for each parameter out of its limits."""
    return read(RULES[kind], values)


class QuestionInput(Input):
    """Something that every applicant answers or agrees to."""

    kind: QuestionKind = QuestionKind.QUESTION
    text: FilledLine
    is_required: bool = False


class ReplaceInput(QuestionInput):
    """The same question in better words, whose answers hold; or else another in its place."""

    is_same: bool = False


def _why(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected a reason")
    return text


def _until(day: date) -> date:
    ahead = (day - clock.today()).days
    if not 0 < ahead <= _LONGEST_WAIVER:
        raise PydanticCustomError(
            "waiver_until", "expected a day after today, within five years, not {given}",
            {"given": day.isoformat()},
        )  # fmt: skip
    return day


def _kind(given: Any) -> Any:
    if given not in set(RuleKind):
        raise PydanticCustomError("empty", "expected one of the rules")
    return given


def _day(given: Any) -> Any:
    try:
        return given if isinstance(given, date) else date.fromisoformat(str(given))
    except ValueError:
        raise PydanticCustomError(
            "day_form", "expected a day such as 2026-06-10, not {given}", {"given": repr(given)}
        ) from None


class WaiverInput(Input):
    """A rule that need not be met: why, and until which day (included)."""

    kind: Annotated[RuleKind, BeforeValidator(_kind)]
    why: Annotated[Prose, AfterValidator(_why)]
    until_on: Annotated[date, BeforeValidator(_day), AfterValidator(_until)]
