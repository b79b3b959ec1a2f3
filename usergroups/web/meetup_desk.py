"""One screen of a meetup's desk: how it stands, how answers come in, what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from usergroups import clock
from usergroups.formats.answers_svg import marks, render_answers
from usergroups.inputs.question import TICKED
from usergroups.models import (
    Event,
    EventQuestion,
    EventQuestionKind,
    EventStatus,
    Precision,
    Registration,
)
from usergroups.permissions import may_organize
from usergroups.queries import audit, meetup_desk, questions, recaps, rsvps, venues
from usergroups.queries.audit import ListedEntry
from usergroups.queries.meetup_desk import Counts
from usergroups.queries.rsvps import Figures
from usergroups.web import dates, venue_words
from usergroups.web.access import standing
from usergroups.web.language import gettext as _
from usergroups.web.venue_words import Filling

_LATEST = 6
# The door is of interest from so long before the start.
_DOOR_OPENS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Summary:
    """A question, and how often each answer to it was given."""

    text: str
    # Empty where people answer in words of their own.
    shares: Sequence[tuple[str, int]]
    answered: int


@dataclass(frozen=True, slots=True)
class Chart:
    """How answers came in: a picture, and the same as a table."""

    drawn: Markup
    # This meetup and the earlier ones, as heads of columns.
    names: Sequence[str]
    # Days before, and how many there were by then at each; None for what is to come.
    lines: Sequence[tuple[int, Sequence[int | None]]]
    seats: int | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page of a meetup that takes answers shows."""

    figures: Figures
    fillings: Sequence[Filling]
    counts: Counts
    # How many came; None where nobody counted, and for what is to come.
    came: int | None
    is_near: bool
    chart: Chart | None
    questions: Sequence[Summary]


def of(event: Event) -> Desk | None:
    """What is shown of a meetup's answers; None for one that takes none here."""
    if event.registration is not Registration.HERE:
        return None
    figures = rsvps.figures(event.id)
    is_open = event.starts_at - _DOOR_OPENS <= clock.now()
    near = event.status is EventStatus.CONFIRMED and not event.is_past
    return Desk(
        figures=figures,
        fillings=venue_words.fillings(event, figures, venues.used_by(event.id)),
        counts=meetup_desk.counts(event.id),
        came=recaps.facts(event.id).came if is_open else None,
        is_near=near and is_open,
        chart=_chart(event, figures) if event.precision is Precision.EXACT else None,
        questions=_questions(event),
    )


def latest(event: Event) -> list[ListedEntry]:
    """What was done last, for those who may look it up: the meetup's own organizers.

    Hundreds who were checked in at the door would leave room for nothing else.
    """
    if not may_organize(standing(), event.group):
        return []
    return audit.history("event", [event.id], _LATEST, but="door.")


def _chart(event: Event, figures: Figures) -> Chart | None:
    this, earlier = meetup_desk.pace(event)
    curves = [this, *(one.curve for one in earlier)]
    if not any(one.heads for one in curves):
        return None
    seats = figures.in_person.capacity
    drawn = render_answers(
        curves, seats=seats, number=dates.number,
        title=_("People who want to come, by days before the meetup; a table follows"),
        days=_("days before"),
    )  # fmt: skip
    days = [dates.short_day(dates.local(one.starts_at, one.timezone)) for one in earlier]
    return Chart(
        drawn=Markup(drawn),  # noqa: S704  numbers, and words of ours that it has escaped
        names=[_("This one"), *days],
        lines=[
            (day, [one.by(day) if day >= one.today else None for one in curves])
            for day in marks(curves)
        ],
        seats=seats,
    )


def _questions(event: Event) -> list[Summary]:
    asked = questions.with_counts(event.id)
    said = meetup_desk.said(event.id) if asked else {}
    return [Summary(one.question.text, _shares(one.question, said), one.answered) for one in asked]


def _shares(question: EventQuestion, answers: dict[int, dict[str, int]]) -> list[tuple[str, int]]:
    """The answers by how often they were given."""
    said = answers.get(question.id, {})
    if question.kind is EventQuestionKind.TICK:
        said = {_("ticked"): said.get(TICKED, 0)}
    return sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
