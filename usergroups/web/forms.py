"""Forms: what was sent is put to an act; refused, the form comes back filled, with the reasons.

return forms.submit(
    "account/profile.html",
    lambda given: accounts.change_profile(given, by=me()),
    ProfileInput,
    then=lambda _user: "/me",
)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, Refusal
from usergroups.inputs.fields import Input, read
from usergroups.web import account, refusals, site
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

Given = TypeVar("Given", bound=Input)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class TwoSteps(Generic[Given, Result]):
    """An act of which the first part takes long.

    A transaction is opened for the second alone, which is given what came of the first.
    """

    first: Callable[[Given], Any]
    second: Callable[[Any], Result]


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in the fields of a form, and what is wrong with them."""

    values: Mapping[str, Any] = field(default_factory=dict)
    refusals: Mapping[str, Refusal] = field(default_factory=dict)

    def value(self, name: str) -> Any:
        """What stands in a field; empty where nothing does."""
        return self.values.get(name, "")

    def wrong(self, name: str) -> str:
        """What is wrong with a field, in the reader's language; empty where nothing is."""
        why = self.refusals.get(name)
        return refusals.told(why) if why else ""

    @property
    def elsewhere(self) -> list[str]:
        """What is wrong with none of its fields in particular."""
        return [refusals.told(why) for name, why in self.refusals.items() if name == "input"]


def sent(kind: type[Input]) -> dict[str, Any]:
    """The fields of this request that the input knows; those with several values as lists."""
    return {
        name: request.form.getlist(name) if _is_many(kind, name) else request.form[name]
        for name in kind.model_fields
        if name in request.form
    }


def submit(
    template: str,
    act: Callable[[Given], Result] | TwoSteps[Given, Result],
    kind: type[Given],
    *,
    then: Callable[[Result], str],
    said: str = "",
    **context: Any,
) -> AnyResponse:
    """Do the act with what was sent, in a transaction, and go on (303), saying so.

    An InvalidInputError of the input or of the act makes the form come back with status 422, as it
    was sent; nothing has changed then. Values of `context` that are callables are called for it.
    """
    values = sent(kind)
    account.signed_in_account()  # looked up now: within the transaction it would open a scope
    try:
        given: Any = read(kind, values)
        if isinstance(act, TwoSteps):
            given, act = act.first(given), act.second
        site.close_reading()
        with db.transaction():
            result = act(given)
    except InvalidInputError as refused:
        return again(template, Form(values, by_field(refused)), **context)
    if said:
        flash(said)
    return redirect(then(result), 303)


def again(template: str, form: Form, **context: Any) -> Response:
    """The form as it was sent, with what is wrong."""
    site.open_reading()
    made = {name: value() if callable(value) else value for name, value in context.items()}
    return Response(render(template, form=form, **made), 422)


def sentence(conflict: ConflictError) -> str:
    """What stands in the way of an act, in the reader's language.

    The words of each ConflictError in the code are a message, written so (.make/messages.py).
    """
    said = str(conflict)
    written = f"{said[:1].upper()}{said[1:]}."
    return _(written)


def by_field(refused: InvalidInputError) -> dict[str, Refusal]:
    """Reasons by the field they stand at: `links.0.url` belongs to `links`."""
    found: dict[str, Refusal] = {}
    for name, why in refused.refusals.items():
        found.setdefault(name.split(".")[0], why)
    return found


def _is_many(kind: type[Input], name: str) -> bool:
    shape = getattr(kind.model_fields[name].annotation, "__origin__", None)
    return isinstance(shape, type) and issubclass(shape, Sequence | frozenset)
