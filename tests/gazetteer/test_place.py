import dataclasses

import pytest

from usergroups.gazetteer.place import Match, Place

CAMBRIDGE = Place(
    id=4931972,
    name="Cambridge",
    region="Massachusetts",
    country="US",
    country_name="United States",
    lat=42.3751,
    lng=-71.10561,
    timezone="America/New_York",
    population=118403,
)


def test_the_label_tells_namesakes_apart():
    assert CAMBRIDGE.label == "Cambridge, Massachusetts, United States"


@pytest.mark.parametrize(
    ("name", "region", "country", "label"),
    [
        ("Berlin", "State of Berlin", "Germany", "Berlin, Germany"),
        ("Valletta", "", "Malta", "Valletta, Malta"),
        ("Luxembourg", "Luxembourg", "Luxembourg", "Luxembourg"),
        ("New York City", "New York", "United States", "New York City, New York, United States"),
    ],
)
def test_the_label_says_nothing_twice(name: str, region: str, country: str, label: str):
    place = dataclasses.replace(CAMBRIDGE, name=name, region=region, country_name=country)
    assert place.label == label


def test_json_is_what_the_suggestions_promise():
    assert CAMBRIDGE.as_json() == {
        "id": 4931972,
        "label": "Cambridge, Massachusetts, United States",
        "name": "Cambridge",
        "region": "Massachusetts",
        "country": "US",
        "lat": 42.3751,
        "lng": -71.10561,
        "timezone": "America/New_York",
        "population": 118403,
    }


def test_the_best_match_is_never_a_guess():
    other = dataclasses.replace(CAMBRIDGE, id=1)
    assert Match((CAMBRIDGE, other), ()).best is CAMBRIDGE
    assert Match((), (CAMBRIDGE,)).best is None
