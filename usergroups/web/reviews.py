"""The stewards' desk: what waits, the queue of applications, one application, who is blocked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from flask import Blueprint, Response, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.charter import Verdict
from usergroups.errors import ConflictError, NotFoundError
from usergroups.formats import distance_svg, map_svg
from usergroups.formats.distance_svg import Neighbour
from usergroups.inputs.charter import DistanceRule
from usergroups.inputs.fields import Input
from usergroups.inputs.review import (
    ApproveInput,
    ChangesInput,
    DeclineInput,
    MessageInput,
    NoteInput,
    QueueSearch,
    ReviewerInput,
    TakeUpInput,
)
from usergroups.inputs.search import GroupSearch
from usergroups.models import (
    Answer,
    Application,
    Audience,
    CharterQuestion,
    CoOrganizer,
    Note,
    User,
)
from usergroups.queries import blocking, groups, users
from usergroups.queries import charter as charter_queries
from usergroups.queries import reviews as queries
from usergroups.queries.groups import ListedGroup
from usergroups.queries.nearby import Point
from usergroups.queries.reviews import Earlier
from usergroups.services import charter, reviews
from usergroups.web import finding, forms, review_words, site
from usergroups.web.access import reviewer, standing
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("reviews", __name__))

Given = TypeVar("Given", bound=Input)
_NEIGHBOURS = 6
_OLDEST = 5

blueprint.add_app_template_filter(review_words.application_state, "review_state")
blueprint.add_app_template_filter(review_words.answer, "review_answer")
blueprint.add_app_template_filter(review_words.age, "waited")
blueprint.add_app_template_filter(review_words.took, "took")
blueprint.add_app_template_filter(review_words.days_since, "days_since")
blueprint.add_app_template_filter(review_words.language_name, "language_name")
blueprint.add_app_template_filter(review_words.told_day, "told_day")
blueprint.add_app_template_global(lambda: review_words.pages(standing()), "stewards_pages")


@blueprint.get("/steward")
@reviewer
def desk() -> str:
    """What waits for whoever reviews, and the way to everything else."""
    return render(
        "reviews/desk.html",
        figures=queries.figures(standing()),
        oldest=queries.queue(QueueSearch(), standing(), current_user.id).rows[:_OLDEST],
        desk=queries.desk(standing()),
        standing=standing(),
    )


@blueprint.get("/steward/applications")
@reviewer
def index() -> Response:
    """The queue, what has waited longest first."""
    asked = finding.asked(QueueSearch)
    page = render(
        "reviews/index.html",
        asked=asked,
        page=queries.queue(asked.wanted, standing(), current_user.id),
        figures=queries.figures(standing()),
        countries=review_words.by_name(queries.countries(standing())),
        shelves=review_words.shelves(),
        whose=review_words.whose(),
        standing=standing(),
    )
    return Response(page, asked.status)


@blueprint.get("/steward/applications/<public_id>")
@reviewer
def show(public_id: str) -> str:
    """One application: what was asked, the evidence beside it, what was said, and the decision."""
    return render("reviews/show.html", form=Form(), told="", sheet=_sheet(public_id))


@blueprint.get("/steward/applications/<public_id>/map.svg")
@reviewer
def picture(public_id: str) -> Response:
    """Where its city is, and the groups around it, drawn; the list beside it has the same."""
    application = _seen(public_id)
    if application.latitude is None or application.longitude is None:
        raise NotFoundError("this application has no place yet")
    near, ring_km = _neighbours(application), _ring_km()
    title, description = review_words.picture(application, near, ring_km)
    drawn = distance_svg.render_distances(
        (application.latitude, application.longitude),
        [Neighbour(one.latitude, one.longitude, one.status.value, one.km or 0) for one in near],
        ring_km=ring_km, title=title, description=description,
    )  # fmt: skip
    headers = {"Content-Security-Policy": map_svg.CONTENT_SECURITY_POLICY}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


@blueprint.get(
    "/steward/applications/<public_id>/<any('take-up', assign, unassign, message, note, changes, "
    "approve, decline):act>"
)
@reviewer
def back(public_id: str, act: str) -> AnyResponse:
    """Reloading a page that came back from an act leads to the application itself."""
    del act
    return redirect(_address(public_id), 303)


@blueprint.post("/steward/applications/<public_id>/take-up")
@reviewer
def take_up(public_id: str) -> AnyResponse:
    """Begin to look after it."""
    return _acted(
        public_id,
        TakeUpInput,
        lambda one, given: reviews.take_up(one, by=_me(), version=given.version),
        _("It is yours now. The applicants see that it is being looked at."),
    )


@blueprint.post("/steward/applications/<public_id>/assign")
@reviewer
def assign(public_id: str) -> AnyResponse:
    """Have somebody look after it."""
    return _acted(
        public_id,
        ReviewerInput,
        lambda one, given: reviews.assign(one, _person(given.reviewer), by=_me()),
        _("Assigned."),
    )


@blueprint.post("/steward/applications/<public_id>/unassign")
@reviewer
def unassign(public_id: str) -> AnyResponse:
    """Have somebody no longer look after it."""
    return _acted(
        public_id,
        ReviewerInput,
        lambda one, given: reviews.unassign(one, _person(given.reviewer), by=_me()),
        _("No longer assigned."),
    )


@blueprint.post("/steward/applications/<public_id>/message")
@reviewer
def message(public_id: str) -> AnyResponse:
    """Write to the applicants."""
    return _acted(
        public_id,
        MessageInput,
        lambda one, given: reviews.say(one, given.message, Audience.APPLICANTS, by=_me()),
        _("Sent to the applicants."),
    )


@blueprint.post("/steward/applications/<public_id>/note")
@reviewer
def note(public_id: str) -> AnyResponse:
    """Write among reviewers."""
    return _acted(
        public_id,
        NoteInput,
        lambda one, given: reviews.say(one, given.note, Audience.REVIEWERS, by=_me()),
        _("Noted. Only reviewers read it."),
    )


@blueprint.post("/steward/applications/<public_id>/changes")
@reviewer
def request_changes(public_id: str) -> AnyResponse:
    """Send it back, saying what should change."""
    return _acted(
        public_id,
        ChangesInput,
        lambda one, given: reviews.request_changes(
            one, given.changes, by=_me(), version=given.version
        ),
        _("Sent back. The applicants have been told what should change."),
    )


@blueprint.post("/steward/applications/<public_id>/approve")
@reviewer
def approve(public_id: str) -> AnyResponse:
    """Say yes: the group is there."""
    return _acted(
        public_id,
        ApproveInput,
        lambda one, given: reviews.approve(
            one, by=_me(), version=given.version, without=given.without
        ),
        _("Approved. The group is on the map, and its organizers have been told."),
    )


@blueprint.post("/steward/applications/<public_id>/decline")
@reviewer
def decline(public_id: str) -> AnyResponse:
    """Say no, and why."""
    return _acted(
        public_id,
        DeclineInput,
        lambda one, given: reviews.decline(one, given.reason, by=_me(), version=given.version),
        _("Declined. The applicants have been told why."),
    )


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that stands on the page of one application."""

    application: Application
    notes: Sequence[Note]
    answered: Sequence[tuple[CharterQuestion, Any]]
    verdicts: Sequence[Verdict]
    near: Sequence[ListedGroup]
    ring_km: int
    earlier: Sequence[Earlier]
    candidates: Sequence[User]
    previous: str
    following: str
    again_on: date
    blocked: set[str]
    reader: User
    is_steward: bool

    def said(self, audience: str) -> list[Note]:
        """What was said to the applicants, or among reviewers."""
        return [note for note in self.notes if note.audience == audience]

    @property
    def unanswered(self) -> list[CoOrganizer]:
        """Co-organizers who stand in the way of an approval."""
        return [one for one in self.application.co_organizers if one.answer is Answer.OPEN]

    @property
    def has_mine(self) -> bool:
        """Whether whoever reads looks after it."""
        return any(one.user_id == self.reader.id for one in self.application.reviewers)


def _sheet(public_id: str) -> Sheet:
    application = _seen(public_id)
    previous, following = queries.beside(application, standing())
    taken = {one.user_id for one in application.reviewers}
    return Sheet(
        application=application,
        notes=queries.notes_of(application),
        answered=queries.answered(application),
        verdicts=charter.verdicts_of_application(application),
        near=_neighbours(application),
        ring_km=_ring_km(),
        earlier=queries.earlier(application, standing()),
        candidates=[one for one in queries.reviewers_for(application) if one.id not in taken],
        previous=previous,
        following=following,
        again_on=reviews.again_at(application).date(),
        blocked=blocking.blocked_among(_addresses(application)),
        reader=_me(),
        is_steward=standing().is_steward,
    )


def _addresses(application: Application) -> list[str]:
    """Those of its people."""
    applicant = [application.applicant.email] if application.applicant else []
    return applicant + [one.email for one in application.co_organizers]


def _seen(public_id: str) -> Application:
    """An application that whoever asks may review. Raises NotFoundError, NotAllowedError."""
    application = queries.in_full(public_id)
    reviews.guard(application, _me())
    return application


def _neighbours(application: Application) -> list[ListedGroup]:
    """The groups nearest to its city, without the one that it would take over."""
    if application.latitude is None or application.longitude is None:
        return []
    point = Point(application.latitude, application.longitude)
    found = groups.search(GroupSearch(), point).rows
    return [one for one in found if one.id != application.group_id][:_NEIGHBOURS]


def _ring_km() -> int:
    """How far apart the charter wants groups; 0 where it does not say."""
    rules = charter_queries.rules()
    return next((one.least_km for one in rules if isinstance(one, DistanceRule) and one.is_on), 0)


def _acted(
    public_id: str, kind: type[Given], act: Callable[[Application, Given], object], said: str
) -> AnyResponse:
    """Do an act and go back to the application; where somebody was first, say so (409)."""
    values = forms.sent(kind)
    try:
        return forms.submit(
            "reviews/show.html",
            lambda given: act(queries.known(public_id), given),
            kind,
            then=lambda _done: _address(public_id),
            said=said,
            told="",
            sheet=lambda: _sheet(public_id),
        )
    except ConflictError as conflict:
        site.open_reading()
        told = review_words.conflict(conflict, _me().timezone)
        page = render("reviews/show.html", form=Form(values), told=told, sheet=_sheet(public_id))
        return Response(page, conflict.status)


def _person(user_id: int) -> User:
    user = users.by_id(user_id)
    if user is None:
        raise NotFoundError("there is no such person")
    return user


def _me() -> User:
    return cast(User, current_user.user)


def _address(public_id: str) -> str:
    return f"/steward/applications/{public_id}"
