import dataclasses
import math

import numpy as np

from usergroups.gazetteer.sources import City
from usergroups.gazetteer.weights import districts, unit_vectors

BERLIN = City(1, "Berlin", "DE", "16", 52.524, 13.411, "Europe/Berlin", 3_426_354, ("Berlin",) * 50)
NEUKOELLN = dataclasses.replace(
    BERLIN, id=2, name="Neukölln", lat=52.477, lng=13.436, population=166_714, names=("Rixdorf",)
)
POTSDAM = dataclasses.replace(
    NEUKOELLN, id=3, name="Potsdam", admin1="11", lat=52.399, lng=13.066, population=182_112
)


def test_a_small_place_inside_a_big_city_is_a_district():
    assert districts([BERLIN, NEUKOELLN, POTSDAM]) == {2}


def test_a_place_of_its_own_fame_is_none():
    famous = dataclasses.replace(NEUKOELLN, names=tuple("abcdefghijklmnop"))
    assert districts([BERLIN, famous]) == set()


def test_a_place_of_like_size_or_far_away_is_none():
    twin = dataclasses.replace(NEUKOELLN, population=1_000_000)
    far = dataclasses.replace(NEUKOELLN, id=4, lat=52.8)
    assert districts([BERLIN, twin, far]) == set()


def test_unit_vectors_are_of_length_one_and_meet_at_the_antimeridian():
    vectors = unit_vectors([(0, 180), (0, -180), (90, 0), (90, 77), (0, 90)])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    assert np.allclose(vectors[0], vectors[1])
    assert np.allclose(vectors[2], vectors[3])
    assert math.isclose(float(vectors[4][1]), 1)
