"""One's ticket: a code that the organizers' phones read at the door."""

from flask import Blueprint, redirect
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from usergroups import tokens
from usergroups.models import Event, Rsvp, RsvpStatus
from usergroups.queries import rsvps
from usergroups.services import door
from usergroups.web import site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("tickets", __name__))


@blueprint.get("/rsvp/<public_id>/ticket")
@signed_in
def show(public_id: str) -> str | AnyResponse:
    """The ticket of somebody who has a seat; others see how they stand."""
    event = rsvps.answered(public_id)
    mine = rsvps.of(event.id, me().id)
    if mine is None or mine.status is not RsvpStatus.GOING:
        return redirect(f"/rsvp/{event.public_id}", 303)
    return render("rsvp/ticket.html", event=event, mine=mine, code=_code(event, mine))


def _code(event: Event, rsvp: Rsvp) -> Markup:
    """The address by which the door knows this answer, as a picture (ISO/IEC 18004)."""
    # Of all pages this one alone needs it.
    import segno

    token = tokens.signed(door.PURPOSE, str(rsvp.id))
    address = site.links().door(event.group.slug, event.public_id, token)
    drawn = segno.make(address, micro=False).svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704  segno draws squares, and nothing that anybody wrote
