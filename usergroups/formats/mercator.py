"""Web Mercator: the world as a square, its coordinates as shares from the north-western corner."""

import math

MOST_LATITUDE = 85.0511287798066
_LESS_THAN_ALL = math.nextafter(1, 0)


def mercator_point(latitude: float, longitude: float) -> tuple[float, float]:
    """The place of one point in the world's square: shares from its north-western corner, < 1."""
    x = ((longitude + 180) % 360) / 360
    sine = math.sin(math.radians(max(-MOST_LATITUDE, min(MOST_LATITUDE, latitude))))
    y = 0.5 - math.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return x, max(0.0, min(y, _LESS_THAN_ALL))
