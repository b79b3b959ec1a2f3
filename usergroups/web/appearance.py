"""What the federation is called and looks like, for its stewards."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import InvalidInputError
from usergroups.formats.palette import Shades, contrast, shades
from usergroups.inputs.appearance import USUAL_COLOUR, AppearanceInput
from usergroups.services import appearance
from usergroups.web import dates, forms, logos, site
from usergroups.web.access import steward
from usergroups.web.desk import me
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("appearance", __name__))

_PAGE, _TEMPLATE = "/steward/appearance", "steward/appearance.html"


@blueprint.get(_PAGE)
@steward
def show() -> str:
    """What it is now, and what comes of its colour."""
    return render(_TEMPLATE, form=_form(), **_shown())


@blueprint.post(_PAGE)
@steward
def change() -> AnyResponse:
    """Set name, line and colour."""
    return forms.submit(
        _TEMPLATE,
        lambda given: appearance.change(given, by=me()),
        AppearanceInput,
        then=lambda _done: _PAGE,
        said=_("Saved. Pages that somebody has open show it when they are loaded again."),
        **_shown(),
    )


@blueprint.post(f"{_PAGE}/logo")
@steward
def put_logo() -> AnyResponse:
    """Put a logo up."""
    sent = logos.sent()
    site.close_reading()
    try:
        with db.transaction():
            appearance.put_logo(sent, by=me())
    except InvalidInputError as refused:
        return forms.again(_TEMPLATE, Form(_form().values, refused.refusals), **_shown())
    flash(_("This is the federation's logo now."))
    return redirect(_PAGE, 303)


@blueprint.post(f"{_PAGE}/logo/remove")
@steward
def take_down_logo() -> AnyResponse:
    """Have our own mark again."""
    site.close_reading()
    with db.transaction():
        appearance.take_down_logo(by=me())
    flash(_("The federation has no logo of its own now."))
    return redirect(_PAGE, 303)


def _form() -> Form:
    facts = site.federation()
    colour = facts.colour or USUAL_COLOUR
    return Form({"name": facts.name, "tagline": facts.tagline, "colour": colour})


def _shown() -> dict[str, object]:
    day, night = shades(site.federation().colour or USUAL_COLOUR)
    return {
        "shades": [
            (_("By day"), day, _ratio(day)),
            (_("By night"), night, _ratio(night)),
        ],
        **logos.limits(),
    }


def _ratio(one: Shades) -> str:
    """How well words upon the colour can be read."""
    return _("%(ratio)s to 1", ratio=dates.decimal(contrast(one.accent, one.ink)))
