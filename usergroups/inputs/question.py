"""Questions to those who come to a meetup, and what they answer."""

from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, create_model, model_validator
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


def _lines(given: Any) -> Any:
    """Options as people type them: one a line, each once."""
    if not isinstance(given, str):
        return given
    if has_unseen(given.replace("\r", "").replace("\n", "")):
        raise PydanticCustomError("unseen", "expected only characters that can be seen")
    return tuple(dict.fromkeys(line for line in map(one_line, given.splitlines()) if line))


def _short(options: tuple[str, ...]) -> tuple[str, ...]:
    longest = max(map(len, options), default=0)
    if longest > LONGEST_OPTION:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_OPTION, "given": longest},
        )
    return options


def _answer(text: str) -> str:
    text = plain(text)
    if len(text) > LONGEST_ANSWER:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_ANSWER, "given": len(text)},
        )
    return text


Options = Annotated[tuple[str, ...], AfterValidator(_short), BeforeValidator(_lines)]
Answer = Annotated[str, AfterValidator(_answer)]


class QuestionInput(Input):
    """A question: how it is answered, its words, what to choose from, whether it has to be."""

    kind: EventQuestionKind
    text: Annotated[FilledLine, Legible]
    options: Options = ()
    is_required: bool = False

    @model_validator(mode="after")
    def _choices(self) -> "QuestionInput":
        if self.kind is not EventQuestionKind.CHOICE:
            return self.model_copy(update={"options": ()}) if self.options else self
        if not LEAST_OPTIONS <= len(self.options) <= MOST_OPTIONS:
            raise PydanticCustomError(
                "options_count",
                "expected {least} to {most} options",
                {"least": LEAST_OPTIONS, "most": MOST_OPTIONS},
            )
        return self


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
