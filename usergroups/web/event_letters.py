"""Writing to those whom a meetup concerns."""

from typing import Any

from flask import Blueprint, flash
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.event_letter import Audience, EventLetterInput
from usergroups.queries import planning
from usergroups.services import event_letters
from usergroups.web import forms, site
from usergroups.web.access import organizer
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("event_letters", __name__))

_WRITE = "/organize/<slug>/meetups/<public_id>/write"


@blueprint.get(_WRITE)
@organizer
def letter(slug: str, public_id: str) -> str:
    """A letter to them."""
    return render("meetups/write.html", form=Form(), **_context(slug, public_id))


@blueprint.post(_WRITE)
@organizer
def write(slug: str, public_id: str) -> AnyResponse:
    """Send it."""
    return forms.submit(
        "meetups/write.html",
        lambda given: event_letters.write(planning.at_desk(slug, public_id).id, given, by=me()),
        EventLetterInput,
        then=lambda reached: _sent(slug, public_id, reached),
        said="",
        **{name: (lambda n=name: _context(slug, public_id)[n]) for name in _NAMES},
    )


_NAMES = ("event", "group", "audiences")


def _context(slug: str, public_id: str) -> dict[str, Any]:
    event = planning.at_desk(slug, public_id)
    words = {
        Audience.GOING: _("Those who come"),
        Audience.WAITING: _("Those who wait"),
        Audience.SILENT: _("Members who have not answered"),
    }
    counted = [(one, word, event_letters.count(event, one)) for one, word in words.items()]
    return {
        "event": event,
        "group": event.group,
        "audiences": [(one.value, f"{word} ({number})") for one, word, number in counted],
    }


def _sent(slug: str, public_id: str, reached: int) -> str:
    flash(ngettext("On its way to one person.", "On its way to %(num)d people.", reached))
    return f"/organize/{slug}/meetups/{public_id}"
