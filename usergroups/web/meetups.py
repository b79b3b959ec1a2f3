"""The meetups of a group as its organizers see them: the list, and the desk of each."""

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError, InvalidInputError
from usergroups.inputs.fields import read
from usergroups.inputs.meetup import MeetupInput, NewMeetupInput
from usergroups.inputs.search import PlannedSearch
from usergroups.models import Event, Precision
from usergroups.queries import groups, planning
from usergroups.services import planning as services
from usergroups.services.rooms import RoomTakenError
from usergroups.web import application_words, finding, forms, meetup_desk, meetup_words, site
from usergroups.web.access import organizer, standing
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import markdown, render

blueprint = site.reads(Blueprint("meetups", __name__))

blueprint.add_app_template_global(
    lambda event, group: meetup_words.pages(event, group, standing()), "meetup_pages"
)
blueprint.add_app_template_filter(meetup_words.status, "meetup_status")


@blueprint.get("/organize/<slug>/meetups")
@organizer
def index(slug: str) -> Response:
    """Drafts, what comes, and what was."""
    group = groups.known(slug)
    asked = finding.asked(PlannedSearch)
    listed = planning.past if asked.wanted.past else planning.coming
    page = render(
        "meetups/index.html",
        group=group,
        asked=asked,
        drafts=[] if asked.wanted.past else planning.drafts(group.id),
        page=listed(group.id, asked.wanted.page),
    )
    return Response(page, asked.status)


@blueprint.get("/organize/<slug>/meetups/<public_id>")
@organizer
def show(slug: str, public_id: str) -> str:
    """One of them."""
    event = planning.at_desk(slug, public_id)
    return render(
        "meetups/show.html", group=groups.known(slug), event=event,
        desk=meetup_desk.of(event), latest=meetup_desk.latest(event),
    )  # fmt: skip


@blueprint.get("/organize/<slug>/meetups/new")
@organizer
def new(slug: str) -> str:
    """A new one."""
    group = groups.known(slug)
    usual = {
        "timezone": group.timezone, "starts": "18:30", "ends": "21:00", "remind_hours": 24,
        "most_guests": 0,
        "registration": "here", "status": "draft", "on": request.args.get("on", ""),
    }  # fmt: skip
    return _form("meetups/new.html", slug, Form(usual))


@blueprint.post("/organize/<slug>/meetups/new")
@organizer
def make(slug: str) -> AnyResponse:
    """Make it, or show what it would look like."""
    if "preview" in request.form:
        return _previewed("meetups/new.html", slug)
    return forms.submit(
        "meetups/new.html",
        lambda given: services.draft(groups.known(slug), given, by=me()),
        NewMeetupInput,
        then=lambda event: _address(slug, event.public_id),
        said=_("Saved. Next: where it takes place, and in which rooms."),
        **_later("", slug),
    )


@blueprint.get("/organize/<slug>/meetups/<public_id>/edit")
@organizer
def edit(slug: str, public_id: str) -> str:
    """One of them, as it stands."""
    return _form("meetups/edit.html", slug, Form(_values(_loaded(slug, public_id))), public_id)


@blueprint.post("/organize/<slug>/meetups/<public_id>/edit")
@organizer
def save(slug: str, public_id: str) -> AnyResponse:
    """Change it, or show what it would look like."""
    if "preview" in request.form:
        return _previewed("meetups/edit.html", slug, public_id)
    try:
        return _saved(slug, public_id)
    except RoomTakenError as taken:
        return _again(slug, public_id, taken, taken=taken)
    except ConflictError as conflict:
        return _again(slug, public_id, conflict, stands=True)


def _saved(slug: str, public_id: str) -> AnyResponse:
    return forms.submit(
        "meetups/edit.html",
        lambda given: services.change(planning.at_desk(slug, public_id).id, given, by=me()),
        MeetupInput,
        then=lambda _event: _address(slug, public_id),
        said=_("Saved. Who comes has been told of what changes for them."),
        **_later(public_id, slug),
    )


def _again(slug: str, public_id: str, why: ConflictError, **more: Any) -> Response:
    """What was sent, beside what stands: nothing is lost, and the next try sees what there is."""
    site.open_reading()
    event = _loaded(slug, public_id)
    form = Form(forms.sent(MeetupInput) | {"seen": event.revised_at.isoformat()})
    return Response(_form("meetups/edit.html", slug, form, public_id, **more), why.status)


def _previewed(template: str, slug: str, public_id: str = "") -> Response:
    kind = MeetupInput if public_id else NewMeetupInput
    values = forms.sent(kind)
    try:
        given = read(kind, values)
    except InvalidInputError as refused:
        form = Form(values, forms.by_field(refused))
        return Response(_form(template, slug, form, public_id), 422)
    shown = {"title": given.title, "description": markdown(given.description)}
    return Response(_form(template, slug, Form(values), public_id, preview=shown))


def _form(template: str, slug: str, form: Form, public_id: str = "", **more: Any) -> str:
    return render(template, form=form, **_context(slug, public_id) | more)


_NAMES = ("group", "event", "preview", "stands", "taken", "languages", "ways", "doors", "exactly")


def _context(slug: str, public_id: str) -> dict[str, Any]:
    site.open_reading()
    event = _loaded(slug, public_id) if public_id else None
    return {
        "group": event.group if event else groups.known(slug),
        "event": event,
        "preview": None,
        "stands": False,
        "taken": None,
        "languages": application_words.language_options(),
        "ways": meetup_words.ways(),
        "doors": meetup_words.doors(),
        "exactly": meetup_words.exactly(),
    }


def _later(public_id: str, slug: str) -> dict[str, Any]:
    return {name: (lambda n=name: _context(slug, public_id)[n]) for name in _NAMES}


def _loaded(slug: str, public_id: str) -> Event:
    return planning.with_topics(planning.at_desk(slug, public_id))


def _values(event: Event) -> dict[str, Any]:
    """A meetup as the form has it."""
    names = (
        "title", "description", "timezone", "venue", "online_url", "url", "most_guests",
        "remind_hours", "language", "conduct_url",
    )  # fmt: skip
    start, end = event.local_start, event.local_end
    is_exact = event.precision is Precision.EXACT
    return {name: getattr(event, name) for name in names} | {
        "precision": event.precision.value,
        "attendance": event.attendance.value,
        "registration": event.registration.value,
        "topics": ", ".join(topic.name for topic in event.topics),
        "month": "" if is_exact else start.strftime("%Y-%m"),
        "on": start.date() if is_exact else "",
        "starts": start.strftime("%H:%M") if is_exact else "18:30",
        "ends": end.strftime("%H:%M") if is_exact else "21:00",
        "ends_on": end.date() if is_exact and end.date() != start.date() else "",
        "second": "yes" if start.fold or end.fold else "",
        "opens": _wall(event, event.opens_at),
        "closes": _wall(event, event.closes_at),
        "seen": event.revised_at.isoformat(),
    }


def _wall(event: Event, at: Any) -> str:
    return at.astimezone(event.zone).strftime("%Y-%m-%dT%H:%M") if at else ""


def _address(slug: str, public_id: str) -> str:
    return f"/organize/{slug}/meetups/{public_id}"
