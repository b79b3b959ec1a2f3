"""Where stewards set the charter: rules, after a look at what that would change, and questions."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotFoundError
from usergroups.inputs.charter import RULES, QuestionInput, ReplaceInput, read_rule
from usergroups.models import CharterQuestion, QuestionKind, RuleKind
from usergroups.queries import audit, charter, charter_preview
from usergroups.queries.charter_preview import Preview
from usergroups.services import charter_terms
from usergroups.web import forms, site
from usergroups.web.access import steward
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("charter_terms", __name__))

_HISTORY = 12
_CHARTER, _QUESTIONS = "/steward/charter", "/steward/charter/questions"


@blueprint.get("/steward/charter/rules/<kind>")
@steward
def rule(kind: str) -> Response:
    """A rule's form; with values in the address also what they would change."""
    row = charter.rule(_kind(kind))
    if not request.args:
        return _rule(row.kind, Form({**row.parameters, "is_on": row.is_on}))
    known = RULES[row.kind].model_fields
    sent = {name: given for name, given in request.args.items() if name in known}
    try:
        preview = charter_preview.of(read_rule(row.kind, sent))
    except InvalidInputError as refused:
        return _rule(row.kind, Form(sent, refused.refusals), status=422)
    return _rule(row.kind, Form(sent), preview)


@blueprint.post("/steward/charter/rules/<kind>")
@steward
def set_rule(kind: str) -> AnyResponse:
    """Set it as it was looked at."""
    wanted, version = _kind(kind), _number(request.form.get("version", ""))
    try:
        return forms.submit(
            "charter/rule.html",
            lambda given: charter_terms.change_rule(given, version=version, by=current_user.user),
            RULES[wanted],
            then=lambda _rule: _CHARTER,
            said=_("The rule is set. All groups are looked at anew."),
            **_of_rule(wanted),
        )
    except ConflictError:
        flash(_("Another steward was faster. This is the rule as it stands now."))
        return redirect(f"{_CHARTER}/rules/{wanted}", 303)


def _kind(word: str) -> RuleKind:
    if word not in set(RuleKind):
        raise NotFoundError("there is no such rule")
    return RuleKind(word)


def _number(text: str) -> int:
    """A number that fits the database's INTEGER; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 9 else 0  # noqa: PLR2004  digits


def _rule(
    kind: RuleKind, form: Form, preview: Preview | None = None, *, status: int = 200
) -> Response:
    return _page("charter/rule.html", form, status, {**_of_rule(kind), "preview": lambda: preview})


def _of_rule(kind: RuleKind) -> dict[str, Callable[[], Any]]:
    return {
        "row": lambda: charter.rule(kind),
        "preview": lambda: None,
        "history": lambda: audit.history("charter_rule", [charter.rule(kind).id], _HISTORY),
    }


def _page(
    template: str, form: Form, status: int, context: dict[str, Callable[[], Any]]
) -> Response:
    made = {name: value() for name, value in context.items()}
    return Response(render(template, form=form, **made), status)


@blueprint.get("/steward/charter/questions")
@steward
def questions() -> Response:
    """What applicants are asked and agree to, and what was changed about it lately."""
    kind = request.args.get("kind", "")
    return _page("charter/questions.html", Form({"kind": kind}), 200, _of_questions())


@blueprint.post("/steward/charter/questions")
@steward
def add_question() -> AnyResponse:
    """Ask something more."""
    return forms.submit(
        "charter/questions.html",
        lambda given: charter_terms.add_question(given, by=current_user.user),
        QuestionInput,
        then=lambda _question: _QUESTIONS,
        said=_("Added. Whoever applies from now on is asked."),
        **_of_questions(),
    )


def _of_questions() -> dict[str, Callable[[], Any]]:
    return {
        "questions": lambda: charter.questions(QuestionKind.QUESTION),
        "agreements": lambda: charter.questions(QuestionKind.AGREEMENT),
        "history": lambda: audit.history("charter_question", charter.question_ids(), _HISTORY),
    }


@blueprint.get("/steward/charter/questions/<int(max=2147483647):question_id>")
@steward
def question(question_id: int) -> Response:
    """A question's form."""
    known = charter.question(question_id)
    values = {"text": known.text, "is_required": known.is_required, "is_same": True}
    return _page("charter/question.html", Form(values), 200, {"question": lambda: known})


@blueprint.post("/steward/charter/questions/<int(max=2147483647):question_id>")
@steward
def change_question(question_id: int) -> AnyResponse:
    """Word it better, or ask something else in its place."""
    try:
        return forms.submit(
            "charter/question.html",
            lambda given: _change(question_id, given),
            ReplaceInput,
            then=lambda _question: _QUESTIONS,
            said=_("Changed."),
            question=lambda: charter.question(question_id),
        )
    except ConflictError:
        return _was_faster()


def _change(question_id: int, given: ReplaceInput) -> CharterQuestion:
    known = charter.question(question_id)
    return charter_terms.change_question(known, given, is_same=given.is_same, by=current_user.user)


@blueprint.post(
    "/steward/charter/questions/<int(max=2147483647):question_id>/<any(up, down, retire):act>"
)
@steward
def arrange(question_id: int, act: str) -> AnyResponse:
    """Let it change places with its neighbour, or ask it no more."""
    site.close_reading()
    try:
        with db.transaction():
            _arrange(charter.question(question_id), act)
    except ConflictError:
        return _was_faster()
    return redirect(_QUESTIONS, 303)


def _arrange(known: CharterQuestion, act: str) -> None:
    if act == "retire":
        charter_terms.retire_question(known, by=current_user.user)
    else:
        charter_terms.move_question(known, up=act == "up", by=current_user.user)


def _was_faster() -> AnyResponse:
    flash(_("Another steward was faster: that one is asked no more. This is how it stands now."))
    return redirect(_QUESTIONS, 303)
