"""Where organizers write their group's page, with a look at it before it is saved."""

from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import ConflictError, InvalidInputError
from usergroups.inputs.desk import MOST_LINKS, PageInput
from usergroups.inputs.fields import read
from usergroups.models import Group, LinkKind
from usergroups.queries import groups
from usergroups.services import group_pages
from usergroups.web import application_words, forms, site, words
from usergroups.web.access import organizer
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import markdown, render

blueprint = site.reads(Blueprint("group_pages", __name__))

_EMPTY_LINKS = 2


@blueprint.get("/organize/<slug>/edit")
@organizer
def edit(slug: str) -> str:
    """The form, with what stands on the page."""
    group = _group(slug)
    return _page(group, Form(_values(group)))


@blueprint.post("/organize/<slug>/edit")
@organizer
def save(slug: str) -> AnyResponse:
    """Save it, or show what it would look like."""
    if "preview" in request.form:
        return _previewed(slug)
    try:
        return _saved(slug)
    except ConflictError as conflict:
        site.open_reading()
        group = _group(slug)
        form = Form(forms.sent(PageInput) | {"seen": group.revised_at.isoformat()})
        return Response(_page(group, form, stands=group), conflict.status)


def _saved(slug: str) -> AnyResponse:
    return forms.submit(
        "desk/edit.html",
        lambda given: group_pages.describe(groups.known(slug), given, by=me()),
        PageInput,
        then=lambda _saved: address(slug, "edit"),
        said=_("Saved. This is what everybody reads now."),
        **_of_form(slug),
    )


def _previewed(slug: str) -> Response:
    values = forms.sent(PageInput)
    try:
        given = read(PageInput, values)
    except InvalidInputError as refused:
        return Response(_page(_group(slug), Form(values, forms.by_field(refused))), 422)
    shown = {"summary": given.summary, "description": markdown(given.description)}
    return Response(_page(_group(slug), Form(values), preview=shown))


def _page(
    group: Group,
    form: Form,
    *,
    preview: dict[str, str | Markup] | None = None,
    stands: Group | None = None,
) -> str:
    more = _links_of(form.values)
    return render(
        "desk/edit.html", form=form, group=group, preview=preview, stands=stands, links_given=more,
        **_choices(),
    )  # fmt: skip


def _of_form(slug: str) -> dict[str, Any]:
    return {
        "group": lambda: _group(slug),
        "preview": None,
        "stands": None,
        "links_given": lambda: _links_of(forms.sent(PageInput)),
        **_choices(),
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "languages": application_words.language_options(),
        "kinds": [(kind.value, words.link_kind(kind)) for kind in LinkKind],
    }


def _group(slug: str) -> Group:
    site.open_reading()
    return groups.in_full(slug) or groups.known(slug)


def _values(group: Group) -> dict[str, Any]:
    return {
        "summary": group.summary,
        "description": group.description,
        "topics": ", ".join(topic.name for topic in group.topics),
        "language": group.language,
        "founded_on": group.founded_on or "",
        "link_kind": [link.kind.value for link in group.links],
        "link_url": [link.url for link in group.links],
        "seen": group.revised_at.isoformat(),
    }


def _links_of(values: Any) -> list[tuple[str, str]]:
    """The rows of addresses, and some empty ones below them."""
    given = list(zip(values.get("link_kind", ()), values.get("link_url", ()), strict=False))
    kept = [(kind, url) for kind, url in given if url]
    room = min(_EMPTY_LINKS, MOST_LINKS - len(kept))
    return kept + [(LinkKind.WEBSITE.value, "")] * room
