"""The steps of applying: each is a page, checked and saved by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups.charter import Verdict
from usergroups.gazetteer.place import Place
from usergroups.inputs.application import (
    GroupStep,
    PeopleInput,
    PlaceInput,
    SubmitInput,
    TakeoverInput,
    charter_input,
)
from usergroups.models import Application, CharterQuestion
from usergroups.queries import applications as queries
from usergroups.queries import charter as charter_queries
from usergroups.queries import topics
from usergroups.queries.applications import NearApplication
from usergroups.queries.groups import ListedGroup
from usergroups.services import application_talk, applications, charter, co_organizers
from usergroups.web import application_words, applying, finding, site
from usergroups.web.access import signed_in
from usergroups.web.applying import Paper, Step
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("application_steps", __name__))

_TOPICS = 12


@dataclass(frozen=True, slots=True)
class StepPage:
    """What the page of a step shows besides its fields; most steps need only some of it."""

    application: Application
    steps: list[Step]
    # Cities that were meant, where what was typed is not clear.
    offered: list[Place] = field(default_factory=list)
    groups: list[ListedGroup] = field(default_factory=list)
    others: list[tuple[NearApplication, str]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    languages: list[tuple[str, str]] = field(default_factory=list)
    questions: list[CharterQuestion] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether it can be handed in."""
        return all(step.is_done for step in self.steps if step.key != "check")


@blueprint.get("/apply/<public_id>/<any(place, group, people, charter, check):step>")
@signed_in
def show(public_id: str, step: str) -> AnyResponse:
    """A step as it stands; what can no longer be changed is only followed."""
    application = applying.own(public_id)
    known = step == "check" or step in applying.keys(application)
    if not (known and application.is_amendable):
        return redirect(applying.address(public_id), 303)
    return Response(_rendered(step, Form(_values(application, step)), _page(public_id, step)))


@blueprint.post("/apply/<public_id>/place")
@signed_in
def save_place(public_id: str) -> AnyResponse:
    """Another city."""
    return _saved(
        public_id,
        "place",
        PlaceInput,
        lambda one, given: applications.move(
            one, finding.city_of(given), by=applying.me(), version=given.version
        ),
    )


@blueprint.post("/apply/<public_id>/group")
@signed_in
@limited(machine="120 per hour")
def save_group(public_id: str) -> AnyResponse:
    """Its name, why, its topics, where it lives today."""
    kind = TakeoverInput if applying.own(public_id).is_takeover else GroupStep
    return _saved(
        public_id,
        "group",
        kind,
        lambda one, given: applications.describe(one, given, by=applying.me()),
    )


@blueprint.post("/apply/<public_id>/people")
@signed_in
@limited(machine="60 per hour")
def save_people(public_id: str) -> AnyResponse:
    """Who applies, and with whom."""
    return _saved(
        public_id,
        "people",
        PeopleInput,
        lambda one, given: co_organizers.name(one, given, by=applying.me()),
    )


@blueprint.post("/apply/<public_id>/charter")
@signed_in
def save_charter(public_id: str) -> AnyResponse:
    """What the charter asks."""
    questions = charter_queries.questions()
    return _saved(
        public_id,
        "charter",
        charter_input(questions),
        lambda one, given: applications.promise(one, given, questions, by=applying.me()),
    )


@blueprint.post("/apply/<public_id>/check")
@signed_in
@limited(machine="30 per hour")
def send(public_id: str) -> AnyResponse:
    """Hand it in."""
    return _paper(public_id, "check").act(
        SubmitInput,
        lambda one, given: applications.submit(one, by=applying.me(), version=given.version),
        lambda one: applying.address(one.public_id),
        _("Thank you. It is with the reviewers now; you get a mail when they answer."),
    )


@blueprint.get("/apply/<public_id>/calendar")
@signed_in
def calendar(public_id: str) -> AnyResponse:
    """What came of trying the calendar; until then the page looks again by itself."""
    application = applying.own(public_id)
    if not application.calendar_url:
        return redirect(applying.address(public_id, "group"), 303)
    following = applying.after(application, "group")
    page = _page(public_id, "group")
    return Response(render("applications/calendar.html", page=page, following=following))


@blueprint.post("/apply/<public_id>/calendar")
@signed_in
@limited(machine="30 per hour")
def try_calendar(public_id: str) -> AnyResponse:
    """Try it once more."""
    applying.done(lambda: applications.try_calendar(applying.own(public_id), by=applying.me()))
    return redirect(applying.address(public_id, "calendar"), 303)


def _saved(public_id: str, step: str, kind: type[Any], act: Any) -> AnyResponse:
    return _paper(public_id, step).act(
        kind,
        act,
        lambda one: applying.address(public_id, _next(one, step)),
        _("Saved."),
    )


def _paper(public_id: str, step: str) -> Paper:
    return Paper(f"applications/{step}.html", public_id, lambda: _page(public_id, step))


def _next(application: Application, step: str) -> str:
    is_being_read = application.calendar_url and application.calendar_tried_at is None
    if step == "group" and is_being_read:
        return "calendar"
    return applying.after(application, step)


def _rendered(step: str, form: Form, page: StepPage) -> str:
    return render(f"applications/{step}.html", form=form, told="", page=page)


def _page(public_id: str, step: str) -> StepPage:
    application = applying.own(public_id)
    page: dict[str, Any] = {
        "application": application,
        "steps": applying.steps(application, step),
    }
    if step == "place":
        page["offered"] = finding.cities_offered()
    if step == "group":
        page["groups"] = queries.groups_near(application)
        page["others"] = [
            (one, application_talk.way(application, one.id))
            for one in queries.others_near(application)
        ]
        page["topics"] = _offered_topics(application)
        page["languages"] = application_words.language_options()
    if step in {"charter", "check"}:
        page["questions"] = charter_queries.questions()
    if step == "check":
        page["verdicts"] = charter.verdicts_of_application(application)
    return StepPage(**page)


def _offered_topics(application: Application) -> list[str]:
    """What groups talk about most, and what this application has named besides."""
    common = [topic.name for topic in topics.counted()[:_TOPICS]]
    return list(dict.fromkeys([*common, *application.topics]))


def _values(application: Application, step: str) -> Mapping[str, Any]:
    """What stands in the fields of a step when one comes to it."""
    kept = {"place": _place, "group": _group, "people": _people, "charter": _charter}.get(step)
    return kept(application) if kept else {}


def _place(application: Application) -> Mapping[str, Any]:
    region = "" if application.city in application.region else application.region
    country = site.gazetteer().countries().get(application.country, application.country)
    return {"place": ", ".join(part for part in (application.city, region, country) if part)}


def _group(application: Application) -> Mapping[str, Any]:
    return {
        "group_name": application.group_name or queries.proposed_name(application.city),
        "why": application.why,
        "language": application.language or application_words.usual_language(application.country),
        "topics": application.topics,
        "calendar_url": application.calendar_url,
        **{link["kind"]: link["url"] for link in application.links},
    }


def _people(application: Application) -> Mapping[str, Any]:
    return {
        "name": applying.me().name,
        "employer": applying.me().employer,
        "people": "\n".join(applying.names(application.co_organizers)),
    }


def _charter(application: Application) -> Mapping[str, Any]:
    answers = {f"answer_{key}": text for key, text in application.answers.items()}
    return answers | {f"agree_{key}": "yes" for key in application.agreements}
