"""The meetups of a group as its organizers see them: the list, and the desk of each."""

from flask import Blueprint, Response

from usergroups.inputs.search import PlannedSearch
from usergroups.queries import groups, planning
from usergroups.web import finding, meetup_words, site
from usergroups.web.access import organizer, standing
from usergroups.web.templating import render

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
    return render("meetups/show.html", group=groups.known(slug), event=event)
