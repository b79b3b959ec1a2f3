"""One meetup that is announced in several places, at the desk of its group."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import ConflictError, NotFoundError
from usergroups.foresight.likeness import SURE
from usergroups.formats.platforms import platform
from usergroups.models import Double, DoubleState, Event
from usergroups.permissions import may_organize
from usergroups.queries import doubles as queries
from usergroups.queries import groups
from usergroups.services import doubles
from usergroups.web import forms, site
from usergroups.web.access import organizer, standing
from usergroups.web.desk import address, me
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("doubles", __name__))
_PAGE = "meetups/doubles"
_ACTS = {"one": doubles.merge, "apart": doubles.keep_apart, "undo": doubles.undo}


@blueprint.get("/organize/<slug>/meetups/doubles")
@organizer
def index(slug: str) -> str:
    """What looks alike, side by side, and what was said of others."""
    group = groups.known(slug)
    pairs = queries.at_desk(group)
    return render("doubles/index.html", group=group, pairs=pairs, sure=_sure(pairs["open"]))


@blueprint.post("/organize/<slug>/meetups/doubles/all")
@organizer
def merge_all(slug: str) -> AnyResponse:
    """Make those one that are hardly anything else; each by itself, as others decide meanwhile."""
    by, sure = me(), [pair.id for pair in _sure(queries.at_desk(groups.known(slug))["open"])]
    site.close_reading()
    done = 0
    for pair_id in sure:
        try:
            with db.transaction():
                doubles.merge(pair_id, by=by)
            done += 1
        except ConflictError:
            continue  # it stays to be looked at
    flash(ngettext("One is made one now.", "%(num)d are made one now.", done))
    return redirect(address(slug, _PAGE), 303)


@blueprint.post(
    "/organize/<slug>/meetups/doubles/<int(max=2147483647):pair>/<any(one, apart, undo):act>"
)
@organizer
def decide(slug: str, pair: int, act: str) -> AnyResponse:
    """Make two entries one, keep them apart, or take that back."""
    by, said = me(), _said()[act]
    site.close_reading()
    try:
        with db.transaction():
            _of_group(slug, pair)
            _ACTS[act](pair, by=by)
    except ConflictError as conflict:
        said = forms.sentence(conflict)
    flash(said)
    return redirect(address(slug, _PAGE), 303)


def _of_group(slug: str, pair_id: int) -> None:
    """Raise NotFoundError for a pair that this group has no part in."""
    pair = queries.known(pair_id)
    if slug not in {pair.kept.group.slug, pair.gone.group.slug}:
        raise NotFoundError("there is no such pair here")


def _sure(pairs: list[Double]) -> list[Double]:
    """Suggestions that whoever asks may decide, and that are hardly wrong."""
    return [
        pair
        for pair in pairs
        if pair.state is DoubleState.SUGGESTED and pair.likeness >= SURE and _may_decide(pair)
    ]


def _said() -> dict[str, str]:
    return {
        "one": _("They are one now. You can take it back below."),
        "apart": _("They stay two. You can take it back below."),
        "undo": _("Taken back: everything is as it was."),
    }


def _may_decide(pair: Double) -> bool:
    return all(may_organize(standing(), one.group) for one in (pair.kept, pair.gone))


def _from(event: Event) -> str:
    """Where an entry comes from, in a word or two."""
    if event.source is None:
        return _("Planned here")
    return platform(event.url or event.source.location)


def _differing(pair: Double) -> frozenset[str]:
    """What the two entries say differently."""
    names = ("title", "starts_at", "ends_at", "all_day", "venue", "attendance")
    return frozenset(name for name in names if getattr(pair.kept, name) != getattr(pair.gone, name))


blueprint.add_app_template_filter(_may_decide, "may_decide_double")
blueprint.add_app_template_filter(_from, "announced_where")
blueprint.add_app_template_filter(_differing, "differing")
