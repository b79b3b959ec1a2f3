"""Calendars of one's own: what is in them, and their addresses, each shown once."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, session
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.fields import Input
from usergroups.inputs.my_calendar import DISTANCES, REMINDERS, MyCalendarInput
from usergroups.models import MyCalendar
from usergroups.services import my_calendars
from usergroups.web import forms, qr, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.my_calendar_words import held_told, reminder
from usergroups.web.subscribing import ways
from usergroups.web.templating import render, webcal

blueprint = site.reads(Blueprint("my_calendar", __name__))
blueprint.add_app_template_filter(lambda one: held_told(one, me().place), "calendar_held")

_SHOWN_ONCE = "new_calendar"
_NO_STORE = {"Cache-Control": "no-store"}


@blueprint.get("/me/calendars")
@signed_in
def index() -> Response:
    """One's calendars, and a form for another."""
    form = Form({"has_answers": "yes", "has_groups": "yes"})
    page = render(
        "account/calendars.html", form=form, calendars=my_calendars.of(me()), **_choices()
    )
    return Response(page, headers=_NO_STORE)


@blueprint.post("/me/calendars")
@signed_in
def make() -> AnyResponse:
    """Make one. Its address is shown on its page, once."""
    return forms.submit(
        "account/calendars.html",
        lambda given: my_calendars.make(given, by=me()),
        MyCalendarInput,
        then=lambda made: _show_once(made[0].id, made[1]),
        calendars=lambda: my_calendars.of(me()),
        **_choices(),
    )


@blueprint.get("/me/calendars/<int:number>")
@signed_in
def show(number: int) -> AnyResponse:
    """What one of them holds, when it was read last, and its address if it was just made."""
    calendar = my_calendars.one(number, me())
    form = Form({name: _typed(getattr(calendar, name)) for name in MyCalendarInput.model_fields})
    page = render("account/calendar.html", form=form, calendar=calendar, **_shown(number))
    return Response(page, headers=_NO_STORE)


@blueprint.post("/me/calendars/<int:number>")
@signed_in
def change(number: int) -> AnyResponse:
    """Choose what it holds."""
    return forms.submit(
        "account/calendar.html",
        lambda given: my_calendars.change(number, given, by=me()),
        MyCalendarInput,
        then=lambda changed: f"/me/calendars/{changed.id}",
        said=_("Saved. Programs see it when they ask next."),
        calendar=partial(_one, number),
        address="",
        **_choices(),
    )


@blueprint.post("/me/calendars/<int:number>/address")
@signed_in
def readdress(number: int) -> AnyResponse:
    """Give it another address; the one before leads nowhere."""
    return _act(
        number,
        lambda: my_calendars.readdress(number, by=me()),
        lambda secret: _show_once(number, secret),
    )


@blueprint.post("/me/calendars/<int:number>/remove")
@signed_in
def remove(number: int) -> AnyResponse:
    """Take it away."""
    said = _("The calendar is gone. Programs that still ask find nothing.")
    return _act(
        number, lambda: my_calendars.remove(number, by=me()), lambda _gone: "/me/calendars", said
    )


def _act(
    number: int, act: Callable[[], object], then: Callable[..., str], said: str = ""
) -> AnyResponse:
    return forms.submit(
        "account/calendar.html",
        lambda _given: act(),
        Input,
        then=then,
        said=said,
        calendar=partial(_one, number),
        address="",
        **_choices(),
    )


def _typed(value: Any) -> Any:
    """A value as a form sends it."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return "" if value is None else value


def _one(number: int) -> MyCalendar:
    return my_calendars.one(number, me())


def _show_once(number: int, secret: str) -> str:
    """Keep the secret for the next page, in the cookie of this browser alone."""
    session[_SHOWN_ONCE] = [number, secret]
    return f"/me/calendars/{number}"


def _shown(number: int) -> dict[str, object]:
    """The address, where it was just made, with the ways to take it over."""
    kept = session.get(_SHOWN_ONCE, [0, ""])
    if kept[0] != number:
        return {"address": "", **_choices()}
    session.pop(_SHOWN_ONCE)
    address = site.links().my_calendar(kept[1])
    name = _("My meetups")
    return {
        "address": address,
        "ways": ways(address, name),
        "code": qr.code(webcal(address)),
        **_choices(),
    }


def _choices() -> dict[str, Any]:
    return {
        "user": me(),
        "distances": [(km, _("%(km)s km", km=km)) for km in DISTANCES],
        "reminders": [(minutes, reminder(minutes)) for minutes in REMINDERS],
    }
