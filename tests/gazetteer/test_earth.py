import math

from geopy.distance import geodesic, great_circle
from hypothesis import given
from hypothesis import strategies as st

from usergroups.gazetteer.earth import geodesic_km, sphere_km

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(points, points)
def test_distances_are_those_of_geopy(here: tuple[float, float], there: tuple[float, float]):
    assert math.isclose(geodesic_km(here, there), geodesic(here, there).km, abs_tol=1e-9)
    assert math.isclose(sphere_km(here, there), great_circle(here, there).km, abs_tol=0.01)


def test_a_known_distance():
    # A quarter of the meridian of WGS 84.
    assert math.isclose(geodesic_km((0, 9), (90, 9)), 10_001.965_729, abs_tol=1e-6)
