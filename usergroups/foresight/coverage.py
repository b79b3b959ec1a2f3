"""Where the next groups should be: the places that bring most people within reach of one.

The maximal covering location problem (Church and ReVelle, "The maximal covering location problem",
1974), solved greedily: the place that reaches most people comes first, then the one that reaches
most of those who are left. Whatever the number of groups, that is never less than 63 % of the best
there is (Nemhauser, Wolsey and Fisher, 1978), and unlike the best it does not change its mind about
the first place when a second is asked for.

Of places that reach nearly as many, the largest city comes first: a suburb that happens to lie in
the middle is not where people go. That costs a little of the guarantee: 61 % instead of 63 %.

Distances are those on a sphere: reach is a round number of kilometres, and half a percent of it
decides nothing.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

# What somebody asks for is known; that others might is a guess, which decides where nobody has: all
# the inhabitants of the Earth together weigh less than one who asked.
_PER_INHABITANT = 1e-11
_EARTH_KM = 6371.0088
# Rows of distances worked out at once: some megabytes of memory.
_BLOCK = 128
_NEVER = math.inf
# What share of the most that any place would reach is near enough for a larger city.
_NEARLY = 0.95

Degrees: TypeAlias = tuple[float, float]
Numbers: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """People at a place: how many asked for a group; how many live where nobody did."""

    latitude: float
    longitude: float
    asked: int = 0
    inhabitants: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A place for a group, by its index among the candidates.

    `asked` and `inhabitants` are those it brings within reach, who are in reach of no group and of
    no proposal before it. `spots` are the indexes of those where somebody asked.
    """

    candidate: int
    asked: int
    inhabitants: int
    spots: tuple[int, ...]


def nearest(spots: Sequence[Spot], groups: Sequence[Degrees]) -> list[tuple[float, int | None]]:
    """For each spot the kilometres to the nearest group, and its index; infinite without groups."""
    if not groups:
        return [(_NEVER, None)] * len(spots)
    there = _directions(groups)
    found: list[tuple[float, int | None]] = []
    for block in _closeness(_of(spots), there):
        closest = block.argmax(axis=1)
        cosines = block[np.arange(len(block)), closest]
        kms = np.arccos(np.clip(cosines, -1, 1)) * _EARTH_KM
        found += zip(kms.tolist(), closest.tolist(), strict=True)
    return found


def propose(
    candidates: Sequence[Spot],
    spots: Sequence[Spot],
    groups: Sequence[Degrees],
    *,
    km: float,
    most: int,
) -> list[Proposal]:
    """The places where a group would bring most people within `km` of one, best first.

    `groups` are those that live: who is within reach of one needs no other. Of candidates that
    reach nearly as many, the one with most inhabitants. At most `most`, and fewer where nobody is
    left. Raises ValueError for a reach that is not above nought.
    """
    if not km > 0:
        raise ValueError("reach is a number of kilometres above nought")
    if not candidates or not spots:
        return []
    is_left = np.array([far for far, _ in nearest(spots, groups)]) > km
    pairs = _within_reach(candidates, spots, km)
    asked = np.array([spot.asked for spot in spots])
    inhabitants = np.array([spot.inhabitants for spot in spots])
    worth = asked + inhabitants * _PER_INHABITANT
    sizes = [candidate.inhabitants for candidate in candidates]
    found: list[Proposal] = []
    while len(found) < most:
        best = _best(pairs, np.where(is_left, worth, 0.0), sizes)
        if best is None:
            break
        reached = pairs.spots[pairs.candidates == best]
        new = reached[is_left[reached]]
        is_left[new] = False
        found.append(
            Proposal(
                best,
                int(asked[new].sum()),
                int(inhabitants[new].sum()),
                tuple(int(spot) for spot in new[asked[new] > 0]),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Which candidate reaches which spot: two columns of indexes, as long as one another."""

    candidates: NDArray[np.intp]
    spots: NDArray[np.intp]


def _best(pairs: _Pairs, worth: Numbers, sizes: Sequence[int]) -> int | None:
    """The candidate whose spots are worth most; the first of equals, none where all is nought."""
    gains = np.bincount(pairs.candidates, weights=worth[pairs.spots], minlength=1)
    best = int(gains.argmax())
    if not gains[best] > 0:
        return None
    near_enough = np.nonzero(gains >= gains[best] * _NEARLY)[0]
    return max(near_enough.tolist(), key=lambda one: (sizes[one], gains[one]))


def _within_reach(candidates: Sequence[Spot], spots: Sequence[Spot], km: float) -> _Pairs:
    least = np.cos(min(km / _EARTH_KM, np.pi))
    blocks = _closeness(_of(candidates), _of(spots))
    found = [np.nonzero(block >= least) for block in blocks]
    firsts = np.arange(0, len(candidates), _BLOCK)
    return _Pairs(
        np.concatenate([rows + first for (rows, _), first in zip(found, firsts, strict=True)]),
        np.concatenate([columns for _, columns in found]),
    )


def _closeness(here: Numbers, there: Numbers) -> Iterator[Numbers]:
    """Cosines of the angles between all of both, some rows at a time."""
    for first in range(0, len(here), _BLOCK):
        yield here[first : first + _BLOCK] @ there.T


def _of(spots: Sequence[Spot]) -> Numbers:
    return _directions([(spot.latitude, spot.longitude) for spot in spots])


def _directions(points: Sequence[Degrees]) -> Numbers:
    """Points as directions from the centre of the sphere, a row each."""
    latitudes, longitudes = np.radians(np.array(points, dtype=float).reshape(-1, 2)).T
    flat = np.cos(latitudes)
    return np.column_stack(
        (flat * np.cos(longitudes), flat * np.sin(longitudes), np.sin(latitudes))
    )
