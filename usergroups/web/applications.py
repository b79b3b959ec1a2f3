"""Applying to run a group: what it is about, a beginning, and following what becomes of it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import NotFoundError
from usergroups.formats import map_svg
from usergroups.inputs.application import PlaceInput, SubmitInput, WrittenInput
from usergroups.inputs.fields import FilledLine, Input
from usergroups.models import Application, ApplicationStatus, Group, Note
from usergroups.permissions import may_amend
from usergroups.queries import applications as queries
from usergroups.queries import groups
from usergroups.queries.applications import Moment
from usergroups.services import application_talk, applications, co_organizers
from usergroups.text import one_line
from usergroups.web import (
    application_words,
    applying,
    calendar_words,
    finding,
    forms,
    place_maps,
    site,
)
from usergroups.web.access import public, signed_in
from usergroups.web.applying import Paper
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("applications", __name__))

blueprint.add_app_template_filter(application_words.state, "application_state")
blueprint.add_app_template_filter(application_words.state_told, "application_state_told")
blueprint.add_app_template_filter(application_words.moment, "application_moment")
blueprint.add_app_template_filter(application_words.answer, "co_organizer_answer")
blueprint.add_app_template_filter(calendar_words.trouble, "calendar_trouble")
blueprint.add_app_template_filter(calendar_words.warnings, "calendar_warnings")
blueprint.add_app_template_filter(calendar_words.left_out, "calendar_left_out")


class GroupChosen(Input):
    """A group that somebody wants to take over."""

    group: FilledLine


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on the page of an application."""

    application: Application
    moments: list[Moment]
    notes: list[tuple[str, Note]]
    is_mine: bool
    zone: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first page says to whoever asks."""

    mine: list[Application]
    group: Group | None
    is_free: bool
    typed: str


@blueprint.get("/apply")
@public
def index() -> str:
    """What it is about, where one begins, and what one has begun."""
    return render("applications/index.html", form=Form(), told="", offered=[], page=_beginning())


@blueprint.post("/apply")
@signed_in
@limited(machine="60 per hour")
def start() -> AnyResponse:
    """Begin with a place."""
    return forms.submit(
        "applications/index.html",
        lambda given: applications.start(finding.city_of(given), by=applying.me()),
        PlaceInput,
        then=lambda draft: applying.address(draft.public_id, "group"),
        told="",
        offered=finding.cities_offered,
        page=_beginning,
    )


@blueprint.post("/apply/takeover")
@signed_in
@limited(machine="60 per hour")
def start_takeover() -> AnyResponse:
    """Begin with a group that needs somebody."""
    return forms.submit(
        "applications/index.html",
        lambda given: applications.start_takeover(groups.known(given.group), by=applying.me()),
        GroupChosen,
        then=lambda draft: applying.address(draft.public_id, "group"),
        told="",
        offered=[],
        page=_beginning,
    )


@blueprint.get("/apply/<public_id>")
@signed_in
def show(public_id: str) -> AnyResponse:
    """How an application stands; a draft goes on where it was left."""
    application = applying.followed(public_id)
    if application.status is ApplicationStatus.DRAFT:
        missing = [
            key for key in applying.keys(application) if key in applications.missing(application)
        ]
        return redirect(applying.address(public_id, missing[0] if missing else "check"), 303)
    page = render("applications/show.html", form=Form(), told="", page=_sheet(public_id))
    return Response(page)


@blueprint.get("/apply/<public_id>/map.svg")
@signed_in
def picture(public_id: str) -> Response:
    """Where the group would be, with those about."""
    wanted = applying.followed(public_id)
    if wanted.latitude is None or wanted.longitude is None:
        raise NotFoundError("this application has no place yet")
    at = (wanted.latitude, wanted.longitude)
    drawn = place_maps.around(at, wanted.city, wanted.country, description=wanted.group_name)
    headers = {"Content-Security-Policy": map_svg.CONTENT_SECURITY_POLICY}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


@blueprint.get("/apply/<public_id>/<any(message, withdraw, discard, remind):deed>")
@signed_in
def back(public_id: str, deed: str) -> AnyResponse:
    """Reloading a page that came back from an act leads to the application itself."""
    del deed
    return redirect(applying.address(applying.followed(public_id).public_id), 303)


@blueprint.post("/apply/<public_id>/message")
@signed_in
@limited(machine="30 per hour")
def message(public_id: str) -> AnyResponse:
    """Write to the reviewers."""
    return _paper(public_id).act(
        WrittenInput,
        lambda one, given: application_talk.answer(one, given, by=applying.me()),
        lambda one: applying.address(one.public_id),
        _("Sent to the reviewers."),
    )


@blueprint.post("/apply/<public_id>/withdraw")
@signed_in
def withdraw(public_id: str) -> AnyResponse:
    """Take it back."""
    return _paper(public_id).act(
        SubmitInput,
        lambda one, given: applications.withdraw(one, by=applying.me(), version=given.version),
        lambda one: applying.address(one.public_id),
        _("You have withdrawn it."),
    )


@blueprint.post("/apply/<public_id>/discard")
@signed_in
def discard(public_id: str) -> AnyResponse:
    """Throw a draft away."""
    told = applying.done(lambda: applications.discard(applying.own(public_id), by=applying.me()))
    flash(told or _("The draft is gone."))
    return redirect("/apply", 303)


@blueprint.post("/apply/<public_id>/remind")
@signed_in
@limited(machine="30 per hour")
def remind(public_id: str) -> AnyResponse:
    """Have the link to a co-organizer mailed again."""
    chosen = request.form.get("co_organizer", 0, type=int)
    told = applying.done(
        lambda: co_organizers.remind(applying.own(public_id), chosen, by=applying.me())
    )
    flash(told or _("A new link is on its way; the old one no longer works."))
    return redirect(applying.address(public_id), 303)


def _beginning() -> Beginning:
    group = groups.by_slug(one_line(request.values.get("group", "")))
    return Beginning(
        mine=queries.of_user(applying.me()) if current_user.is_authenticated else [],
        group=group,
        is_free=group is not None and group.status in applications.FREE,
        typed=request.args.get("place", "")[:200],
    )


def _paper(public_id: str) -> Paper:
    return Paper("applications/show.html", public_id, lambda: _sheet(public_id))


def _sheet(public_id: str) -> Sheet:
    application = applying.followed(public_id)
    if application.status is ApplicationStatus.DRAFT:
        raise NotFoundError("a draft has nothing to follow")
    said: list[Any] = queries.said_to_applicants(application)
    return Sheet(
        application=application,
        moments=queries.timeline(application),
        notes=[(application_words.thread_name(note, application), note) for note in said],
        is_mine=may_amend(applying.me().id, application),
        zone=applying.me().timezone,
    )
