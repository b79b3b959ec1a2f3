"""Logos: the picture itself, for everybody and for ever; putting one up, at a group's desk."""

from flask import Blueprint, Response, flash, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import InvalidInputError, NotFoundError
from usergroups.formats.logo import LEAST_PIXELS, MOST_BYTES, MOST_PIXELS
from usergroups.models import Group
from usergroups.queries import groups
from usergroups.queries import logos as queries
from usergroups.services import logos
from usergroups.web import forms, site
from usergroups.web.access import organizer, public
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("logos", __name__))

_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # another picture has another address
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


@blueprint.get("/logos/<digest>.png")
@public
def picture(digest: str) -> Response:
    """The picture."""
    content = queries.content(digest)
    if content is None:
        raise NotFoundError("there is no such picture")
    return Response(content, mimetype="image/png", headers=_HEADERS)


@blueprint.get("/organize/<slug>/logo")
@organizer
def edit(slug: str) -> str:
    """The logo there is, and the form for another."""
    return render("desk/logo.html", form=Form(), **_page(groups.known(slug)))


@blueprint.post("/organize/<slug>/logo")
@organizer
def put(slug: str) -> AnyResponse:
    """Put one up."""
    given = sent()
    site.close_reading()
    try:
        with db.transaction():
            logos.put(groups.known(slug), given, by=me())
    except InvalidInputError as refused:
        form = Form({}, refused.refusals)
        return forms.again("desk/logo.html", form, **_page(_group(slug)))
    flash(_("This is the group's logo now."))
    return redirect(address(slug, "logo"), 303)


@blueprint.post("/organize/<slug>/logo/remove")
@organizer
def take_down(slug: str) -> AnyResponse:
    """Have none."""
    site.close_reading()
    with db.transaction():
        logos.take_down(groups.known(slug), by=me())
    flash(_("The group has no logo now; its initials stand in its place."))
    return redirect(address(slug, "logo"), 303)


def sent() -> bytes:
    """The file of this request, or so much of it that it is too much."""
    file = request.files.get("picture")
    if file is None:
        return b""
    with file.stream as stream:
        return stream.read(MOST_BYTES + 1)


def _group(slug: str) -> Group:
    site.open_reading()
    return groups.known(slug)


def _page(group: Group) -> dict[str, object]:
    return {"group": group, **limits()}


def limits() -> dict[str, object]:
    """What a picture may be, for a form that asks for one."""
    return {
        "most_bytes": f"{MOST_BYTES >> 20} MB",
        "most_pixels": MOST_PIXELS,
        "least_pixels": LEAST_PIXELS,
    }
