"""What a meetup asks of those who come: the editor, and the fields of their form."""

from collections.abc import Sequence

from flask import Blueprint

from usergroups.web import site

blueprint = site.reads(Blueprint("questions", __name__))


@blueprint.app_template_filter()
def pairs(options: Sequence[str]) -> list[tuple[str, str]]:
    """Options that are their own words, for a list to choose from."""
    return [(option, option) for option in options]
