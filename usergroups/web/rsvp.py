"""Answering a meetup: coming or not, with whom, the line, and the seat that is offered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs import fields
from usergroups.inputs.fields import Input
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import Attendance, Event, EventQuestion, EventStatus, Rsvp, RsvpStatus
from usergroups.queries import questions
from usergroups.queries import rsvps as queries
from usergroups.queries.rsvps import Figures
from usergroups.services import rsvps
from usergroups.services.rsvps import RefusedError
from usergroups.text import fold
from usergroups.web import account, forms, language, question_fields, refusals, rsvp_words, site
from usergroups.web.access import public, signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("rsvp", __name__))
rsvp_words.init(blueprint)

Given = TypeVar("Given", bound=Input)
_NAMES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """A meetup as whoever may answer it sees it."""

    event: Event
    figures: Figures
    mine: Rsvp | None
    # Which in the line they are; 0 for somebody who is not in it.
    place: int
    # Those who come and let others see it, for those who come.
    names: Sequence[str]
    # Why it takes no answers now; empty where it does.
    closed: str
    asks_country: bool
    # What the meetup asks, and what they answered, by question.
    asked: Sequence[EventQuestion]
    answers: Mapping[int, str]

    @property
    def is_going(self) -> bool:
        """Whether they have a seat."""
        return self.mine is not None and self.mine.status is RsvpStatus.GOING

    @property
    def could_come_with(self) -> int:
        """How many guests they could bring at once, being first in line; -1 for none at all."""
        if self.mine is None or self.place != 1 or self.closed:
            return -1
        free = self.figures.of(self.mine.attendance).free
        return min(self.mine.guests, free - 1) if free is not None else self.mine.guests


@blueprint.get("/rsvp/<public_id>")
@public
def show(public_id: str) -> AnyResponse:
    """What one answered, and what one can do; visitors learn how to answer."""
    event = queries.answered(public_id)
    if event.status is EventStatus.TENTATIVE:
        return redirect(f"{path(event)}/interest", 303)
    if account.signed_in_account() is None:
        return redirect(f"{path(event)}/guest", 303)
    return page(public_id, _filled)


@blueprint.post("/rsvp/<public_id>")
@signed_in
def answer(public_id: str) -> AnyResponse:
    """Come, or change with whom and how."""
    come_from = _home_country()

    def come(event_id: int, given: RsvpInput) -> Rsvp:
        whole = given.model_copy(update={"country": given.country or come_from})
        return rsvps.answer(event_id, whole, by=me())

    return _submit(public_id, come, RsvpInput)


@blueprint.post("/rsvp/<public_id>/decline")
@signed_in
def decline(public_id: str) -> AnyResponse:
    """Not come, or not any more; leave the line."""
    return _submit(public_id, lambda event_id, _: rsvps.decline(event_id, by=me()), Input)


@blueprint.post("/rsvp/<public_id>/offer/<any(take, pass):what>")
@signed_in
def offer(public_id: str, what: str) -> AnyResponse:
    """Take the seat that is held for one, or pass it on."""
    act = rsvps.take_offer if what == "take" else rsvps.pass_on
    return _submit(public_id, lambda event_id, _: act(event_id, by=me()), Input)


@blueprint.get("/rsvp/<public_id>/decline")
@blueprint.get("/rsvp/<public_id>/offer/<any(take, pass):what>")
@public
def back(public_id: str, what: str = "") -> AnyResponse:
    """Reloading a page that came back from there leads to the meetup's."""
    del what
    return redirect(path(queries.answered(public_id)), 303)


def path(event: Event) -> str:
    """Where a meetup is answered."""
    return f"/rsvp/{event.public_id}"


def page(
    public_id: str, form: Callable[[Shown], Form], *, wrong: str = "", status: int = 200
) -> Response:
    """The page of somebody who is signed in."""
    shown = see(public_id)
    body = render(
        "rsvp/show.html",
        shown=shown,
        form=form(shown),
        wrong=wrong,
        ways=ways(),
        countries=countries(),
    )
    return Response(body, status, {"Cache-Control": "no-store"})


def see(public_id: str) -> Shown:
    """A meetup as whoever is signed in sees it; eight queries at most."""
    event = queries.answered(public_id)
    mine = queries.of(event.id, me().id)
    is_going = mine is not None and mine.status is RsvpStatus.GOING
    is_waiting = mine is not None and mine.status is RsvpStatus.WAITLISTED
    why = rsvps.closed(event)
    asked = questions.asked(event.id)
    return Shown(
        event=event,
        figures=queries.figures(event.id),
        mine=mine,
        place=queries.place(mine) if mine and is_waiting else 0,
        names=queries.listed(event.id, most=_NAMES_SHOWN) if is_going else (),
        closed=refusals.told(why) if why else "",
        asks_country=me().latitude is None,
        asked=asked,
        answers=questions.answers_of([mine.id]).get(mine.id, {}) if mine and asked else {},
    )


def ways() -> list[tuple[str, str]]:
    """How one may take part in a hybrid meetup."""
    both = (Attendance.IN_PERSON, Attendance.ONLINE)
    return [(way.value, rsvp_words.way(way)) for way in both]


def countries() -> list[tuple[str, str]]:
    """Where one may come from, by name."""
    named = [(code, language.country(code)) for code in fields.countries()]
    return sorted(named, key=lambda pair: fold(pair[1]))


def _filled(shown: Shown) -> Form:
    """The form as they left it."""
    mine = shown.mine
    if mine is None:
        return Form()
    return Form(
        {
            "guests": mine.guests,
            "attendance": mine.attendance.value,
            "is_listed": "yes" if mine.is_listed else "",
            "country": mine.country,
        }
        | question_fields.filled(shown.answers)
    )


def _submit(public_id: str, act: Callable[[int, Given], Rsvp], kind: type[Given]) -> AnyResponse:
    """Do an act on seats and show how one stands then; refused, the page says why."""
    event_id = queries.known(public_id)
    try:
        return forms.submit(
            "rsvp/show.html",
            lambda given: act(event_id, given),
            question_fields.asking(kind, event_id),
            then=lambda _rsvp: f"/rsvp/{public_id}",
            shown=lambda: see(public_id),
            wrong="",
            ways=ways,
            countries=countries,
        )
    except RefusedError as refused:
        site.open_reading()
        return page(public_id, _filled, wrong=refusals.told(refused.why), status=refused.status)


def _home_country() -> str:
    """The country of whoever is signed in, by their place; empty where they have not said it."""
    user = me()
    if user.latitude is None or user.longitude is None:
        return ""
    return site.gazetteer().nearest(user.latitude, user.longitude).country
