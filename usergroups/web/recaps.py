"""A meetup's recap at its desk: one number, what is known, the text, its links, the feedback."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import InvalidInputError
from usergroups.inputs.fields import read
from usergroups.inputs.recap import CameInput, EventLinkInput, RecapInput
from usergroups.models import Event, EventLinkKind, Group
from usergroups.permissions import may_organize
from usergroups.queries import events, feedback, groups, planning, sponsors, talks
from usergroups.queries import recaps as queries
from usergroups.services import recaps
from usergroups.web import forms, recap_words, site
from usergroups.web.access import organizer, standing
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.recap_words import Material
from usergroups.web.templating import markdown, render

blueprint = site.reads(Blueprint("recaps", __name__))
recap_words.init(blueprint)

_RECAP = "/organize/<slug>/meetups/<public_id>/recap"
_TEMPLATE = "meetups/recap.html"
_NEXT = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a meetup, for the page on which its recap is written."""

    event: Event
    group: Group
    facts: queries.Facts
    rooms: list[queries.UsedRoom]
    links: list[queries.Link]
    opinions: list[feedback.Opinion]
    # The text as it stands, or a first one.
    draft: str
    # Whether whoever looks may write.
    writes: bool

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """What may lie behind a link, to choose from."""
        return [(kind.value, recap_words.link_kind(kind)) for kind in EventLinkKind]


@blueprint.get(_RECAP)
@organizer
def show(slug: str, public_id: str) -> str:
    """What is known, and the text as it stands; a first one is made of what is known."""
    return render(_TEMPLATE, form=Form(), preview=None, known=_known(slug, public_id))


@blueprint.post(_RECAP)
@organizer
def save(slug: str, public_id: str) -> AnyResponse:
    """Keep the text, look at it, put it on the meetup's page, or take it off."""
    act, said = _acts().get(request.form.get("act", ""), (recaps.save, _("Saved.")))
    if request.form.get("act") == "preview":
        return _previewed(slug, public_id)
    return _submit(slug, public_id, act, RecapInput, said)


@blueprint.post(f"{_RECAP}/came")
@organizer
def came(slug: str, public_id: str) -> AnyResponse:
    """Say how many came."""
    return _submit(slug, public_id, recaps.tell_came, CameInput, _("Thank you. Noted."))


@blueprint.post(f"{_RECAP}/links")
@organizer
def add_link(slug: str, public_id: str) -> AnyResponse:
    """Name where slides, a recording or photos are."""
    said = _("Added: it stands on the meetup’s page.")
    return _submit(slug, public_id, recaps.add_link, EventLinkInput, said)


@blueprint.post(f"{_RECAP}/links/<int:link_id>/remove")
@organizer
def remove_link(slug: str, public_id: str, link_id: int) -> AnyResponse:
    """Take one away."""
    site.close_reading()
    with db.transaction():
        recaps.remove_link(planning.at_desk(slug, public_id), link_id, by=me())
    return redirect(f"{_path(slug, public_id)}#links", 303)


@blueprint.get(f"{_RECAP}/<any(came, links):part>")
@organizer
def back(slug: str, public_id: str, part: str) -> AnyResponse:
    """Reloading a page that came back from there leads to the recap."""
    del part
    return redirect(_path(slug, planning.at_desk(slug, public_id).public_id), 303)


def _acts() -> dict[str, tuple[Callable[..., Any], str]]:
    return {
        "publish": (recaps.publish, _("Published: it stands on the meetup’s page.")),
        "withdraw": (recaps.withdraw, _("Taken off the meetup’s page. The text is kept here.")),
    }


def _submit(
    slug: str, public_id: str, act: Callable[..., Any], kind: type[Any], said: str
) -> AnyResponse:
    return forms.submit(
        _TEMPLATE,
        lambda given: act(planning.at_desk(slug, public_id), given, by=me()),
        kind,
        then=lambda _done: _path(slug, public_id),
        said=said,
        preview=None,
        known=lambda: _known(slug, public_id),
    )


def _previewed(slug: str, public_id: str) -> Response:
    values = forms.sent(RecapInput)
    try:
        preview = markdown(read(RecapInput, values).text)
    except InvalidInputError as wrong:
        known = _known(slug, public_id)
        return forms.again(_TEMPLATE, Form(values, forms.by_field(wrong)), preview="", known=known)
    known = _known(slug, public_id)
    return Response(render(_TEMPLATE, form=Form(values), preview=preview, known=known))


def _known(slug: str, public_id: str) -> Known:
    event = planning.at_desk(slug, public_id)
    facts, rooms = queries.facts(event.id), queries.rooms(event.id)
    return Known(
        event=event,
        group=groups.known(slug),
        facts=facts,
        rooms=rooms,
        links=queries.links(event.id),
        opinions=feedback.opinions(event.id),
        draft=facts.text or _draft(event, facts, rooms),
        writes=may_organize(standing(), event.group) and recaps.took_place(event),
    )


def _draft(event: Event, facts: queries.Facts, rooms: list[queries.UsedRoom]) -> str:
    material = Material(
        facts=facts,
        rooms=rooms,
        agenda=talks.agenda(event.id),
        sponsors=sponsors.shown_at(event.id, event.starts_on),
        coming=events.coming_of(event.group_id, besides=event.id, most=_NEXT),
    )
    return recap_words.draft(material, site.links())


def _path(slug: str, public_id: str) -> str:
    return f"/organize/{slug}/meetups/{public_id}/recap"
