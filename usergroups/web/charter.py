"""The charter as everybody reads it, and how living groups stand by it."""

from flask import Blueprint, Response

from usergroups.inputs.charter import RULES
from usergroups.inputs.search import FindingSearch
from usergroups.models import QuestionKind
from usergroups.permissions import Standing
from usergroups.queries import charter
from usergroups.queries.charter import Countries
from usergroups.web import caching, finding, site
from usergroups.web.access import public, reviewer, standing
from usergroups.web.charter_words import rule_name
from usergroups.web.language import country
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("charter", __name__))


@blueprint.get("/charter")
@public
def show() -> Response:
    """What is asked of groups, and of those who apply to run one."""
    return caching.page(_show, site.federation().version)


def _show() -> str:
    return render(
        "charter/show.html",
        rules=[rule for rule in charter.rules() if rule.is_on],
        questions=charter.questions(QuestionKind.QUESTION),
        agreements=charter.questions(QuestionKind.AGREEMENT),
    )


@blueprint.get("/steward/charter")
@reviewer
def overview() -> Response:
    """How living groups stand by each rule, and who fails which, since when."""
    asked = finding.asked(FindingSearch)
    mine = countries_of(standing())
    page = render(
        "charter/overview.html",
        asked=asked,
        rules=charter.rules(),
        stands_by={one.kind: one for one in charter.standings(mine)},
        rule_options=[(kind.value, rule_name(kind)) for kind in RULES],
        page=charter.unmet(asked.wanted, mine),
        countries=_by_name(charter.countries_unmet(mine)),
        looked_at=charter.looked_at(),
        standing=standing(),
    )
    return Response(page, asked.status)


def countries_of(somebody: Standing) -> Countries:
    """The countries that somebody looks after; None for a steward, who looks after all."""
    return None if somebody.is_steward else somebody.countries


def _by_name(counted: list[tuple[str, int]]) -> list[tuple[str, str]]:
    return sorted(((code, country(code)) for code, _ in counted), key=lambda one: one[1])
