"""Where people wait, how far a living group is, and where the next one should be."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from usergroups.formats import coverage_svg, map_svg
from usergroups.formats.coverage_svg import Covered
from usergroups.inputs.search import CoverageSearch
from usergroups.language import alphabetical
from usergroups.web import finding, language, site
from usergroups.web.access import reviewer
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

if TYPE_CHECKING:
    from usergroups.queries.coverage import Coverage

blueprint = site.reads(Blueprint("coverage", __name__))

# An evening's way, there and back.
USUAL_REACH = 100.0
_REACHES = (30, 50, 100, 150, 300)
_PROPOSALS, _HOMES = 20, 50


@blueprint.get("/steward/coverage")
@reviewer
def show() -> Response:
    """What is asked for and not within reach, as lists beside a map."""
    asked = finding.asked(CoverageSearch)
    reach = asked.wanted.reach or USUAL_REACH
    page = render(
        "coverage/show.html",
        asked=asked,
        reach=reach,
        reaches=[(f"{km}", _("%(km)d km", km=km)) for km in _REACHES],
        countries=_countries(),
        coverage=_look(asked.wanted),
        most_homes=_HOMES,
    )
    return Response(page, asked.status)


@blueprint.get("/steward/coverage.svg")
@reviewer
def picture() -> Response:
    """The same, drawn; the lists beside it have all that it shows."""
    wanted = finding.asked(CoverageSearch).wanted
    found = _look(wanted)
    drawn = coverage_svg.render_coverage(
        wanted.region,
        Covered(
            groups=found.groups,
            waiting=[((home.latitude, home.longitude), home.people) for home in found.homes],
            proposals=[(one.latitude, one.longitude) for one in found.proposals],
        ),
        title=_("Where people wait, and where groups are"),
        description=_("The lists beside this map have the same places."),
    )
    headers = {"Content-Security-Policy": map_svg.CONTENT_SECURITY_POLICY}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


def _look(wanted: CoverageSearch) -> "Coverage":
    # Its arrays weigh 12 MB, and only stewards ask.
    from usergroups.queries import coverage

    reach = wanted.reach or USUAL_REACH
    return coverage.look(site.gazetteer(), km=reach, most=_PROPOSALS, country=wanted.country or "")


def _countries() -> list[tuple[str, str]]:
    """All countries by their names, for a list to choose from."""
    named = [(code, language.country(code)) for code in site.gazetteer().countries()]
    return sorted(named, key=lambda one: alphabetical(one[1]))
