"""Speaking: proposing a talk, one's own talks, who one is as a speaker, where one will be."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import NotFoundError
from usergroups.inputs.fields import Input
from usergroups.inputs.talk import ProposalInput, RecordInput, SpeakerInput, TalkInput, TravelInput
from usergroups.models import Talk
from usergroups.queries import groups
from usergroups.queries import talks as queries
from usergroups.services import speakers, talks
from usergroups.web import application_words, finding, forms, site, talk_words
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("speaking", __name__))

blueprint.add_app_template_filter(talk_words.kind, "talk_kind")
blueprint.add_app_template_filter(talk_words.status, "talk_status")

_MINE = "/me/talks"


@blueprint.get("/speak/<slug>")
@signed_in
def propose(slug: str) -> str:
    """A talk for a group, perhaps for one of its meetups."""
    known = queries.speaker_of(me().id)
    form = Form(
        {
            "name": known.name if known else me().name,
            "biography": known.biography if known else "",
            "url": known.url if known else "",
            "event": request.args.get("event", ""),
            "minutes": 30,
        }
    )
    return render("talks/propose.html", form=form, **_proposal(slug))


@blueprint.post("/speak/<slug>")
@signed_in
@limited(machine="20 per day")
def send(slug: str) -> AnyResponse:
    """Propose it."""
    return forms.submit(
        "talks/propose.html",
        lambda given: talks.propose(groups.known(slug), given, by=me()),
        ProposalInput,
        then=lambda _talk: _MINE,
        said=_("Sent. The organizers have been told, and answer you by mail."),
        **{name: (lambda n=name: _proposal(slug)[n]) for name in _PROPOSAL},
    )


_PROPOSAL = ("group", "events", "kinds", "languages", "talk")


def _proposal(slug: str) -> dict[str, Any]:
    group = groups.known(slug)
    return {
        "group": group,
        "events": queries.events_to_speak_at(group.id),
        "kinds": talk_words.kinds(),
        "languages": application_words.language_options(),
        "talk": None,
    }


@blueprint.get(_MINE)
@signed_in
def mine() -> str:
    """One's talks, who one is as a speaker, and where one will be."""
    return _page()


@blueprint.post(f"{_MINE}/speaker")
@signed_in
def describe() -> AnyResponse:
    """Say who one is."""
    return _submit(SpeakerInput, lambda given: speakers.describe(given, by=me()), "speaker")


@blueprint.post(f"{_MINE}/travels")
@signed_in
def travel() -> AnyResponse:
    """Say where one will be."""

    def act(given: TravelInput) -> object:
        return speakers.travel(given, finding.city_of(given), by=me())

    return _submit(TravelInput, act, "travel")


@blueprint.post(f"{_MINE}/travels/<int(max=2147483647):note_id>/remove")
@signed_in
def stay(note_id: int) -> AnyResponse:
    """Travel there no longer."""
    return _submit(Input, lambda _given: speakers.stay(note_id, by=me()), "travel")


@blueprint.get("/me/talks/<public_id>")
@signed_in
def edit(public_id: str) -> str:
    """One's proposal, to be changed while nobody has decided; its slides afterwards."""
    talk = _own(public_id)
    names = ("title", "abstract", "minutes", "language", "slides_url", "video_url")
    form = Form(
        {name: getattr(talk, name) for name in names}
        | {"format": talk.format.value, "note": talk.proposal_note}
        | {"event": talk.event.public_id if talk.event else ""}
    )
    return render("talks/edit.html", form=form, **_proposal(_slug(talk)) | {"talk": talk})


@blueprint.post("/me/talks/<public_id>")
@signed_in
def amend(public_id: str) -> AnyResponse:
    """Change it."""
    return _change(
        public_id,
        TalkInput,
        lambda talk, given: talks.amend(talk, given, groups.known(_slug(talk)), by=me()),
    )


@blueprint.post("/me/talks/<public_id>/links")
@signed_in
def link(public_id: str) -> AnyResponse:
    """Say where slides and the recording are."""
    return _change(
        public_id,
        RecordInput,
        lambda talk, given: talks.link(talk, groups.known(_slug(talk)), given, by=me()),
    )


@blueprint.post("/me/talks/<public_id>/withdraw")
@signed_in
def withdraw(public_id: str) -> AnyResponse:
    """Take it back."""
    return _change(
        public_id,
        Input,
        lambda talk, _given: talks.withdraw(talk, groups.known(_slug(talk)), by=me()),
    )


def _change(public_id: str, kind: type[Input], act: Callable[[Talk, Any], object]) -> AnyResponse:
    return forms.submit(
        "talks/edit.html",
        lambda given: act(_own(public_id), given),
        kind,
        then=lambda _done: _MINE,
        said=_("Saved."),
        **{
            name: (
                lambda n=name: (_proposal(_slug(_own(public_id))) | {"talk": _own(public_id)})[n]
            )
            for name in _PROPOSAL
        },
    )


def _own(public_id: str) -> Talk:
    """A talk that one proposed, or speaks at; others are told that there is none."""
    talk = queries.by_public_id(public_id)
    is_speaking = any(one.user_id == me().id for one in talk.speakers)
    if talk.proposed_by_id != me().id and not is_speaking:
        raise NotFoundError("there is no such talk of yours")
    return talk


def _slug(talk: Talk) -> str:
    return groups.slug_of(talk.group_id)


def _submit(kind: type[Input], act: Callable[[Any], object], part: str) -> AnyResponse:
    return forms.submit(
        "talks/mine.html",
        act,
        kind,
        then=lambda _done: f"{_MINE}#{part}",
        said=_("Saved."),
        part=part,
        **{name: (lambda n=name: _mine()[n]) for name in _CONTEXT},
    )


_CONTEXT = ("talks", "speaker", "travels", "offered")


def _page() -> str:
    found = _mine()
    known = found["speaker"]
    names = ("name", "biography", "url")
    form = Form({name: getattr(known, name) for name in names} if known else {"name": me().name})
    return render("talks/mine.html", form=form, part="", **found)


def _mine() -> dict[str, Any]:
    known = queries.speaker_of(me().id)
    return {
        "talks": queries.of_person(me().id),
        "speaker": known,
        "travels": queries.travels_of(known.id) if known else [],
        "offered": finding.cities_offered() if "place" in request.form else [],
    }
