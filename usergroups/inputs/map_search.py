"""What people want to see on the map."""

from typing import Annotated, Literal

from usergroups.inputs.fields import Country, Input, Line
from usergroups.inputs.search import Chosen
from usergroups.models import GroupStatus

Region = Literal["europe", "world"]


class MapSearch(Input):
    """Where the map opens, and which groups it shows. `near` is a place as typed."""

    region: Region = "europe"
    near: Line = ""
    topic: Line = ""
    status: Annotated[GroupStatus | None, Chosen] = None
    language: Line = ""
    country: Annotated[Country | None, Chosen] = None
    coming: bool = False
