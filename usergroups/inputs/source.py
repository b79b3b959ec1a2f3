"""Outside calendars, as organizers attach them and decide about them."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from usergroups.inputs.fields import FilledWebAddress, Input

_WEBCAL = re.compile(r"\s*webcals?://", re.IGNORECASE)


def _calendar(address: Any) -> Any:
    """Programs give addresses of calendars out as webcal, too."""
    return _WEBCAL.sub("https://", address) if isinstance(address, str) else address


class SourceInput(Input):
    """The address of a calendar, or of the page of one."""

    address: Annotated[FilledWebAddress, BeforeValidator(_calendar)]


class ProofInput(Input):
    """A page that leads back to the group's page here."""

    page: FilledWebAddress


class DetachInput(Input):
    """Whether the meetups that a calendar gave stay, as the group's own."""

    keeps: bool = False
