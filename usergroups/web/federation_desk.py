"""How the federation stands, for those who look after it: states, silence, growth."""

from collections.abc import Collection

from flask import Blueprint, Response

from usergroups.formats import map_svg
from usergroups.formats.map_svg import FRAMES
from usergroups.inputs.search import RegionSearch
from usergroups.queries import growth
from usergroups.web import charts, finding, site
from usergroups.web.access import reviewer, standing
from usergroups.web.charts import MonthsChart
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("federation_desk", __name__))

_MONTHS, _SILENT = 24, 12


@blueprint.get("/steward/groups")
@reviewer
def show() -> Response:
    """Groups by state, on a map and in numbers; who falls silent; what came month by month."""
    asked = finding.asked(RegionSearch)
    mine = _mine()
    silent, all_silent = growth.silent(_SILENT, mine)
    page = render(
        "steward/groups.html",
        asked=asked,
        states=growth.states(mine),
        silent=silent,
        all_silent=all_silent,
        charts=_charts(mine),
    )
    return Response(page, asked.status)


@blueprint.get("/steward/groups.svg")
@reviewer
def picture() -> Response:
    """The groups by state, each as a dot; the numbers beside it say how many."""
    wanted = finding.asked(RegionSearch).wanted
    drawn = map_svg.render_svg(
        map_svg.apart(growth.places(_mine()), FRAMES[wanted.region]),
        FRAMES[wanted.region],
        title=_("Groups by state"),
        description=_("The numbers beside this map say how many there are of each."),
    )
    headers = {"Content-Security-Policy": map_svg.CONTENT_SECURITY_POLICY}
    return Response(drawn, mimetype="image/svg+xml", headers=headers)


def _charts(countries: Collection[str] | None) -> list[MonthsChart]:
    grown = growth.of_federation(_MONTHS, countries)
    return [
        charts.by_month(grown.months, grown.groups, _("Groups there are")),
        charts.by_month(grown.months, grown.meetups, _("Meetups")),
        charts.by_month(grown.months, grown.members, _("People who joined a group")),
    ]


def _mine() -> Collection[str] | None:
    """The countries somebody looks after; None for a steward, who looks after all."""
    return None if standing().is_steward else standing().countries
