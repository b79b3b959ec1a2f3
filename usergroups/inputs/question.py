"""Questions to those who come to a meetup, and what they answer."""

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, create_model, field_validator
from pydantic_core import PydanticCustomError

from usergroups.inputs.desk import Legible
from usergroups.inputs.fields import FilledLine, Input, Line
from usergroups.models import EventQuestion, EventQuestionKind
from usergroups.text import has_unseen, one_line, plain

LEAST_OPTIONS, MOST_OPTIONS = 2, 20
LONGEST_OPTION = 100
LONGEST_ANSWER = 1_000
TICKED = "yes"
Kind = TypeVar("Kind", bound=Input)


def _legible(lines: str) -> str:
    if any(has_unseen(line) for line in lines.splitlines()):
        raise PydanticCustomError("unseen", "expected only characters that can be seen")
    return lines


def _short(lines: str) -> str:
    longest = max(map(len, lines.splitlines()), default=0)
    if longest > LONGEST_OPTION:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_OPTION, "given": longest},
        )
    return lines


def _listed(lines: str) -> list[str]:
    return list(dict.fromkeys(line for line in map(one_line, lines.splitlines()) if line))


def _answer(text: str) -> str:
    text = plain(text)
    if len(text) > LONGEST_ANSWER:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_ANSWER, "given": len(text)},
        )
    return text


Lines = Annotated[str, AfterValidator(_legible), AfterValidator(_short)]
Answer = Annotated[str, AfterValidator(_answer)]


class QuestionInput(Input):
    """A question: how it is answered, its words, what to choose from, whether it has to be."""

    kind: EventQuestionKind
    text: Annotated[FilledLine, Legible]
    # One a line.
    options: Annotated[Lines, Field(validate_default=True)] = ""
    is_required: bool = False

    @field_validator("options")
    @classmethod
    def _enough(cls, options: str, known: ValidationInfo) -> str:
        is_choice = known.data.get("kind") is EventQuestionKind.CHOICE
        if is_choice and not LEAST_OPTIONS <= len(_listed(options)) <= MOST_OPTIONS:
            raise PydanticCustomError(
                "options_count",
                "expected {least} to {most} options",
                {"least": LEAST_OPTIONS, "most": MOST_OPTIONS},
            )
        return options

    @property
    def listed(self) -> list[str]:
        """What to choose from, each once; nothing where nothing is chosen."""
        return _listed(self.options) if self.kind is EventQuestionKind.CHOICE else []


def field_name(question: EventQuestion) -> str:
    """What the field of a question is called in forms."""
    return f"question_{question.id}"


def with_answers(kind: type[Kind], questions: Iterable[EventQuestion]) -> type[Kind]:
    """The same input with a field for each question; each is refused at its own field."""
    fields: dict[str, Any] = {
        field_name(question): (_shape(question), Field("", validate_default=True))
        for question in questions
    }
    return create_model(kind.__name__, __base__=kind, **fields)


def answer_of(given: Input, question: EventQuestion, before: str) -> str:
    """What was answered to a question; what was `before`, where the form had no field for it."""
    answer: str = getattr(given, field_name(question), before)
    return answer


def _shape(question: EventQuestion) -> Any:
    """The type of the field of a question."""
    kind, is_required = question.kind, question.is_required
    options = frozenset(question.options) if kind is EventQuestionKind.CHOICE else frozenset()

    def check(text: str) -> str:
        if kind is EventQuestionKind.TICK:
            text = TICKED if text else ""
        if text and options and text not in options:
            raise PydanticCustomError("option_unknown", "expected one of the options")
        if is_required and not text:
            raise PydanticCustomError(_NEEDED[kind], "expected an answer")
        return text

    base: Any = Answer if kind is EventQuestionKind.TEXT else Line
    return Annotated[base, AfterValidator(check)]


_NEEDED = {
    EventQuestionKind.TEXT: "empty",
    EventQuestionKind.CHOICE: "kind_form",
    EventQuestionKind.TICK: "tick_needed",
}
