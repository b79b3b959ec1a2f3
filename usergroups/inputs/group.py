"""A group as a form, a file or an import describes it."""

from datetime import date

from pydantic import Field

from usergroups.inputs.fields import (
    Country,
    FilledLine,
    FilledWebAddress,
    Input,
    Latitude,
    Line,
    Longitude,
    Prose,
    Slug,
    Timezone,
)
from usergroups.models import GroupStatus, LinkKind


class LinkInput(Input):
    """One address of a group elsewhere."""

    kind: LinkKind = LinkKind.WEBSITE
    url: FilledWebAddress


class GroupInput(Input):
    """Everything about a group that people can set, its place already found."""

    name: FilledLine
    slug: Slug
    city: FilledLine
    region: Line = ""
    country: Country
    latitude: Latitude
    longitude: Longitude
    timezone: Timezone
    status: GroupStatus = GroupStatus.ACTIVE
    summary: Line = ""
    description: Prose = ""
    language: Line = ""
    founded_on: date | None = None
    topics: tuple[FilledLine, ...] = ()
    links: tuple[LinkInput, ...] = ()
    members_elsewhere: int = Field(default=0, ge=0, le=10_000_000)
