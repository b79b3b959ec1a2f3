"""What one thinks of a meetup where one was."""

from flask import Blueprint
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.recap import FeedbackInput
from usergroups.models import Event, Feedback
from usergroups.queries import feedback as queries
from usergroups.queries import rsvps
from usergroups.services import feedback
from usergroups.web import forms, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("feedback", __name__))

_TEMPLATE = "rsvp/feedback.html"


@blueprint.get("/rsvp/<public_id>/feedback")
@signed_in
def show(public_id: str) -> str:
    """Three questions, with what one said before."""
    event = rsvps.answered(public_id)
    form = _filled(queries.mine(event.id, me().id))
    return render(_TEMPLATE, form=form, event=event, why=_why(event), until=feedback.until(event))


@blueprint.post("/rsvp/<public_id>/feedback")
@signed_in
def give(public_id: str) -> AnyResponse:
    """Say it, or something else than before."""
    event = rsvps.answered(public_id)
    return forms.submit(
        _TEMPLATE,
        lambda given: feedback.give(event, given, by=me()),
        FeedbackInput,
        then=lambda _done: f"/rsvp/{event.public_id}/feedback",
        said=_("Thank you. The organizers read it without your name."),
        event=event,
        why=lambda: _why(event),
        until=feedback.until(event),
    )


def _why(event: Event) -> str:
    """Why one cannot say anything; empty where one can."""
    if not event.is_past:
        return "early"
    if not feedback.is_open(event):
        return "late"
    return "" if queries.was_there(event.id, me().id) else "absent"


def _filled(mine: Feedback | None) -> Form:
    if mine is None:
        return Form()
    return Form({"rating": mine.rating, "keep": mine.keep, "mend": mine.mend})
