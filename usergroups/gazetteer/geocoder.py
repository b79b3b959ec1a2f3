"""Our gazetteer as geopy knows geocoders: whoever asks others by geopy may ask it like them."""

import dataclasses
from collections.abc import Iterable

from geopy.geocoders import SERVICE_TO_GEOCODER
from geopy.geocoders.base import Geocoder
from geopy.location import Location
from geopy.point import Point

from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.gazetteer.place import Place


class EmbeddedGeocoder(Geocoder):  # type: ignore[misc]  # geopy has no types
    """A geopy geocoder that asks no server."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        """Ask this gazetteer."""
        super().__init__()
        self._gazetteer = gazetteer

    def geocode(
        self, query: str, *, exactly_one: bool = True, limit: int = 10
    ) -> Location | list[Location] | None:
        """A name as geopy asks for it: the likeliest, or a list of up to `limit`, or None.

        Only places that bear the name; what may have been meant is asked of `look_up`.
        """
        return _answer(self._gazetteer.look_up(query).places[:limit], exactly_one)

    def reverse(
        self, query: Point | str | tuple[float, float], *, exactly_one: bool = True, limit: int = 1
    ) -> Location | list[Location] | None:
        """A point as geopy asks for it: the nearest place, or the nearest `limit`."""
        point = Point(query)
        found = self._gazetteer.nearest_of_all(point.latitude, point.longitude, limit)
        return _answer(found, exactly_one)


def _answer(places: Iterable[Place], exactly_one: bool) -> Location | list[Location] | None:  # noqa: FBT001 (geopy's word)
    found = [
        Location(place.label, (place.lat, place.lng), dataclasses.asdict(place)) for place in places
    ]
    if exactly_one:
        return found[0] if found else None
    return found or None


SERVICE_TO_GEOCODER["embedded"] = EmbeddedGeocoder
