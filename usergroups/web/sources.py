"""A group's calendars elsewhere, at its desk: attached, read, decided about; those in trouble."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input
from usergroups.inputs.source import DetachInput, ProofInput, SourceInput
from usergroups.models import Source
from usergroups.queries import groups
from usergroups.queries import sources as queries
from usergroups.services import proofs, source_desk
from usergroups.web import forms, site, source_words
from usergroups.web.access import organizer, overseer, reviewer, standing
from usergroups.web.charter import countries_of
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("sources", __name__))
blueprint.add_app_template_filter(source_words.state, "source_state")
blueprint.add_app_template_filter(source_words.remedy, "source_remedy")
blueprint.add_app_template_filter(source_words.name, "source_name")
blueprint.add_app_template_filter(source_words.brought, "source_brought")
blueprint.add_app_template_filter(proofs.word, "proof_word")

_ALL = "/organize/<slug>/calendars"
_ONE = "/organize/<slug>/calendars/<int(max=2147483647):source_id>"
# What is done with a button alone, and what is said then.
_ACTS: dict[str, Callable[..., None]] = {
    "read": source_desk.read_now,
    "pause": source_desk.pause,
    "take": source_desk.take,
    "keep": source_desk.keep,
}


@blueprint.get(_ALL)
@organizer
def index(slug: str) -> str:
    """Those there are, and forms for one more."""
    return render("sources/index.html", form=Form(), **_list(slug))


@blueprint.post(_ALL)
@organizer
@limited(machine="60 per hour")
def add(slug: str) -> AnyResponse:
    """Attach the calendar at an address."""
    return forms.submit(
        "sources/index.html",
        lambda given: source_desk.add_address(groups.known(slug), given, by=me()),
        SourceInput,
        then=lambda source: _path(slug, source.id),
        **_later(slug),
    )


@blueprint.post(_ALL + "/file")
@organizer
@limited(machine="60 per hour")
def add_file(slug: str) -> AnyResponse:
    """Keep a file that is handed over."""
    name, content = _sent()
    return forms.submit(
        "sources/index.html",
        lambda _given: source_desk.add_file(groups.known(slug), name, content, by=me()),
        Input,
        then=lambda source: _path(slug, source.id),
        **_later(slug),
    )


@blueprint.get(_ONE)
@organizer
def show(slug: str, source_id: int) -> str:
    """One of them: how it stands, what it brought, whose it is, what can be done."""
    return _page(slug, source_id, Form())


@blueprint.post(_ONE + "/<any(read, pause, take, keep):act>")
@organizer
@limited(machine="120 per hour")
def decide(slug: str, source_id: int, act: str) -> AnyResponse:
    """Have it read now, or no more, or decide about one that shrank."""
    said = {
        "read": _("It is read as soon as somebody has time, mostly within seconds."),
        "pause": _("It is not read any more until you say so."),
        "take": _("What it names no longer is taken away with the next reading."),
        "keep": _("They stay, as meetups of your own: you can edit them here."),
    }
    return _acted(slug, source_id, Input, lambda one, _given: _ACTS[act](one, by=me()), said[act])


@blueprint.post(_ONE + "/prove")
@organizer
@limited(machine="20 per hour")
def prove(slug: str, source_id: int) -> AnyResponse:
    """Have a page looked at that leads back to the group."""

    def ask(source: Source, given: ProofInput) -> None:
        proofs.ask(source, given.page, by=me())

    said = _("We look at that page now. If it leads here, the calendar is confirmed in a moment.")
    return _acted(slug, source_id, ProofInput, ask, said)


@blueprint.post(_ONE + "/confirm")
@overseer
def confirm(slug: str, source_id: int) -> AnyResponse:
    """Take the owners' word that it is theirs."""

    def take_word(source: Source, _given: Input) -> None:
        proofs.confirm_by_word(source, by=me())

    return _acted(slug, source_id, Input, take_word, _("The calendar is confirmed."))


@blueprint.post(_ONE + "/detach")
@organizer
def detach(slug: str, source_id: int) -> AnyResponse:
    """Take it away; what it gave stays or goes."""
    return forms.submit(
        "sources/show.html",
        lambda given: source_desk.detach(_known(slug, source_id), keeps=given.keeps, by=me()),
        DetachInput,
        then=lambda _gone: f"/organize/{slug}/calendars",
        said=_("The calendar is taken away."),
        **_one_later(slug, source_id),
    )


@blueprint.get("/steward/calendars")
@reviewer
def in_trouble() -> str:
    """Calendars that fail or wait for a decision, the longest in trouble first."""
    return render("sources/trouble.html", sources=queries.in_trouble(countries_of(standing())))


def _acted(
    slug: str, source_id: int, kind: type[Input], act: Callable[..., None], said: str
) -> AnyResponse:
    try:
        return forms.submit(
            "sources/show.html",
            lambda given: act(_known(slug, source_id), given),
            kind,
            then=lambda _done: _path(slug, source_id),
            said=said,
            **_one_later(slug, source_id),
        )
    except ConflictError as conflict:
        site.open_reading()
        page = _page(slug, source_id, Form(), told=forms.sentence(conflict))
        return AnyResponse(page, 409, mimetype="text/html")


def _page(slug: str, source_id: int, form: Form, told: str = "") -> str:
    made = {name: value() for name, value in _one_later(slug, source_id).items()}
    return render("sources/show.html", form=form, told=told, **made)


def _one_later(slug: str, source_id: int) -> dict[str, Any]:
    return {
        "group": lambda: groups.known(slug),
        "source": lambda: _known(slug, source_id),
        "reports": lambda: queries.reports(source_id),
        "figures": lambda: queries.figures(source_id),
        "standing": standing,
    }


def _list(slug: str) -> dict[str, object]:
    return {name: value() for name, value in _later(slug).items()}


def _later(slug: str) -> dict[str, Any]:
    """What the list shows, looked up when it is shown: acts change it."""
    return {
        "group": lambda: groups.known(slug),
        "sources": lambda: queries.shown(groups.known(slug).id),
        "megabytes": lambda: source_desk.MOST_BYTES / 1_000_000,
    }


def _known(slug: str, source_id: int) -> Source:
    return queries.at_desk(slug, source_id)


def _path(slug: str, source_id: int) -> str:
    return f"/organize/{slug}/calendars/{source_id}"


def _sent() -> tuple[str, bytes]:
    """The name and the bytes of a file, or so many of them that they are too many."""
    file = request.files.get("file")
    if file is None:
        return "", b""
    with file.stream as stream:
        return file.filename or "", stream.read(source_desk.MOST_BYTES + 1)
