"""Series at a group's desk: made with a look at the dates, edited with a look at what it does."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError, InvalidInputError
from usergroups.formats import recurrence
from usergroups.inputs.fields import Input, read
from usergroups.inputs.rule import WEEKDAYS
from usergroups.inputs.series import (
    AnnounceInput,
    Leftover,
    NewDates,
    PutBackInput,
    SeriesEdit,
    SeriesEnd,
    SeriesInput,
    SkipInput,
)
from usergroups.models import Event, Series
from usergroups.queries import events, groups, planning
from usergroups.queries import series as queries
from usergroups.services import series as services
from usergroups.services import series_plan
from usergroups.services.rooms import RoomTakenError
from usergroups.web import caching, forms, series_preview, series_words, site
from usergroups.web.access import organizer, public
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("series", __name__))
blueprint.add_app_template_filter(series_words.rule_told, "rhythm_told")
blueprint.add_app_template_filter(series_words.clock_of_day, "clock_of_day")
blueprint.add_app_template_filter(series_words.known_day, "known_day")

_LISTED = 24
_FACTS = ("title", "description", "attendance", "venue", "online_url")


@blueprint.get("/organize/<slug>/meetups/series")
@organizer
def index(slug: str) -> str:
    """All of a group's."""
    group = groups.known(slug)
    return render("series/index.html", group=group, listed=queries.of_group(group.id))


@blueprint.get("/organize/<slug>/meetups/series/new")
@organizer
def new(slug: str) -> str:
    """The form, empty or as a meetup is."""
    group = groups.known(slug)
    like = planning.at_desk(slug, request.args["like"]) if "like" in request.args else None
    return render(
        "series/new.html", group=group, form=Form(_like(like, group.timezone)), **_choices()
    )


@blueprint.post("/organize/<slug>/meetups/series/new")
@organizer
def make(slug: str) -> AnyResponse:
    """Make one, or show its dates."""
    if "preview" in request.form:
        return _dates(slug)
    return forms.submit(
        "series/new.html",
        lambda given: services.make(
            groups.known(slug), given, by=me(),
            like=planning.at_desk(slug, given.like) if given.like else None,
        ),
        SeriesInput,
        then=lambda one: address(slug, one),
        said=_("The series is made. Its meetups are like any other: each has its page."),
        group=lambda: groups.known(slug),
        **_choices(),
    )  # fmt: skip


@blueprint.get("/organize/<slug>/meetups/series/<public_id>")
@organizer
def show(slug: str, public_id: str) -> str:
    """One of them: its dates, and what can be done to it."""
    desk = _desk(slug, public_id)
    return render("series/show.html", form=Form(), group=desk.series.group, desk=desk)


@blueprint.get("/organize/<slug>/meetups/series/<public_id>/edit")
@organizer
def edit(slug: str, public_id: str) -> str:
    """The form, for all that comes or from a day on."""
    one = queries.at_desk(slug, public_id)
    values = _values(one) | {name: request.args.get(name, "") for name in ("scope", "since")}
    return render("series/edit.html", group=one.group, series=one, form=Form(values), **_choices())


@blueprint.post("/organize/<slug>/meetups/series/<public_id>/edit")
@organizer
def save(slug: str, public_id: str) -> AnyResponse:
    """Save it, or show what that would do to whom."""
    if "preview" in request.form:
        return _planned(slug, public_id)
    try:
        return _saved(slug, public_id)
    except RoomTakenError as taken:
        return _again(slug, public_id, taken=taken)
    except ConflictError:
        return _again(slug, public_id)


@blueprint.post("/organize/<slug>/meetups/series/<public_id>/skip")
@organizer
def skip(slug: str, public_id: str) -> AnyResponse:
    """Leave out one date."""
    return _done(slug, public_id, services.skip, SkipInput, _("This date is left out."))


@blueprint.post("/organize/<slug>/meetups/series/<public_id>/back")
@organizer
def put_back(slug: str, public_id: str) -> AnyResponse:
    """Have a date again."""
    said = _("This date is on again.")
    return _done(
        slug, public_id, lambda one, given, by: services.put_back(one, given.day, by=by),
        PutBackInput, said,
    )  # fmt: skip


@blueprint.post("/organize/<slug>/meetups/series/<public_id>/announce")
@organizer
def announce(slug: str, public_id: str) -> AnyResponse:
    """Show a draft to everybody."""
    said = _("Everybody can see these meetups now.")
    return _done(
        slug, public_id, lambda one, given, by: services.announce(one, given.version, by=by),
        AnnounceInput, said,
    )  # fmt: skip


@blueprint.post("/organize/<slug>/meetups/series/<public_id>/end")
@organizer
def end(slug: str, public_id: str) -> AnyResponse:
    """Let it end, or call it off."""
    return _done(slug, public_id, services.end, SeriesEnd, _("The series ends."))


@blueprint.get("/organize/<slug>/meetups/<public_id>/series")
@organizer
def choose(slug: str, public_id: str) -> str:
    """From one meetup: edit it alone, with those after it, or all; or let it come again."""
    event = planning.at_desk(slug, public_id)
    one = queries.of_event(event)
    since = series_plan.place(event, one) if one else None
    return render(
        "series/choose.html", group=groups.known(slug), event=event, series=one, since=since
    )


@blueprint.get("/events/series/<public_id>")
@public
def coming(public_id: str) -> Response:
    """What everybody sees of a series: where calendars lead to."""
    one = queries.public(public_id)
    return caching.page(
        lambda: render(
            "series/coming.html",
            series=one,
            group=one.group,
            coming=events.coming_of_series(one.id, most=_LISTED),
        ),
        one.group.version,
        site.federation().name,
    )


def address(slug: str, one: Series) -> str:
    """A series at the desk of its group."""
    return f"/organize/{slug}/meetups/series/{one.public_id}"


def _saved(slug: str, public_id: str) -> AnyResponse:
    return forms.submit(
        "series/edit.html",
        lambda given: services.edit(queries.at_desk(slug, public_id), given, by=me()),
        SeriesEdit,
        then=lambda after: address(slug, after),
        said=_("Saved. Whoever answered is told what is different for them."),
        series=lambda: queries.at_desk(slug, public_id),
        group=lambda: groups.known(slug),
        **_choices(),
    )


def _done(
    slug: str, public_id: str, act: Callable[..., None], kind: type[Input], said: str
) -> AnyResponse:
    return forms.submit(
        "series/show.html",
        lambda given: act(queries.at_desk(slug, public_id), given, by=me()),
        kind,
        then=lambda _none: f"/organize/{slug}/meetups/series/{public_id}",
        said=said,
        group=lambda: groups.known(slug),
        desk=lambda: _desk(slug, public_id),
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """A series with what its page shows."""

    series: Series
    rows: Sequence[Event]
    answers: Mapping[int, int]
    # Days that were left out and could be on again.
    skipped: Sequence[date]


def _desk(slug: str, public_id: str) -> Desk:
    one = queries.at_desk(slug, public_id)
    rows = queries.coming_rows(one.id)
    skipped = [date.fromisoformat(day) for day in one.skipped]
    return Desk(
        one,
        rows,
        queries.answers([row.id for row in rows]),
        [day for day in skipped if series_plan.is_to_come(one, day)],
    )


def _dates(slug: str) -> Response:
    """The next dates of what stands in the form: as a page, or as the part that shows them."""
    values = forms.sent(SeriesInput)
    status, looked = 200, None
    try:
        given = read(NewDates, forms.sent(NewDates))
        looked = series_preview.of(given)
        form = Form(values)
    except InvalidInputError as refused:
        status, form = 422, Form(values, forms.by_field(refused))
    if "part" in request.form:
        return Response(render("series/_dates.html", form=form, dates=looked), status)
    group = groups.known(slug)
    page = render("series/new.html", group=group, form=form, dates=looked, **_choices())
    return Response(page, status)


def _planned(slug: str, public_id: str) -> Response:
    """What an edit would do to whom: as a page, or as the part that shows it."""
    one = queries.at_desk(slug, public_id)
    values = forms.sent(SeriesEdit)
    status, plan = 200, None
    try:
        plan = series_plan.plan(one, read(SeriesEdit, values), queries.coming_rows(one.id))
        form = Form(values)
    except InvalidInputError as refused:
        status, form = 422, Form(values, forms.by_field(refused))
    if "part" in request.form:
        return Response(render("series/_plan.html", form=form, plan=plan), status)
    page = render(
        "series/edit.html", group=one.group, series=one, form=form, plan=plan, **_choices()
    )
    return Response(page, status)


def _again(slug: str, public_id: str, taken: RoomTakenError | None = None) -> Response:
    """The form as it was sent, beside what stands or what is in its way: nothing is lost."""
    site.open_reading()
    one = queries.at_desk(slug, public_id)
    form = Form(forms.sent(SeriesEdit) | {"version": one.version})
    page = render(
        "series/edit.html", group=one.group, series=one, form=form, taken=taken,
        stands=None if taken else one, **_choices(),
    )  # fmt: skip
    return Response(page, ConflictError.status)


def _choices() -> dict[str, Any]:
    return series_words.choices()


def _values(one: Series) -> dict[str, Any]:
    """What stands in the form of a series that is there."""
    rule = recurrence.rule(one.rule)
    ends = datetime.combine(one.begins_on, one.starts) + timedelta(minutes=one.minutes)
    return {
        **rule.model_dump(mode="json"),
        **{name: one.facts[name] for name in _FACTS},
        "starts": f"{one.starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "timezone": one.timezone,
        "ends_on": one.ends_on or "",
        "leftover": Leftover.KEEP.value,
        "version": one.version,
    }


def _like(event: Event | None, timezone: str) -> dict[str, Any]:
    """What stands in the form of a new one: what a meetup is like, coming again as it suggests."""
    usual = {"repeat": "weekday_of_month", "every": 1, "nth": 3, "weekday": "TH", "month_day": 1,
             "weekdays": [], "status": "confirmed", "attendance": "in_person",
             "timezone": timezone, "starts": "18:30", "ends": "21:00"}  # fmt: skip
    if event is None:
        return usual
    on, day = event.starts_on, WEEKDAYS[event.starts_on.weekday()].value
    return usual | {name: getattr(event, name) for name in _FACTS} | {
        "timezone": event.timezone, "starts": f"{event.local_start:%H:%M}",
        "ends": f"{event.local_end:%H:%M}", "nth": (on.day - 1) // 7 + 1, "weekday": day,
        "weekdays": [day], "month_day": on.day, "begins_on": on + timedelta(days=1),
        "like": event.public_id,
    }  # fmt: skip
