"""Meetups that are not fixed yet: saying that one would come, and which day suits."""

from typing import Any

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.inputs.fields import Input
from usergroups.inputs.meetup import InterestInput, Times
from usergroups.models import EventInterest, Vote
from usergroups.queries import interest as queries
from usergroups.queries import planning, rsvps
from usergroups.services import interest
from usergroups.web import forms, site
from usergroups.web.access import organizer, signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("interest", __name__))

_POLL = "/organize/<slug>/meetups/<public_id>/poll"


@blueprint.get("/rsvp/<public_id>/interest")
@signed_in
def show(public_id: str) -> AnyResponse | str:
    """What one said; of a meetup that is fixed by now, the way to answer it."""
    event = rsvps.answered(public_id)
    if event.status != "tentative":
        return redirect(f"/rsvp/{public_id}", 303)
    mine = queries.of(event.id, me().id)
    form = Form(_said(mine) if mine else {})
    return render("rsvp/interest.html", form=form, **_context(public_id))


@blueprint.post("/rsvp/<public_id>/interest")
@signed_in
def say(public_id: str) -> AnyResponse:
    """Say it, or take it back."""
    return forms.submit(
        "rsvp/interest.html",
        lambda given: interest.say(rsvps.answered(public_id).id, given, by=me()),
        InterestInput,
        then=lambda _done: f"/rsvp/{public_id}/interest",
        said=_("Thank you. You hear from us once the day is fixed."),
        **{name: (lambda n=name: _context(public_id)[n]) for name in ("event", "counts")},
    )


@blueprint.get("/rsvp/<public_id>/poll")
@signed_in
def poll(public_id: str) -> AnyResponse | str:
    """Which of the proposed dates suit."""
    event = rsvps.answered(public_id)
    if event.status != "tentative":
        return redirect(f"/rsvp/{public_id}", 303)
    return render(
        "rsvp/poll.html",
        event=event,
        dates=queries.dates(event.id),
        mine=queries.votes_of(event.id, me().id),
    )


@blueprint.post("/rsvp/<public_id>/poll")
@signed_in
def vote(public_id: str) -> AnyResponse:
    """Say so."""
    votes = {
        int(name.removeprefix("date_")): Vote(value)
        for name, value in request.form.items()
        if name.startswith("date_") and name[5:].isdecimal() and value in set(Vote)
    }
    event_id = rsvps.answered(public_id).id
    user = me()
    site.close_reading()
    with db.transaction():
        interest.vote(event_id, votes, by=user)
    flash(_("Thank you. You hear from us once the day is fixed."))
    return redirect(f"/rsvp/{public_id}/poll", 303)


@blueprint.get(_POLL)
@organizer
def plan(slug: str, public_id: str) -> str:
    """The dates one asks about, what people said, who would come and who could host."""
    return render("meetups/poll.html", form=_usual(slug, public_id), **_plan(slug, public_id))


@blueprint.post(_POLL)
@organizer
def propose(slug: str, public_id: str) -> AnyResponse:
    """Ask about one date more."""
    return _planned(
        slug, public_id, Times, lambda event_id, given: interest.propose(event_id, given, by=me())
    )


@blueprint.post(f"{_POLL}/<int(max=2147483647):date_id>/drop")
@organizer
def drop(slug: str, public_id: str, date_id: int) -> AnyResponse:
    """Ask about a date no longer."""
    return _planned(
        slug, public_id, Input, lambda event_id, _given: interest.drop(event_id, date_id, by=me())
    )


@blueprint.post(f"{_POLL}/<int(max=2147483647):date_id>/take")
@organizer
def take(slug: str, public_id: str, date_id: int) -> AnyResponse:
    """Fix the day."""
    event_id = planning.at_desk(slug, public_id).id
    user = me()
    site.close_reading()
    with db.transaction():
        interest.fix(event_id, date_id, by=user)
    flash(_("The day is fixed, the meetup confirmed. Everybody who was interested is told."))
    return redirect(f"/organize/{slug}/meetups/{public_id}", 303)


def _planned(slug: str, public_id: str, kind: type[Any], act: Any) -> AnyResponse:
    names = ("event", "group", "dates", "voices", "counts")
    return forms.submit(
        "meetups/poll.html",
        lambda given: act(planning.at_desk(slug, public_id).id, given),
        kind,
        then=lambda _done: f"/organize/{slug}/meetups/{public_id}/poll",
        said=_("Saved."),
        **{name: (lambda n=name: _plan(slug, public_id)[n]) for name in names},
    )


def _said(mine: EventInterest) -> dict[str, str]:
    ticks = {"would_come": mine.would_come, "could_host": mine.could_host}
    return {name: "yes" if is_so else "" for name, is_so in ticks.items()} | {"note": mine.note}


def _context(public_id: str) -> dict[str, Any]:
    event = rsvps.answered(public_id)
    return {"event": event, "counts": queries.counts(event.id)}


def _plan(slug: str, public_id: str) -> dict[str, Any]:
    event = planning.at_desk(slug, public_id)
    return {
        "event": event,
        "group": event.group,
        "dates": queries.dates(event.id),
        "voices": queries.said(event.id),
        "counts": queries.counts(event.id),
    }


def _usual(slug: str, public_id: str) -> Form:
    event = planning.at_desk(slug, public_id)
    return Form({"starts": "18:30", "ends": "21:00", "timezone": event.timezone})
