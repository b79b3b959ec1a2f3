from usergroups.gazetteer.reading import Reading, readings
from usergroups.gazetteer.tables import Area

GERMANY = frozenset({("DE", "")})
ONTARIO = frozenset({("CA", "Ontario")})
NEW_YORK = frozenset({("US", "New York")})
NOWHERE: Area = frozenset()


def area(key: str) -> Area:
    return {
        "germany": GERMANY,
        "de": GERMANY,
        "ontario": ONTARIO,
        "new york": NEW_YORK,
        "canada": frozenset({("CA", "")}),
    }.get(key, NOWHERE)


def read(text: str) -> list[Reading]:
    return list(readings(text, area))


def test_a_name_is_a_name():
    assert read("Berlin") == [Reading("berlin")]


def test_areas_stand_after_commas():
    assert read("London, Ontario,Canada") == [
        Reading("london", (ONTARIO, frozenset({("CA", "")}))),
    ]


def test_a_comma_before_unknown_words_may_belong_to_the_name():
    assert read("Berlin, Mitte") == [Reading("berlin", (NOWHERE,)), Reading("berlin mitte")]
    assert Reading("berlin", (NOWHERE, GERMANY)).known == Reading("berlin", (GERMANY,))


def test_last_words_may_be_an_area_longest_first():
    assert read("Albany New York") == [
        Reading("albany new york"),
        Reading("albany", (NEW_YORK,)),
    ]
    assert read("Rio de") == [Reading("rio de"), Reading("rio", (GERMANY,))]


def test_nothing_is_read_from_nothing():
    assert read("") == []
    assert read(" , ; ") == []
    assert read(", Germany") == [Reading("germany")]
    assert read("x" * 300) == []
