from usergroups.formats.map_list import MOST_LISTED, Listing, listing
from usergroups.formats.view import EVERYTHING, Box, Filters, GroupPlace, bounds, read_box
from usergroups.formats.viewport import GroupIndex

WORLD = Box(-180, -90, 180, 90)


def place(slug, latitude, longitude, country, **more):
    return GroupPlace(latitude=latitude, longitude=longitude, slug=slug, name=slug.upper(),
                      status="active", country=country, **more)  # fmt: skip


PLACES = [
    place("suva", -18.1, 178.4, "FJ"),
    place("taveuni", -16.8, -179.9, "FJ"),
    place("paris", 48.9, 2.4, "FR", topics=("maps",)),
    place("lyon", 45.8, 4.9, "FR"),
]


def found(listed: Listing) -> list[tuple[str, int, list[str]]]:
    return [(one.code, one.count, [p.slug for p in one.places]) for one in listed.countries]


def test_the_groups_of_a_view_stand_by_country_and_name():
    index = GroupIndex(PLACES)
    assert found(listing(index, WORLD, EVERYTHING)) == [
        ("FJ", 2, ["suva", "taveuni"]), ("FR", 2, ["lyon", "paris"]),
    ]  # fmt: skip
    assert found(listing(index, WORLD, Filters(topic="maps"))) == [("FR", 1, ["paris"])]
    assert listing(index, Box(0, 0, 1, 1), EVERYTHING) == Listing(0, [])


def test_a_view_may_lie_across_the_antimeridian():
    index = GroupIndex(PLACES)
    for box in ("170,-30,190,0", "170,-30,-170,0", "-190,-30,-170,0"):
        assert found(listing(index, read_box(box), EVERYTHING)) == [("FJ", 2, ["suva", "taveuni"])]


def test_of_many_groups_the_countries_alone_are_told():
    many = [place(f"g{n}", 48.0, 2.0 + n / 1000, "FR") for n in range(MOST_LISTED + 1)]
    assert found(listing(GroupIndex(many), WORLD, EVERYTHING)) == [("FR", MOST_LISTED + 1, [])]
    assert len(listing(GroupIndex(many[1:]), WORLD, EVERYTHING).countries[0].places) == MOST_LISTED


def test_the_least_box_round_points():
    assert bounds([]) is None
    assert bounds([(48.9, 2.4)]) == Box(2.4, 48.9, 2.4, 48.9)
    assert bounds([(48.9, 2.4), (45.8, 4.9)]) == Box(2.4, 45.8, 4.9, 48.9)
    across = bounds([(-18.0, 178.0), (-16.0, -179.0)])
    assert across == Box(178.0, -18.0, 181.0, -16.0)
