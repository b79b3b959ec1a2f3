"""One group out of two: chosen, looked at in numbers, done; for those who look after both."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import (
    ConflictError,
    DomainError,
    InvalidInputError,
    NotAllowedError,
    Refusal,
)
from usergroups.inputs.merging import MergeInput, MergeSearch
from usergroups.models import Group
from usergroups.queries import merging as queries
from usergroups.queries import nearby, team
from usergroups.queries.nearby import Point
from usergroups.services import merging
from usergroups.web import finding, forms, site
from usergroups.web.access import reviewer
from usergroups.web.desk import address, me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("merging", __name__))

_PAGE = "/steward/merge"


@dataclass(frozen=True, slots=True)
class Pair:
    """The two groups, as far as they were found; `refused` is what stands against merging them."""

    gone: Group | None
    kept: Group | None
    unknown: Mapping[str, Refusal]
    refused: DomainError | None

    @property
    def can_merge(self) -> bool:
        """Whether both are there and nothing stands against it."""
        return self.gone is not None and self.kept is not None and self.refused is None

    @property
    def refusals(self) -> Mapping[str, Refusal]:
        """What is wrong with the fields."""
        refused = self.refused
        return refused.refusals if isinstance(refused, InvalidInputError) else self.unknown

    @property
    def told(self) -> str:
        """What stands against it, where it is about neither field."""
        return sentence(self.refused) if isinstance(self.refused, NotAllowedError) else ""


@blueprint.get(_PAGE)
@reviewer
def choose() -> Response:
    """Which two; once both are known, what merging them would do."""
    asked = finding.asked(MergeSearch)
    pair = _pair(asked.wanted.gone, asked.wanted.kept)
    form = Form(asked.typed, pair.refusals)
    status = pair.refused.status if pair.refused else 422 if pair.unknown else 200
    return _page(form, pair, pair.told, status)


@blueprint.post(_PAGE)
@reviewer
def merge() -> AnyResponse:
    """Do it."""
    try:
        return forms.submit(
            "steward/merge.html",
            lambda given: merging.merge(given, by=me()),
            MergeInput,
            then=lambda kept: address(kept.slug),
            said=_("They are one group now. Those who organize it have been told."),
            told="",
            **_shown(None),
        )
    except (ConflictError, NotAllowedError) as refused:
        site.open_reading()
        return _page(Form(forms.sent(MergeInput)), None, sentence(refused), refused.status)


def sentence(error: DomainError) -> str:
    """What was raised, as a sentence in the reader's language."""
    if isinstance(error, ConflictError):
        return forms.sentence(error)
    return _("Groups are merged by those who look after the countries of both.")


def _page(form: Form, pair: Pair | None, told: str, status: int) -> Response:
    shown = _shown(pair)
    return Response(render("steward/merge.html", form=form, told=told, **shown), status)


def _shown(pair: Pair | None) -> dict[str, object]:
    """What stands below the form: groups that may be meant, or what merging the two would do."""
    if pair is None or pair.gone is None:
        return {"pair": None}
    if pair.kept is None:
        return {"pair": pair, "candidates": queries.candidates(pair.gone)}
    if not pair.can_merge:
        return {"pair": None}
    here = Point(pair.kept.latitude, pair.kept.longitude)
    return {
        "pair": pair,
        "figures": queries.figures(pair.gone, pair.kept),
        "leads": [team.lead_of(pair.gone.id), team.lead_of(pair.kept.id)],
        "km": nearby.distance(here, pair.gone.latitude, pair.gone.longitude),
    }


def _pair(gone_slug: str, kept_slug: str) -> Pair:
    found = {"gone": queries.named(gone_slug), "kept": queries.named(kept_slug)}
    unknown = {
        name: Refusal("no_group", "there is no such group")
        for name, slug in (("gone", gone_slug), ("kept", kept_slug))
        if slug and found[name] is None
    }
    gone, kept = found["gone"], found["kept"]
    try:
        if gone and kept:
            merging.refuse(gone, kept, by=me())
    except (InvalidInputError, NotAllowedError) as refused:
        return Pair(gone, kept, unknown, refused)
    return Pair(gone, kept, unknown, None)
