"""Looking for something everywhere: groups, meetups, talks and places."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response

from usergroups import db, text
from usergroups.gazetteer.place import Place
from usergroups.inputs.search import SiteSearch
from usergroups.models import SearchKind
from usergroups.queries import groups, search
from usergroups.queries.paging import SIZE, Page, start
from usergroups.services import search_index
from usergroups.web import caching, finding, site, snippets
from usergroups.web.access import public
from usergroups.web.finding import Asked
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("search", __name__))

# How many of each kind stand on the page of all kinds.
_FIRST = {"group": 5, "event": 6, "talk": 4, "place": 3}
_MOST_WORDS, _MOST_PLACES = 8, 6


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind of what was found: its word, how many there are, and those that stand here."""

    kind: str
    word: str
    total: int
    page: Page[Any]
    # Whether there may be more than were counted.
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer shows."""

    facets: Sequence[Facet] = ()
    likely: Sequence[tuple[str, str]] = ()
    places: Sequence[Place] = ()
    words: Sequence[str] = field(default=())

    @property
    def total(self) -> int:
        """How much was found."""
        return sum(facet.total for facet in self.facets)


@blueprint.get("/search")
@public
def show() -> Response:
    """What was found, by kind; near names where nothing was."""
    asked = finding.asked(SiteSearch)
    if asked.wanted.q:
        _catch_up()
    version = site.federation().version
    return caching.page(lambda: _show(asked), version, status=asked.status)


def _catch_up() -> None:
    """A few groups that have changed are looked at now; where they are many the worker does."""
    if search.is_current():
        return
    site.close_reading()
    with db.transaction():
        search_index.catch_up()
    site.open_reading()


def _show(asked: Asked[SiteSearch]) -> str:
    wanted = asked.wanted
    found = _find(wanted) if wanted.q else Found()
    chosen = next((facet for facet in found.facets if facet.kind == wanted.kind), None)
    return render(
        "search/show.html",
        asked=asked,
        found=found,
        chosen=chosen,
        marked=lambda said: snippets.marked(said, found.words),
        piece=lambda said: snippets.piece(said, found.words),
    )


def _find(wanted: SiteSearch) -> Found:
    words = text.words(wanted.q)[:_MOST_WORDS]
    met = search.candidates(words)
    place = site.gazetteer().look_up(wanted.q[:100])
    readers = {
        SearchKind.GROUP: (_("Groups"), search.groups),
        SearchKind.EVENT: (_("Meetups"), search.events),
        SearchKind.TALK: (_("Talks"), search.talks),
    }
    facets = [
        _facet(kind.value, word, met[kind], wanted, read) for kind, (word, read) in readers.items()
    ]
    places = place.places[:_MOST_PLACES]
    facets.append(_facet("place", _("Places"), places, wanted, list))
    if any(facet.total for facet in facets):
        return Found(facets, words=words)
    return Found(facets, groups.like(wanted.q), place.guesses[:_MOST_PLACES], words)


def _facet(kind: str, word: str, met: Sequence[Any], wanted: SiteSearch, read: Any) -> Facet:
    """Those of a kind that stand on this page: the first of them, or a page of them alone."""
    if wanted.kind not in {"", kind}:
        shown: Sequence[Any] = ()
    elif wanted.kind:
        shown = met[start(wanted.page) :][:SIZE]
    else:
        shown = met[: _FIRST[kind]]
    page = Page(read(shown), wanted.page, len(met))
    return Facet(kind, word, len(met), page, is_more=kind != "place" and len(met) >= search.MOST)
