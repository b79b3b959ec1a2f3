"""A group's desk: what needs doing, how it stands by the charter, its first steps, what comes."""

from typing import cast

from flask import Blueprint, flash, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import NotFoundError
from usergroups.models import Step, User
from usergroups.permissions import may_lead
from usergroups.queries import desk, events, groups
from usergroups.services import charter, first_steps
from usergroups.web import desk_words, site
from usergroups.web.access import organizer, standing
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("desk", __name__))

_COMING = 5

blueprint.add_app_template_global(lambda group: desk_words.pages(group, standing()), "desk_pages")
blueprint.add_app_template_filter(desk_words.step, "step")
blueprint.add_app_template_filter(desk_words.report_kind, "report_kind")
blueprint.add_app_template_filter(desk_words.report_outcome, "report_outcome")


@blueprint.get("/organize/<slug>")
@organizer
def show(slug: str) -> str:
    """The overview."""
    group = groups.known(slug)
    return render(
        "desk/show.html",
        group=group,
        figures=desk.figures(group),
        steps=desk.first_steps(group),
        step_path=desk_words.step_path,
        verdicts=charter.verdicts_of_group(group),
        coming=events.coming_of(group.id, most=_COMING),
        leads=may_lead(standing(), group),
    )


@blueprint.post("/organize/<slug>/reconfirm")
@organizer
def reconfirm(slug: str) -> AnyResponse:
    """Say that the group goes on."""
    site.close_reading()
    with db.transaction():
        charter.reconfirm(groups.known(slug), by=me())
    flash(_("Good to hear. We ask again in a year."))
    return redirect(address(slug), 303)


@blueprint.post("/organize/<slug>/steps/<step>")
@organizer
def tick(slug: str, step: str) -> AnyResponse:
    """Tick a first step, or take the tick away."""
    if step not in set(Step):
        raise NotFoundError("there is no such step")
    site.close_reading()
    with db.transaction():
        is_done = request.form.get("done") == "yes"
        first_steps.tick(groups.known(slug), Step(step), is_done=is_done, by=me())
    return redirect(f"{address(slug)}#steps", 303)


def me() -> User:
    """Whoever is signed in."""
    return cast(User, current_user.user)


def address(slug: str, page: str = "") -> str:
    """A page of a group's desk."""
    return f"/organize/{slug}{page and '/'}{page}"
