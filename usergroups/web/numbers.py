"""A group in numbers, for those who run it: who joins, how often it meets, how many come."""

from collections.abc import Sequence

from flask import Blueprint
from markupsafe import Markup

from usergroups.formats.bars_svg import Step, render_bars
from usergroups.queries import desk, groups, growth, held
from usergroups.queries.held import Held
from usergroups.web import charts, dates, site
from usergroups.web.access import organizer
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("numbers", __name__))

_MONTHS, _MEETUPS = 24, 12


@blueprint.get("/organize/<slug>/numbers")
@organizer
def show(slug: str) -> str:
    """Two years in charts, and the last meetups."""
    group = groups.known(slug)
    grown = growth.of_group(group.id, _MONTHS)
    meetups = held.latest(group.id, _MEETUPS)
    return render(
        "desk/numbers.html",
        group=group,
        members=desk.figures(group).members,
        meetups=meetups,
        drawn=_drawn(meetups),
        charts=[
            charts.by_month(grown.months, grown.members, _("People who joined")),
            charts.by_month(grown.months, grown.meetups, _("Meetups")),
        ],
    )


def _drawn(meetups: Sequence[Held]) -> Markup | None:
    """Who said yes beside who came, the earliest first; None where nobody knows of any."""
    told = [one for one in meetups if one.going or one.came]
    if not told:
        return None
    steps = [
        Step(
            dates.short_month(dates.local(one.starts_at, one.timezone)),
            [one.going, one.came or 0],
        )
        for one in reversed(told)
    ]
    title = _("Who said they would come, and who came, meetup by meetup; a table follows")
    return Markup(render_bars(steps, title=title, number=dates.number))  # noqa: S704  escaped there
