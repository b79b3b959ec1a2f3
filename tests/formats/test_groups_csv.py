from datetime import date

import pytest

from tests.factories import make_group
from usergroups import db
from usergroups.formats.groups_csv import GroupsFileError, read_groups, write_groups
from usergroups.models import GroupLink, GroupStatus, LinkKind

HEADER = (
    "name,slug,city,region,country,latitude,longitude,timezone,founded_on,website,status,members"
)


def reasons(*rows: str) -> list[tuple[int, str]]:
    lines = read_groups("\n".join(["name,slug,city,country,latitude,longitude", *rows]).encode())
    return [(line.number, line.reason) for line in lines]


def test_a_whole_row():
    [line] = read_groups(
        f"\ufeff{HEADER}\r\nUG Győr,ug-gyor,Győr,,hu,47.68,17.63,Europe/Budapest,2020-01-31,"
        "https://gyor.example.org,inactive,73\r\n".encode()
    )
    assert line.number == 2
    assert line.row.model_dump() == {
        "name": "UG Győr",
        "slug": "ug-gyor",
        "city": "Győr",
        "region": "",
        "country": "HU",
        "latitude": 47.68,
        "longitude": 17.63,
        "timezone": "Europe/Budapest",
        "founded_on": date(2020, 1, 31),
        "website": "https://gyor.example.org",
        "status": "dormant",
        "members": 73,
    }


def test_only_name_city_and_country_are_needed():
    [line] = read_groups(b"country,city,name\nFR,Paris,UG Paris\n")
    row = line.row
    assert (row.name, row.city, row.country) == ("UG Paris", "Paris", "FR")
    assert (row.slug, row.latitude, row.timezone, row.status, row.members) == (
        None,
        None,
        None,
        "",
        None,
    )


def test_each_bad_row_is_named_and_the_good_ones_stand():
    assert reasons(
        "A,a,Paris,FR,48,2",
        "B,b,Paris,Frankreich,48,2",
        "C,c,Paris,FR,98,2",
        "D,a,Paris,FR,48,2",
        "E,e,Paris,FR,48,",
        "F,f,Paris,FR",
        "G,g,Paris,FR,48,2",
    ) == [
        (2, ""),
        (3, "country: expected an ISO 3166-1 country code such as FR, not 'Frankreich'"),
        (4, "latitude: Input should be less than or equal to 90"),
        (5, "slug: 'a' stands on line 2 already; slugs are unique"),
        (6, "input: latitude and longitude go together"),
        (7, "it has more or fewer cells than the first line has columns"),
        (8, ""),
    ]


def test_a_slug_made_of_the_name_must_be_unique_too():
    lines = read_groups(b"name,city,country\nUG Paris,Paris,FR\nug  paris,Paris,FR\n")
    assert [line.reason for line in lines] == [
        "",
        "slug: 'ug-paris' stands on line 2 already; slugs are unique",
    ]


def test_the_line_is_where_the_row_begins_even_after_cells_of_several_lines():
    assert reasons('"A\nB",a,Paris,FR,48,2', "C,c,Paris,XX,48,2")[1][0] == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "expected the columns name,slug"),
        (b"name,city,country,colour\n", "line 1, column 4: 'colour' is no column"),
        (b"name,city\n", "the column 'country' is missing"),
        (b"name,city,country,name\n", "'name' stands there twice"),
        (
            b"name,city,country\nG\xf6teborg,x,SE\n",
            "line 2, column 2: expected UTF-8, found the byte",
        ),
        ("name,city,country\n".encode("utf-16"), "expected UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(content, words):
    with pytest.raises(GroupsFileError) as refused:
        read_groups(content)
    assert words in str(refused.value)


def test_an_unclosed_quote_is_a_bad_row():
    [line] = read_groups(b'name,city,country\n"A,Paris,FR\n')
    assert line.row is None
    assert line.reason == "not CSV: unexpected end of data"


def test_what_is_written_reads_the_same_and_runs_no_formula(database):
    with db.transaction():
        group = make_group(
            slug="evil", name='=HYPERLINK("x","y")', status=GroupStatus.DORMANT, members_elsewhere=7
        )
        group.links = [GroupLink(kind=LinkKind.WEBSITE, url="https://example.org")]
    text = write_groups([group])
    assert text == (
        f"{HEADER}\n"
        '"\'=HYPERLINK(""x"",""y"")",evil,Paris,,FR,48.8566,2.3522,Europe/Paris,,'
        "https://example.org,dormant,7\n"
    )
    [line] = read_groups(text.encode())
    assert (line.row.name, line.row.status) == ('=HYPERLINK("x","y")', "dormant")
