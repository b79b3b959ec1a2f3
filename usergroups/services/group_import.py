"""Taking in groups from a list, with what the list leaves out found in the gazetteer."""

from dataclasses import dataclass

from usergroups.errors import InvalidInputError
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.gazetteer.place import Place
from usergroups.inputs.fields import read
from usergroups.inputs.group import GroupInput
from usergroups.inputs.group_row import GroupRow
from usergroups.models import Group, GroupStatus, LinkKind, User
from usergroups.services import groups
from usergroups.text import slugify


@dataclass(frozen=True, slots=True)
class _Spot:
    latitude: float
    longitude: float
    timezone: str
    region: str


def take_in(row: GroupRow, gazetteer: Gazetteer, *, by: User | None = None) -> groups.Saved:
    """Make or change the group of a row; what the row leaves empty is kept or looked up.

    Raises InvalidInputError where the place is not in the gazetteer and the row does not say
    where it is.
    """
    slug = row.slug or slugify(row.name)
    if not slug:
        raise InvalidInputError({"slug": "expected one: the name has no letters to make it from"})
    present = groups.present(slug)
    return groups.save_as(present, _input(row, slug, present, gazetteer), by=by)


def _input(row: GroupRow, slug: str, present: Group | None, gazetteer: Gazetteer) -> GroupInput:
    spot = _spot(row, present, gazetteer)
    values = {
        "name": row.name, "slug": slug, "city": row.city, "country": row.country,
        "region": spot.region, "latitude": spot.latitude, "longitude": spot.longitude,
        "timezone": spot.timezone, "status": row.status or _status(present),
        "links": _links(row, present),
    }  # fmt: skip
    said = {"founded_on": row.founded_on, "members_elsewhere": row.members}
    values |= {name: value for name, value in said.items() if value is not None}
    return read(GroupInput, _kept(present) | values)


def _spot(row: GroupRow, present: Group | None, gazetteer: Gazetteer) -> _Spot:
    same_place = present is not None and (present.city, present.country) == (row.city, row.country)
    kept = present if same_place else None
    latitude, longitude, timezone, region = row.latitude, row.longitude, row.timezone, row.region
    if kept and latitude is None:
        latitude, longitude = kept.latitude, kept.longitude
    if kept:
        timezone, region = timezone or kept.timezone, region or kept.region
    if latitude is None or longitude is None:
        found = _place(row, gazetteer)
        latitude, longitude = found.lat, found.lng
        timezone, region = timezone or found.timezone, region or found.region
    if timezone is None:
        timezone = gazetteer.nearest(latitude, longitude).timezone
    return _Spot(latitude, longitude, timezone, region)


def _place(row: GroupRow, gazetteer: Gazetteer) -> Place:
    match = gazetteer.look_up(row.city, country=row.country, region=row.region or None)
    if match.best is not None:
        return match.best
    guesses = ", ".join(place.label for place in match.guesses[:3])
    hint = f"did you mean {guesses}?" if guesses else "give latitude and longitude"
    raise InvalidInputError(
        {"city": f"{row.city!r} in {row.country} is not in the gazetteer: {hint}"}
    )


def _status(present: Group | None) -> GroupStatus:
    return present.status if present else GroupStatus.ACTIVE


def _links(row: GroupRow, present: Group | None) -> list[dict[str, str]]:
    links = [{"kind": link.kind, "url": link.url} for link in present.links] if present else []
    if not row.website:
        return links
    others = [link for link in links if link["kind"] != LinkKind.WEBSITE]
    return [{"kind": LinkKind.WEBSITE, "url": row.website}, *others]


def _kept(present: Group | None) -> dict[str, object]:
    """What the list has no word for stays as it is here."""
    if present is None:
        return {}
    return {
        "summary": present.summary,
        "description": present.description,
        "language": present.language,
        "founded_on": present.founded_on,
        "members_elsewhere": present.members_elsewhere,
        "topics": tuple(topic.name for topic in present.topics),
    }
