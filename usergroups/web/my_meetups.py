"""The meetups one goes to, waits for, and went to."""

from flask import Blueprint, Response

from usergroups.inputs.search import PageSearch
from usergroups.queries import my_meetups
from usergroups.web import finding, site
from usergroups.web.access import signed_in
from usergroups.web.desk import me
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("my_meetups", __name__))


@blueprint.get("/me/meetups")
@signed_in
def index() -> Response:
    """What comes, and what was."""
    asked = finding.asked(PageSearch)
    page = render(
        "account/meetups.html",
        asked=asked,
        coming=my_meetups.coming_of(me().id),
        past=my_meetups.past_of(me().id, asked.wanted.page),
    )
    return Response(page, asked.status, {"Cache-Control": "no-store"})
