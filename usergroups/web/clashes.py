"""The clash advisor: what else is on around a day, and which days near it are free."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, request

from usergroups import clock
from usergroups.foresight.clashes import Clash, Kind, Verdict, free_days, judge
from usergroups.inputs.clashes import ClashSearch
from usergroups.models import Group
from usergroups.queries import clashes, groups
from usergroups.web import dates, finding, language, site
from usergroups.web.access import organizer
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("clashes", __name__))


@dataclass(frozen=True, slots=True)
class Advice:
    """A day, and others that suit better or as well."""

    verdict: Verdict
    free: list[Verdict]


@blueprint.get("/organize/<slug>/meetups/clashes")
@organizer
def show(slug: str) -> Response:
    """The advice about a day, as a page or as the part that gives it."""
    group = groups.known(slug)
    asked = finding.asked(ClashSearch)
    wanted = asked.wanted
    advice = _advice(group, wanted.on, wanted.meetup) if wanted.on else None
    template = "clashes/_advice.html" if "part" in request.args else "clashes/show.html"
    page = render(template, group=group, asked=asked, advice=advice)
    return Response(page, asked.status)


def _advice(group: Group, on: date, meetup: str) -> Advice:
    facts = clashes.facts(group, on, language.tag(), besides=meetup)
    today = dates.local(clock.now(), group.timezone).date()
    return Advice(judge(on, facts), free_days(on, facts, after=today))


def told(clash: Clash) -> str:
    """A reason against a day, in words."""
    day, name = dates.full_day(clash.on), clash.name
    if clash.other is None:
        return {
            Kind.HOLIDAY: _("%(name)s is a public holiday.", name=name),
            Kind.PARTLY: _("%(name)s is a holiday in parts of the country.", name=name),
            Kind.BRIDGE: _("Many take this day off: %(name)s is on %(day)s.", name=name, day=day),
        }[clash.kind]
    group, km = clash.other.group, dates.number(round(clash.other.km))
    if clash.kind is Kind.OWN:
        return _("Your group meets on %(day)s: %(name)s.", day=day, name=name)
    if clash.kind is Kind.BIG_DAY:
        return _(
            "Many go to %(name)s of %(group)s on %(day)s, %(km)s km away.",
            name=name, group=group, day=day, km=km,
        )  # fmt: skip
    return _(
        "%(group)s, %(km)s km away, meets on %(day)s: %(name)s.",
        name=name, group=group, day=day, km=km,
    )  # fmt: skip


blueprint.add_app_template_filter(told, "clash_told")
