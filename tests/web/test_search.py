"""The page of the search: what it shows of what was found, and what is not its to show."""

from datetime import timedelta

import pytest

from tests.factories import make_event, make_group, make_user
from usergroups import db
from usergroups.inputs.desk import NameInput
from usergroups.models import EventStatus, GroupStatus
from usergroups.services import naming
from usergroups.web.snippets import marked, piece

pytestmark = pytest.mark.usefixtures("frozen_clock")


def test_all_kinds_stand_on_one_page_the_words_marked(client, database):
    with db.transaction():
        group = make_group(
            name="Köln Fog Users", slug="koln", city="Köln", summary="Fog < rain & us"
        )
        make_event(group, title="Fog evening", description="All about FOG.")
    page = client.get("/search?q=fog")
    assert page.status_code == 200
    assert "Köln <mark>Fog</mark> Users" in page.text
    assert "<mark>Fog</mark> &lt; rain &amp; us" in page.text
    assert "<mark>Fog</mark> evening" in page.text
    assert "All about <mark>FOG</mark>." in page.text
    assert client.get("/search?q=koln").text.count('class="hit"') >= 3  # the place, too
    only = client.get("/search?q=fog&kind=event").text
    assert "evening" in only
    assert 'class="hit-title"><a href="/groups/koln"' not in only


def test_what_nobody_may_see_is_not_there(client, database):
    with db.transaction():
        group = make_group(name="Open", city="Oslo")
        for status in (EventStatus.DRAFT, EventStatus.WITHDRAWN):
            make_event(group, title=f"Secret {status}", status=status, description="quokka")
        away = make_group(name="Secret society", status=GroupStatus.ARCHIVED)
        make_event(away, title="Secret party")
    for words in ("secret", "quokka"):
        page = client.get(f"/search?q={words}").text
        assert "Nothing here has all of these words." in page
        assert "Secret" not in page


def test_a_group_that_is_renamed_is_found_by_its_new_name_at_once(client, database):
    with db.transaction():
        steward = make_user(is_steward=True)
        group = make_group(name="Fog users")
        make_event(group, title="Autumn")
    assert "Autumn" in client.get("/search?q=fog").text
    with db.transaction() as session:
        naming.rename(session.merge(group), NameInput(name="Cloud users"), by=steward)
    assert "Did you mean" not in client.get("/search?q=cloud").text
    assert "Autumn" in client.get("/search?q=cloud").text
    assert "Autumn" not in client.get("/search?q=fog").text


def test_a_slip_of_the_pen_is_understood(client, database):
    with db.transaction():
        make_group(name="Budapest Users", slug="budapest", city="Budapest")
    page = client.get("/search?q=Budapset").text
    assert "Did you mean one of these?" in page
    assert 'href="/groups/budapest"' in page


def test_without_words_it_tells_what_can_be_found(client, database):
    page = client.get("/search")
    assert page.status_code == 200
    assert "Accents do not matter" in page.text


@pytest.mark.parametrize(
    ("query", "status"),
    [("q=%00", 200), (f"q={'x' * 10_000}", 422), ("q=%ff", 200), ("q=a&kind=nothing", 422),
     ("q=a&page=0", 422), ("q=a&page=9999", 200), ("q=%22)%20OR%20*", 200), ("q=a&q=b", 200),
     ("q=%E2%80%AEabc", 200)],
)  # fmt: skip
def test_strange_questions_have_answers(client, database, query, status):
    with db.transaction():
        make_group(name="A b c")
    assert client.get(f"/search?{query}").status_code == status


@pytest.mark.parametrize("number", [10, 300])
def test_at_most_eight_queries(client, database, count_queries, number):
    with db.transaction():
        for _ in range(number // 10):
            group = make_group(name="Fog users", city="Köln")
            for _ in range(10):
                make_event(group, title="Fog")
    assert "hits" in client.get("/search?q=fog").text
    with count_queries() as queries:
        assert client.get("/search?q=fog&page=1").status_code == 200
    assert len(queries) <= 8


def test_it_is_remembered_until_something_changes(client, database):
    first = client.get("/search?q=fog")
    again = client.get("/search?q=fog", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_more_than_a_page_of_a_kind(client, database):
    with db.transaction():
        group = make_group(name="Users")
        for n in range(35):
            at = group.created_at + timedelta(days=n + 1)
            make_event(group, title=f"Fog {n}", starts_at=at, ends_at=at)
    second = client.get("/search?q=fog&kind=event&page=2").text
    assert second.count('class="hit"') == 5
    assert "Page 2 of 2" in second


def test_a_piece_is_taken_from_where_the_words_stand():
    said = "word " * 200 + "then fog and then rain at last" + " word" * 200
    assert "<mark>fog</mark> and then <mark>rain</mark>" in piece(said, ["fog", "rain"])
    assert piece("Nothing.", ["fog"]) == "Nothing."
    assert piece("<script fog", ["fog"]) == "&lt;script <mark>fog</mark>"
    assert marked("Győr, Łódź", ["gyor", "lod"]) == "<mark>Győr</mark>, <mark>Łódź</mark>"
    assert marked("C++ and cats", ["c"]) == "<mark>C</mark>++ and cats"
