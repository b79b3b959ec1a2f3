"""Web Mercator: the world as a square, its coordinates as shares from the north-western corner."""

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

MOST_LATITUDE = 85.0511287798066

Floats: TypeAlias = NDArray[np.float64]


def mercator(latitude: Floats, longitude: Floats) -> tuple[Floats, Floats]:
    """Shares of the world's square from its north-western corner, in [0, 1)."""
    x = ((longitude + 180) % 360) / 360
    sine = np.sin(np.radians(np.clip(latitude, -MOST_LATITUDE, MOST_LATITUDE)))
    y = 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * math.pi)
    return x, np.clip(y, 0, np.nextafter(1, 0))


def mercator_point(latitude: float, longitude: float) -> tuple[float, float]:
    """The place of one point in the world's square, as shares from its north-western corner."""
    x, y = mercator(np.array([latitude]), np.array([longitude]))
    return float(x[0]), float(y[0])
