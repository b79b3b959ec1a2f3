"""The groups of a view as a list: what stands beside the map, and instead of it."""

from dataclasses import dataclass

import numpy as np

from usergroups.formats.view import TURN, Box, Filters, GroupPlace
from usergroups.formats.viewport import GroupIndex, Ints

# More are told by their countries alone: nobody reads a longer list beside a map.
MOST_LISTED = 300


@dataclass(frozen=True, slots=True)
class ListedCountry:
    """A country (ISO 3166-1 alpha-2), the number of its groups in view, and these if few are."""

    code: str
    count: int
    places: list[GroupPlace]


@dataclass(frozen=True, slots=True)
class Listing:
    """The groups in view: how many, and by country in the order of codes."""

    total: int
    countries: list[ListedCountry]


def listing(index: GroupIndex, box: Box, filters: Filters) -> Listing:
    """The groups in a box of degrees that pass the filters; by name where at most 300 do."""
    wanted = index.wanted(filters)
    latitude, longitude = index.latitude[wanted], index.longitude[wanted]
    inside = (latitude >= box.south) & (latitude <= box.north)
    inside &= (longitude - box.west) % TURN <= box.east - box.west
    seen = wanted[inside]
    codes, of_group, counts = np.unique(
        index.country[seen], return_inverse=True, return_counts=True
    )
    found = [
        ListedCountry(str(code), int(count), []) for code, count in zip(codes, counts, strict=True)
    ]
    if len(seen) <= MOST_LISTED:
        _fill(found, index, seen, of_group.astype(np.int64))
    return Listing(len(seen), found)


def _fill(found: list[ListedCountry], index: GroupIndex, seen: Ints, of_group: Ints) -> None:
    for position, country in zip(seen, of_group, strict=True):
        found[country].places.append(index.places[position])
    for country in found:
        country.places.sort(key=lambda place: place.name.casefold())
