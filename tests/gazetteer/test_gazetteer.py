import math
from importlib.resources import files

import pytest
from babel import Locale
from babel.core import get_global
from geopy.distance import great_circle
from geopy.geocoders import get_geocoder_for_service
from hypothesis import given
from hypothesis import strategies as st

from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.gazetteer.geocoder import EmbeddedGeocoder
from usergroups.gazetteer.sources import REGIONS, degrees

BERLIN, KYIV, TOKYO, ATHENS, MUNICH, LODZ = 2950159, 703448, 1850147, 264371, 2867714, 3093133
# fmt: off
TWENTY = ("ar", "cs", "de", "el", "en", "es", "fi", "fr", "hu", "it", "ja", "nl", "pl", "pt", "ro",
          "ru", "sv", "tr", "uk", "zh")
# fmt: on
needs_regions = pytest.mark.skipif(
    not REGIONS.is_dir(), reason="the names of the world's regions come with `npm ci`"
)


def ids(gazetteer: Gazetteer, text: str) -> list[int]:
    return [place.id for place in gazetteer.look_up(text).places]


def labels(gazetteer: Gazetteer, text: str, limit: int = 8) -> list[str]:
    return [place.label for place in gazetteer.suggest(text, limit)]


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("Київ", KYIV),
        ("Киев", KYIV),
        ("Kyiv", KYIV),
        ("Kiev", KYIV),
        ("東京", TOKYO),
        ("도쿄", TOKYO),
        ("طوكيو", TOKYO),
        ("Αθήνα", ATHENS),
        ("ΑΘΗΝΑ", ATHENS),
        ("München", MUNICH),
        ("Munich", MUNICH),
        ("Muenchen", MUNICH),
        ("munchen", MUNICH),
        ("Łódź", LODZ),
        ("Lodz", LODZ),
        ("LODZ", LODZ),
        ("NYC", 5128581),
        ("New York", 5128581),
        ("Sankt Gallen", 2658822),
        ("St. Gallen", 2658822),
        ("Washington, D.C.", 4140963),
        ("Wien", 2761369),
        ("Roma", 3169070),
        ("Xian", 1790630),
    ],
)
def test_exact_names_in_any_script(gazetteer: Gazetteer, name: str, id_: int):
    assert ids(gazetteer, name)[0] == id_
    assert gazetteer.look_up(name).guesses == ()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("Cambridge MA", 4931972),
        ("Cambridge, Massachusetts", 4931972),
        ("Cambridge, Massachusetts, USA", 4931972),
        ("Cambridge UK", 2653941),
        pytest.param("Cambridge, England", 2653941, marks=needs_regions),
        pytest.param("London, Ontario", 6058560, marks=needs_regions),
        pytest.param("London, ON", 6058560, marks=needs_regions),
        ("London, Canada", 6058560),
        pytest.param("Newcastle NSW", 2155472, marks=needs_regions),
        ("Berlin, Deutschland", BERLIN),
        ("Berlin, ドイツ", BERLIN),
        ("Berlin Germany", BERLIN),
        ("Portland OR", 5746545),
        ("Paris, TX", 4717560),
        ("Saint-Denis, Réunion", 935264),
    ],
)
def test_words_after_a_name_say_where(gazetteer: Gazetteer, text: str, id_: int):
    assert ids(gazetteer, text)[0] == id_


@pytest.mark.parametrize(
    ("country", "capital"),
    [
        ("Germany", "Berlin"),
        ("Deutschland", "Berlin"),
        ("日本", "Tokyo"),
        ("Malta", "Valletta"),
        ("San Marino", "San Marino"),
        ("Andorra", "Andorra la Vella"),
        ("Jersey", "Saint Helier"),
        ("Georgia", "Tbilisi"),
        ("UK", "London"),
    ],
)
def test_a_country_is_its_capital_though_villages_bear_the_name(
    gazetteer: Gazetteer, country: str, capital: str
):
    best = gazetteer.look_up(country).best
    assert best is not None
    assert best.name == capital


def test_a_country_does_not_hide_a_city_of_some_size(gazetteer: Gazetteer):
    assert labels(gazetteer, "Mexico")[0] == "Mexico City, Mexico"
    assert [p.country for p in gazetteer.look_up("Malta").places] == ["MT", "BR"]


def test_a_city_of_a_table_is_narrowed_by_its_columns(gazetteer: Gazetteer):
    def best(city: str, **where: str | None) -> int | None:
        found = gazetteer.look_up(city, **where).best
        return found.id if found else None

    assert best("Cambridge", country="US", region="MA") == 4931972
    assert best("Cambridge", country="usa", region="Massachusetts") == 4931972
    assert best("Cambridge", country="United States") == 4931972
    assert best("München", country="DE", region="Freistaat Bayern") == MUNICH
    assert best("München", country="DE", region="Vermont") is None
    assert best("Berlin", country="", region=None) == BERLIN
    assert best("Berlin", country="Atlantis") is None


def test_an_unknown_region_of_a_city_with_namesakes_is_only_a_guess(gazetteer: Gazetteer):
    match = gazetteer.look_up("Springfield", country="US", region="Nowhere at all")
    assert match.places == ()
    assert {place.name for place in match.guesses} == {"Springfield"}
    elsewhere = gazetteer.look_up("Munich", country="DE", region="Vermont")
    assert [place.id for place in elsewhere.guesses] == [MUNICH]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Berlni", "Berlin"),
        ("Muenhcen", "Munich"),
        ("Brgüsels", "Brussels"),
        ("San Fransiscoo", "San Francisco"),
        ("Copenhagn", "Copenhagen"),
        ("Barcelonna, Spain", "Barcelona"),
        ("Londno, England", "London"),
        ("Stuttgrat Germany", "Stuttgart"),
    ],
)
def test_misspelt_names_are_only_offered(gazetteer: Gazetteer, typed: str, meant: str):
    match = gazetteer.look_up(typed)
    assert match.places == ()
    assert match.best is None
    assert match.guesses[0].name == meant
    assert len(match.guesses) <= 5
    assert EmbeddedGeocoder(gazetteer).geocode(typed) is None
    assert gazetteer.suggest(typed)[0].name == meant


def test_another_country_is_never_guessed(gazetteer: Gazetteer):
    match = gazetteer.look_up("Berlin, France")
    assert match.places == ()
    assert {place.country for place in match.guesses} == {"FR"}


def test_an_unknown_word_after_a_comma_makes_the_rest_a_guess(gazetteer: Gazetteer):
    match = gazetteer.look_up("München, Bayern")
    assert match.places == ()
    assert match.guesses[0].id == MUNICH
    assert gazetteer.suggest("München, Bayern")[0].id == MUNICH


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "asdfghjk",
        "Paris, Germany",
        "'; DROP TABLE place; --",
        '" OR 1=1',
        '"*" NEAR(a b)',
        "{key}: zqx* AND NOT zqxw",
        "%",
        "____",
        "x" * 300,
        "Berlin " * 60,
        "\0",
        "\ud800",
        "\ud83d, \udc00",
        ",,,,",
        "😀",
        "a" * 50 + "," + "b" * 49,
    ],
)
def test_nonsense_finds_nothing(gazetteer: Gazetteer, text: str):
    match = gazetteer.look_up(text)
    assert (match.places, match.guesses) == ((), ())
    assert gazetteer.suggest(text) == []
    geocoder = EmbeddedGeocoder(gazetteer)
    assert geocoder.geocode(text) is None
    assert geocoder.geocode(text, exactly_one=False) is None


@given(st.text(alphabet=st.characters(), max_size=60), st.text(max_size=5))
def test_no_text_ever_raises(gazetteer: Gazetteer, text: str, area: str):
    assert len(gazetteer.suggest(f"{text}, {area}")) <= 8
    gazetteer.suggest(text)
    gazetteer.look_up(text, country=area, region=area)
    assert len(EmbeddedGeocoder(gazetteer).geocode(text, exactly_one=False) or []) <= 10


def test_airports_are_no_cities(gazetteer: Gazetteer):
    assert BERLIN not in ids(gazetteer, "BER")
    assert MUNICH not in ids(gazetteer, "MUC")
    assert ids(gazetteer, "FRA") == []


def test_districts_are_found_but_come_after_smaller_cities(gazetteer: Gazetteer):
    neukoelln = gazetteer.look_up("Neukölln").best
    assert neukoelln is not None
    assert (neukoelln.country, neukoelln.population) == ("DE", 164636)
    suggested = [place.name for place in gazetteer.suggest("neuk")]
    assert suggested[:3] == ["Neuquén", "Neukirchen-Vluyn", "Neukölln"]


def test_suggestions_grow_with_what_is_typed(gazetteer: Gazetteer):
    assert labels(gazetteer, "be")[:3] == [
        "Beijing, China",
        "Bengaluru, Karnataka, India",
        "Berlin, Germany",
    ]
    assert labels(gazetteer, "berl")[0] == "Berlin, Germany"
    assert labels(gazetteer, "Mün")[0] == labels(gazetteer, "muen")[0]
    assert labels(gazetteer, "rom")[0].startswith("Rome, ")
    assert labels(gazetteer, "東")[0] == "Tokyo, Japan"
    assert labels(gazetteer, "Cambridge, Mass")[0] == "Cambridge, Massachusetts, United States"
    assert labels(gazetteer, "cambridge mass")[0] == "Cambridge, Massachusetts, United States"
    assert labels(gazetteer, "Berlin, Ger") == labels(gazetteer, "Berlin,ger")
    assert labels(gazetteer, "Berlin, Ger")[0] == "Berlin, Germany"


def test_a_limit_is_kept(gazetteer: Gazetteer):
    for limit in (0, 1, 5, 12):
        for typed in ("s", "san", "sant"):
            assert len(gazetteer.suggest(typed, limit)) == limit
    assert gazetteer.suggest("san", 5) == gazetteer.suggest("san", 12)[:5]
    assert gazetteer.suggest("san", -1) == []


def test_geopy_finds_us_by_name_and_asks_as_it_does_others(gazetteer: Gazetteer):
    assert get_geocoder_for_service("embedded") is EmbeddedGeocoder
    geocoder = EmbeddedGeocoder(gazetteer)
    found = geocoder.geocode("Cambridge MA")
    assert found.address == "Cambridge, Massachusetts, United States"
    assert (found.latitude, found.longitude) == (42.3751, -71.10561)
    assert found.raw == {
        "id": 4931972,
        "name": "Cambridge",
        "region": "Massachusetts",
        "country": "US",
        "country_name": "United States",
        "lat": 42.3751,
        "lng": -71.10561,
        "timezone": "America/New_York",
        "population": 110402,
    }
    several = geocoder.geocode("Cambridge", exactly_one=False, limit=3)
    assert [location.raw["country"] for location in several] == ["GB", "CA", "US"]


@pytest.mark.parametrize(
    ("lat", "lng", "name"),
    [
        (52.52, 13.40, "Berlin"),
        (52.48, 13.44, "Berlin"),
        (48.137, 11.575, "Munich"),
        (-17.0, 179.99, "Savusavu"),
        (-17.0, -179.99, "Savusavu"),
        (-17.0, 180.0, "Savusavu"),
        (-17.0, -180.0, "Savusavu"),
        (-17.0, 540.0, "Savusavu"),
        (90.0, 0.0, "Longyearbyen"),
        (90.0, 135.0, "Longyearbyen"),
        (-90.0, 12.0, "Ushuaia"),
    ],
)
def test_the_nearest_place(gazetteer: Gazetteer, lat: float, lng: float, name: str):
    assert gazetteer.nearest(lat, lng).name == name


def test_reverse_agrees_with_measuring_all(gazetteer: Gazetteer):
    here = (64.0, -179.0)
    geocoder = EmbeddedGeocoder(gazetteer)
    found = geocoder.reverse(here, exactly_one=False, limit=3)
    away = [great_circle(here, location.point).km for location in found]
    assert away == sorted(away)
    assert len(found) == 3
    assert geocoder.reverse(here).raw["id"] == found[0].raw["id"]
    assert geocoder.reverse("52.52, 13.40").address == "Berlin, Germany"


@pytest.mark.parametrize("point", [(91, 0), (-91, 0), (math.nan, 0), (0, math.nan), (0, math.inf)])
def test_what_is_no_point_is_refused(gazetteer: Gazetteer, point: tuple[float, float]):
    with pytest.raises(ValueError, match="is no point on Earth"):
        gazetteer.nearest(*point)


def test_by_id(gazetteer: Gazetteer):
    berlin = gazetteer.by_id(BERLIN)
    assert berlin is not None
    assert (berlin.name, berlin.country, berlin.timezone) == ("Berlin", "DE", "Europe/Berlin")
    assert gazetteer.by_id(-1) is None
    assert gazetteer.by_id(10**30) is None


def test_countries_are_named_in_english(gazetteer: Gazetteer):
    countries = gazetteer.countries()
    assert countries["DE"] == "Germany"
    assert countries["XK"] == "Kosovo"
    assert list(countries.values()) == sorted(countries.values())
    assert 245 < len(countries) < 260


def test_the_cities_of_european_time_zones_are_found_in_twenty_languages(gazetteer: Gazetteer):
    """Unicode's names, against the points of tzdata: at least 95 of 100 within 25 km."""
    former = {new: old for old, new in get_global("zone_aliases").items()}
    asked = found = 0
    for language in TWENTY:
        spoken = Locale.parse(language).time_zones
        for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines():
            _, point, zone = line.split("\t")[:3] if not line.startswith("#") else ("", "", "")
            if zone.startswith("Europe/"):
                own = {"city": zone.partition("/")[2].replace("_", " ")}
                name = (spoken.get(zone) or spoken.get(former.get(zone)) or own).get("city")
                best = gazetteer.look_up(name or own["city"]).best
                asked += 1
                found += bool(best and great_circle((best.lat, best.lng), degrees(point)).km < 25)
    assert asked > 1000
    assert found / asked > 0.95
