"""A city, and what a name may mean."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place: `id` is GeoNames', degrees are WGS 84, `timezone` is an IANA name."""

    id: int
    name: str
    region: str
    country: str
    country_name: str
    lat: float
    lng: float
    timezone: str
    population: int

    @property
    def label(self) -> str:
        """The place told from its namesakes: "Cambridge, Massachusetts, United States".

        Without a region that is named after the place, as in "Berlin, State of Berlin".
        """
        region = "" if self.name in self.region else self.region
        parts = (self.name, region, self.country_name)
        return ", ".join(dict.fromkeys(part for part in parts if part))

    def as_json(self) -> dict[str, Any]:
        """What /places.json says of a place."""
        return {
            "id": self.id,
            "label": self.label,
            "name": self.name,
            "region": self.region,
            "country": self.country,
            "lat": self.lat,
            "lng": self.lng,
            "timezone": self.timezone,
            "population": self.population,
        }


@dataclass(frozen=True, slots=True)
class Match:
    """The places that bear a name, best first, and apart from them what may have been meant.

    Guesses differ in spelling, or stand outside the region that was asked for. They may be offered
    to a person, never taken silently.
    """

    places: tuple[Place, ...] = ()
    guesses: tuple[Place, ...] = ()

    @property
    def best(self) -> Place | None:
        """The likeliest of the places; None where nothing bears the name."""
        return self.places[0] if self.places else None
