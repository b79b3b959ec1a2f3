"""A calendar to be examined, by its address."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from usergroups.inputs.fields import Input, WebAddress

_WEBCAL = re.compile(r"^webcals?://", re.IGNORECASE)


def _over_the_web(address: Any) -> Any:
    """Programs give out addresses of calendars as webcal, too."""
    return _WEBCAL.sub("https://", address.strip()) if isinstance(address, str) else address


class CalendarCheckInput(Input):
    """Where it is; empty where a file is sent instead."""

    address: Annotated[WebAddress, BeforeValidator(_over_the_web)] = ""
