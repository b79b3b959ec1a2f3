"""A group's next meetups for a frame in anybody's page. No other page of ours may be framed."""

from flask import Blueprint, Response

from usergroups.errors import NotFoundError
from usergroups.inputs.search import EmbedSearch
from usergroups.queries import events, groups
from usergroups.queries.groups import GroupState
from usergroups.web import caching, finding, site
from usergroups.web.access import public
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("embed", __name__))

# Nothing there acts for anybody, so nobody can be tricked into acting: no script, no form.
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
)


@blueprint.get("/groups/<slug>/embed")
@public
def show(slug: str) -> Response:
    """The list, in the light or dark that is asked for, else in its reader's."""
    state = groups.state_of(slug)
    if state is None:
        raise NotFoundError("there is no such group")
    asked = finding.asked(EmbedSearch)
    answer = caching.page(
        lambda: _show(slug, state, asked.wanted), state.version, status=asked.status
    )
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def _show(slug: str, state: GroupState, wanted: EmbedSearch) -> str:
    group = groups.known(slug)
    coming = events.coming_of(group.id, most=wanted.most, together=state.together)
    return render("subscribe/embed.html", group=group, coming=coming, wanted=wanted)
