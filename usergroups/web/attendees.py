"""Those who answered a meetup, at its desk: found, changed, taken off, let in; as a table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import clock
from usergroups.formats.cells import write_table
from usergroups.inputs.attendee import AttendeeSearch, LetInInput
from usergroups.inputs.fields import Input
from usergroups.inputs.rsvp import RsvpInput
from usergroups.models import Event, EventQuestion, Group, Rsvp, RsvpStatus
from usergroups.permissions import may_organize
from usergroups.queries import attendees as queries
from usergroups.queries import groups, planning, questions, rsvps, venues
from usergroups.queries.attendees import Attendee
from usergroups.queries.paging import Page
from usergroups.queries.rsvps import Figures
from usergroups.services import attendees
from usergroups.services.rsvps import RefusedError
from usergroups.web import dates, finding, forms, rsvp_words, site, venue_words
from usergroups.web.access import organizer, standing
from usergroups.web.desk import me
from usergroups.web.finding import Asked
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render
from usergroups.web.venue_words import Filling

blueprint = site.reads(Blueprint("attendees", __name__))

Given = TypeVar("Given", bound=Input)
_AT = "/organize/<slug>/meetups/<public_id>/attendees"
_ONE = f"{_AT}/<int(max=2147483647):rsvp_id>"
_COLUMNS = ("name", "answer", "place_in_line", "takes_part", "guests", "answered_on", "checked_in")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the list shows."""

    group: Group
    event: Event
    asked: Asked[AttendeeSearch]
    page: Page[Attendee]
    figures: Figures
    # How rooms fill, and what those on this page answered: by who they are, then by question.
    fillings: Sequence[Filling]
    questions: Sequence[EventQuestion]
    answers: Mapping[int, Mapping[int, str]]
    # Only organizers of the group that it belongs to change anything.
    may_act: bool

    def answered(self, one: Attendee) -> list[tuple[str, str]]:
        """What somebody answered: question and answer, those left open left out."""
        said = self.answers.get(one.id, {})
        return [(asked.text, said[asked.id]) for asked in self.questions if asked.id in said]

    @property
    def states(self) -> list[tuple[str, str]]:
        """What can be looked for, each with how many there are."""
        return [
            (one.value, f"{rsvp_words.answer_state(one)} ({dates.number(number)})")
            for one in RsvpStatus
            if (number := self.figures.answers.get(one, 0))
        ]


@blueprint.get(_AT)
@organizer
def index(slug: str, public_id: str) -> Response:
    """A page of them by arrival, or those who are looked for."""
    return _page(slug, public_id, Form())


@blueprint.get(f"{_AT}.csv")
@organizer
def export(slug: str, public_id: str) -> Response:
    """All of them as a table for spreadsheets; without addresses, which are not the group's."""
    event = planning.at_desk(slug, public_id)
    asked = questions.ever_asked(event.id)
    said = questions.answers_at(event.id) if asked else {}
    rows = (_row(one, asked, said.get(one.id, {})) for one in queries.everybody(event.id))
    header = (*_COLUMNS, *(question.text for question in asked))
    answer = Response(write_table(header, rows), mimetype="text/csv")
    name = f"attendees-{clock.today().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post(_ONE)
@organizer
def change(slug: str, public_id: str, rsvp_id: int) -> AnyResponse:
    """Change with whom somebody comes, or have them come again."""

    def act(event_id: int, given: RsvpInput) -> Rsvp:
        return attendees.change(event_id, rsvp_id, given, by=me())

    return _submit(slug, public_id, act, RsvpInput, _("Changed."))


@blueprint.post(f"{_ONE}/remove")
@organizer
def remove(slug: str, public_id: str, rsvp_id: int) -> AnyResponse:
    """Take somebody off the list."""

    def act(event_id: int, _given: Input) -> Rsvp:
        return attendees.remove(event_id, rsvp_id, by=me())

    return _submit(slug, public_id, act, Input, _("Taken off the list."))


@blueprint.post(f"{_ONE}/let-in")
@organizer
def let_in(slug: str, public_id: str, rsvp_id: int) -> AnyResponse:
    """Give somebody who waits a seat before their turn."""

    def act(event_id: int, given: LetInInput) -> Rsvp:
        return attendees.let_in(event_id, rsvp_id, given, by=me())

    return _submit(slug, public_id, act, LetInInput, _("Let in. They have a mail."))


@blueprint.get(_ONE)
@blueprint.get(f"{_ONE}/<any(remove, 'let-in'):what>")
@organizer
def back(slug: str, public_id: str, rsvp_id: int, what: str = "") -> AnyResponse:
    """Reloading a page that came back from there leads to the list."""
    del rsvp_id, what
    return redirect(_path(slug, public_id), 303)


def _row(
    one: Attendee, asked: Sequence[EventQuestion], said: Mapping[int, str]
) -> tuple[object, ...]:
    came = "yes" if one.checked_in_at else "no"
    answered_on = one.created_at.date()
    facts = (one.name, one.status.value, one.place or "", one.attendance.value, one.guests)
    return *facts, answered_on, came, *(said.get(question.id, "") for question in asked)


def _submit(
    slug: str, public_id: str, act: Callable[[int, Given], Rsvp], kind: type[Given], said: str
) -> AnyResponse:
    """Do an act and go back to the list; refused, the list says why."""
    event = planning.at_desk(slug, public_id)
    try:
        return forms.submit(
            "meetups/attendees.html",
            lambda given: act(event.id, given),
            kind,
            then=lambda _rsvp: _path(slug, public_id),
            said=said,
            seen=lambda: _see(slug, public_id),
        )
    except RefusedError as refused:
        site.open_reading()
        return _page(slug, public_id, Form(refusals={"input": refused.why}), refused.status)


def _page(slug: str, public_id: str, form: Form, status: int = 0) -> Response:
    seen = _see(slug, public_id)
    body = render("meetups/attendees.html", form=form, seen=seen)
    return Response(body, status or seen.asked.status)


def _see(slug: str, public_id: str) -> Seen:
    event = planning.at_desk(slug, public_id)
    asked = finding.asked(AttendeeSearch)
    figures = rsvps.figures(event.id)
    page = queries.search(event.id, asked.wanted, figures.answers)
    ever_asked = questions.ever_asked(event.id)
    return Seen(
        group=groups.known(slug),
        event=event,
        asked=asked,
        page=page,
        figures=figures,
        fillings=venue_words.fillings(event, figures, venues.used_by(event.id)),
        questions=ever_asked,
        answers=questions.answers_of([one.id for one in page.rows]) if ever_asked else {},
        may_act=may_organize(standing(), event.group),
    )


def _path(slug: str, public_id: str) -> str:
    return f"/organize/{slug}/meetups/{public_id}/attendees"
