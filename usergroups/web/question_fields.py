"""What a meetup asks, in the forms of those who answer it."""

from collections.abc import Mapping
from typing import TypeVar

from flask import request

from usergroups.inputs.fields import Input
from usergroups.inputs.question import with_answers
from usergroups.queries import questions

Kind = TypeVar("Kind", bound=Input)
# Stands in forms that have the questions; one click elsewhere leaves answers as they are.
_MARK = "asks"


def asking(kind: type[Kind], event_id: int) -> type[Kind]:
    """The input with a field for each question, where the form that was sent has them."""
    if _MARK not in request.form:
        return kind
    return with_answers(kind, questions.asked(event_id))


def filled(answers: Mapping[int, str]) -> dict[str, str]:
    """What stands in their fields, by what was answered."""
    return {f"question_{question_id}": text for question_id, text in answers.items()}
