"""What follows from an act upon rooms and limits, shown before it is done."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from usergroups.models import Group
from usergroups.services.outlook import UnseenError
from usergroups.web import site
from usergroups.web.templating import render


def ask(group: Group, unseen: UnseenError, leave: str, **context: Any) -> Response:
    """The question whether it is to be done all the same, with what was sent (409).

    `leave` is where things stay as they are.
    """
    site.open_reading()
    body = render(
        "venues/ask.html",
        group=group,
        outlooks=unseen.outlooks,
        sent=_sent(),
        leave=leave,
        **context,
    )
    return Response(body, unseen.status)


def _sent() -> list[tuple[str, str]]:
    """The fields of this form, to be sent once more."""
    kept: Mapping[str, list[str]] = request.form.to_dict(flat=False)
    known = {"csrf_token", "is_known"}
    return [(name, value) for name, values in kept.items() if name not in known for value in values]
