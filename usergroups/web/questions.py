"""What a meetup asks of those who come: the editor at its desk, and the fields of their form."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input
from usergroups.inputs.question import QuestionInput
from usergroups.models import Event, EventQuestion, EventQuestionKind
from usergroups.queries import planning
from usergroups.queries import questions as queries
from usergroups.queries.questions import AskedQuestion
from usergroups.services import questions
from usergroups.web import forms, site
from usergroups.web.access import organizer
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("questions", __name__))

Given = TypeVar("Given", bound=Input)
_AT = "/organize/<slug>/meetups/<public_id>/questions"
_ONE = f"{_AT}/<int(max=2147483647):question_id>"


@dataclass(frozen=True, slots=True)
class Page:
    """The questions of a meetup, and the one that is changed."""

    event: Event
    asked: Sequence[AskedQuestion]
    changed: EventQuestion | None = None

    @property
    def answered(self) -> int:
        """How many have answered the one that is changed."""
        return next((one.answered for one in self.asked if one.question is self.changed), 0)


@blueprint.app_template_filter()
def pairs(options: Sequence[str]) -> list[tuple[str, str]]:
    """Options that are their own words, for a list to choose from."""
    return [(option, option) for option in options]


@blueprint.app_template_filter()
def answered_how(kind: EventQuestionKind) -> str:
    """How a question is answered."""
    return {
        EventQuestionKind.TEXT: _("A few words"),
        EventQuestionKind.CHOICE: _("One of several options"),
        EventQuestionKind.TICK: _("A tick"),
    }[kind]


@blueprint.get(_AT)
@organizer
def show(slug: str, public_id: str) -> str:
    """What it asks, with a form for one thing more."""
    page = _page(slug, public_id)
    return render("meetups/questions.html", form=Form(), told="", page=page, event=page.event)


@blueprint.post(_AT)
@organizer
def add(slug: str, public_id: str) -> AnyResponse:
    """Ask one thing more."""

    def act(event: Event, given: QuestionInput) -> object:
        return questions.add(event, given, by=me())

    return _acted(slug, public_id, QuestionInput, act, _("The question is there."))


@blueprint.get(_ONE)
@organizer
def edit(slug: str, public_id: str, question_id: int) -> str:
    """A question, to be worded anew."""
    page = _page(slug, public_id, question_id)
    form = Form(_facts(page.changed)) if page.changed else Form()
    return render("meetups/question.html", form=form, told="", page=page, event=page.event)


@blueprint.post(_ONE)
@organizer
def save(slug: str, public_id: str, question_id: int) -> AnyResponse:
    """Word it anew."""

    def act(event: Event, given: QuestionInput) -> None:
        questions.change(event, question_id, given, by=me())

    return _acted(slug, public_id, QuestionInput, act, _("Saved."), question_id)


@blueprint.post(f"{_ONE}/remove")
@organizer
def remove(slug: str, public_id: str, question_id: int) -> AnyResponse:
    """Ask it no longer."""

    def act(event: Event, _given: Input) -> object:
        return questions.remove(event, question_id, by=me())

    return _acted(slug, public_id, Input, act, _("This is asked no longer."), question_id)


@blueprint.get(f"{_ONE}/remove")
@organizer
def back(slug: str, public_id: str, question_id: int) -> AnyResponse:
    """Reloading a page that came back from there leads to the questions."""
    del question_id
    return redirect(path(slug, public_id), 303)


def path(slug: str, public_id: str) -> str:
    """Where the questions of a meetup are."""
    return address(slug, f"meetups/{public_id}/questions")


def _page(slug: str, public_id: str, question_id: int = 0) -> Page:
    event = planning.at_desk(slug, public_id)
    changed = queries.known(event.id, question_id) if question_id else None
    return Page(event, queries.with_counts(event.id), changed)


def _facts(question: EventQuestion) -> dict[str, object]:
    return {
        "kind": question.kind.value,
        "text": question.text,
        "options": "\n".join(question.options),
        "is_required": "yes" if question.is_required else "",
    }


def _acted(  # noqa: PLR0913, PLR0917  an act has a place, an input, a verb and words
    slug: str,
    public_id: str,
    kind: type[Given],
    act: Callable[[Event, Given], object],
    said: str,
    question_id: int = 0,
) -> AnyResponse:
    """Do it and go back to the questions; what stands in the way is said (409)."""
    template = "meetups/question.html" if question_id else "meetups/questions.html"
    values = forms.sent(kind)
    try:
        return forms.submit(
            template,
            lambda given: act(planning.at_desk(slug, public_id), given),
            kind,
            then=lambda _done: path(slug, public_id),
            said=said,
            told="",
            page=lambda: _page(slug, public_id, question_id),
            event=lambda: planning.at_desk(slug, public_id),
        )
    except ConflictError as conflict:
        site.open_reading()
        page, told = _page(slug, public_id, question_id), forms.sentence(conflict)
        body = render(template, form=Form(values), told=told, page=page, event=page.event)
        return Response(body, conflict.status)
