"""Talks at a group's desk: proposals, what organizers think of them, agendas; speakers' pages."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import NotFoundError
from usergroups.inputs.fields import Input
from usergroups.inputs.talk import AgendaInput, DecisionInput, RecordInput, TalkReviewInput
from usergroups.models import Group, Talk, TalkStatus
from usergroups.queries import groups, planning
from usergroups.queries import talks as queries
from usergroups.queries.nearby import Point
from usergroups.services import agenda, talks
from usergroups.web import caching, forms, site, talk_words
from usergroups.web.access import organizer, public
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("talks", __name__))

Given = TypeVar("Given", bound=Input)
_TALK = "/organize/<slug>/talks/<public_id>"
_AGENDA = "/organize/<slug>/meetups/<public_id>/agenda"


@blueprint.get("/organize/<slug>/talks")
@organizer
def index(slug: str) -> str:
    """Proposals in one state, and speakers who come near."""
    group = groups.known(slug)
    wanted = request.args.get("status", "")
    status = TalkStatus(wanted) if wanted in set(TalkStatus) else TalkStatus.PROPOSED
    return render(
        "talks/index.html",
        group=group,
        status=status,
        counts=queries.counts(group.id),
        statuses=[(one, talk_words.status(one)) for one in TalkStatus],
        talks=queries.of_group(group.id, status),
        travellers=queries.travellers_near(Point(group.latitude, group.longitude)),
    )


@blueprint.get(_TALK)
@organizer
def show(slug: str, public_id: str) -> str:
    """One proposal: what it says, what organizers think, and the answer."""
    group = groups.known(slug)
    return render("talks/show.html", form=Form(), **_context(group, _of(group, public_id)))


@blueprint.post(f"{_TALK}/review")
@organizer
def review(slug: str, public_id: str) -> AnyResponse:
    """Say what one thinks of it."""
    return _acted(
        slug,
        public_id,
        TalkReviewInput,
        lambda talk, group, given: talks.review(talk, group, given, by=me()),
        _("Saved. The other organizers see it."),
    )


@blueprint.post(f"{_TALK}/decide")
@organizer
def decide(slug: str, public_id: str) -> AnyResponse:
    """Say yes or no."""
    return _acted(
        slug,
        public_id,
        DecisionInput,
        lambda talk, group, given: talks.decide(talk, group, given, by=me()),
        _("Decided. Whoever proposed it has been told."),
    )


@blueprint.post(f"{_TALK}/links")
@organizer
def link(slug: str, public_id: str) -> AnyResponse:
    """Say where slides and the recording are."""
    return _acted(
        slug,
        public_id,
        RecordInput,
        lambda talk, group, given: talks.link(talk, group, given, by=me()),
        _("Saved."),
    )


def _acted(
    slug: str,
    public_id: str,
    kind: type[Given],
    act: Callable[[Talk, Group, Given], object],
    said: str,
) -> AnyResponse:
    def of_desk(given: Given) -> object:
        group = groups.known(slug)
        return act(_of(group, public_id), group, given)

    def context(name: str) -> Any:
        group = groups.known(slug)
        return _context(group, _of(group, public_id))[name]

    return forms.submit(
        "talks/show.html",
        of_desk,
        kind,
        then=lambda _done: f"/organize/{slug}/talks/{public_id}",
        said=said,
        **{name: (lambda n=name: context(n)) for name in _NAMES},
    )


_NAMES = ("group", "talk", "mine", "events", "reviewers")


def _context(group: Group, talk: Talk) -> dict[str, Any]:
    is_own = talk.proposed_by_id == me().id
    return {
        "group": group,
        "talk": talk,
        "mine": is_own or any(one.user_id == me().id for one in talk.speakers),
        "events": queries.events_to_speak_at(group.id),
        "reviewers": queries.reviews_of(talk.id),
    }


def _of(group: Group, public_id: str) -> Talk:
    talk = queries.by_public_id(public_id)
    if talk.group_id != group.id:
        raise NotFoundError("there is no such talk here")
    return talk


@blueprint.get(_AGENDA)
@organizer
def plan(slug: str, public_id: str) -> str:
    """The agenda of a meetup, and another line for it."""
    return render("talks/agenda.html", form=Form({"minutes": 30}), **_agenda(slug, public_id))


@blueprint.post(_AGENDA)
@organizer
def add(slug: str, public_id: str) -> AnyResponse:
    """Add a line."""
    room = request.form.get("room", "")
    room_id = int(room) if room.isascii() and room.isdigit() and len(room) < _DIGITS else None
    return _planned(
        slug,
        public_id,
        AgendaInput,
        lambda event, given: agenda.add(event, given, room_id=room_id, by=me()),
    )


@blueprint.post(f"{_AGENDA}/<int(max=2147483647):item_id>/remove")
@organizer
def remove(slug: str, public_id: str, item_id: int) -> AnyResponse:
    """Take a line off."""
    return _planned(
        slug, public_id, Input, lambda event, _given: agenda.remove(event, item_id, by=me())
    )


_DIGITS = 10


def _planned(
    slug: str, public_id: str, kind: type[Given], act: Callable[[Any, Given], object]
) -> AnyResponse:
    return forms.submit(
        "talks/agenda.html",
        lambda given: act(planning.at_desk(slug, public_id), given),
        kind,
        then=lambda _done: f"/organize/{slug}/meetups/{public_id}/agenda",
        said=_("Saved."),
        **{name: (lambda n=name: _agenda(slug, public_id)[n]) for name in _PLAN},
    )


_PLAN = ("group", "event", "lines", "talks", "rooms")


def _agenda(slug: str, public_id: str) -> dict[str, Any]:
    event = planning.at_desk(slug, public_id)
    return {
        "group": event.group,
        "event": event,
        "lines": queries.agenda(event.id),
        "talks": queries.free_for(event.group_id, event.id),
        "rooms": queries.rooms_of(event.id),
    }


@blueprint.get("/speakers/<public_id>")
@public
def speaker(public_id: str) -> Response:
    """Somebody who speaks: what they say of themselves, their talks, where they will be."""
    return caching.page(lambda: _speaker(public_id), site.federation().version)


def _speaker(public_id: str) -> str:
    found = queries.speaker(public_id)
    return render(
        "talks/speaker.html",
        speaker=found,
        given=queries.given_by(found.id),
        travels=queries.travels_of(found.id),
    )
