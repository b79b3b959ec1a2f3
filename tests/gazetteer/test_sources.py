import pytest

from usergroups.gazetteer import sources


@pytest.fixture(scope="module")
def zones() -> dict[str, sources.Zone]:
    return {zone.name: zone for zone in sources.zones()}


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("+5230+01322", (52.5, 13 + 22 / 60)),
        ("-3352+15113", (-(33 + 52 / 60), 151 + 13 / 60)),
        ("+404251-0740023", (40 + 42 / 60 + 51 / 3600, -(74 + 23 / 3600))),
    ],
)
def test_zone_points_are_degrees_and_minutes(text: str, point: tuple[float, float]):
    assert sources.degrees(text) == pytest.approx(point)


def test_zones_are_named_in_many_scripts(zones: dict[str, sources.Zone]):
    assert {"Kyiv", "Kiew", "Київ", "Киев", "Κίεβο", "キーウ"} <= zones["Kyiv"].names
    assert zones["Kyiv"].country == "UA"


def test_countries_are_named_in_many_languages():
    assert {"Germany", "Deutschland", "Allemagne", "ドイツ", "Германия"} <= sources.country_names(
        "DE"
    )
    assert {"UK", "United Kingdom", "Vereinigtes Königreich"} <= sources.country_names("GB")


def test_postal_codes_name_regions_that_there_are():
    regions = sources.regions()
    if not sources.REGIONS.is_dir():
        pytest.skip("the names of the world's regions come with `npm ci`")
    for country, codes in sources.POSTAL.items():
        assert set(codes.values()) == {name for (c, _), name in regions.items() if c == country}


def test_neither_airports_nor_transliterations_are_names():
    names = {name for city in sources.cities() for name in city.names}
    assert not {"FRA", "BER", "JFK", "bo lin", "brlyn"} & names
    assert {"Франкфурт-на-Майне", "München", "Ulm"} <= names
