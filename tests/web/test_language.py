"""Which language an answer speaks, and how people choose."""

import re

import pytest

from tests.factories import make_user
from usergroups import db, language
from usergroups.services import accounts


def post(client, path, **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/language").text).group(1)
    return client.post(path, data={"csrf_token": token, **data})


def spoken(client, path="/privacy", **headers):
    return re.search(r'<html lang="([^"]+)" dir="([^"]+)"', client.get(path, headers=headers).text)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("", "en-150"), ("en-US", "en-US"), ("en-us;q=0.9, en-GB;q=0.8", "en-US"), ("*", "en-150"),
        ("xx-YY, en-XA", "en-XA"), ("en-US;q=0, en-XA;q=0.1", "en-XA"), ("en-Latn-US", "en-150"),
        ("nonsense;;;q=x", "en-150"), ("é", "en-150"),
    ],
)  # fmt: skip
def test_a_page_speaks_what_the_browser_asks_for(client, database, asked, said):
    assert spoken(client, **{"Accept-Language": asked})[1] == said


def test_it_says_what_it_depends_on_and_is_another_page_for_another_language(client, database):
    answers = [client.get("/privacy", headers={"Accept-Language": one}) for one in ("en", "en-US")]
    assert {answer.headers["Vary"] for answer in answers} == {"Accept-Language, Cookie"}
    assert len({answer.headers["ETag"] for answer in answers}) == 2


def test_a_language_may_be_written_from_right_to_left(client, database):
    assert spoken(client, **{"Accept-Language": "en-XB"}).groups() == ("en-XB", "rtl")


def test_a_choice_is_kept_by_the_browser_and_leads_back(client, database):
    page = client.get("/privacy").text
    assert 'href="/language?back=%2Fprivacy"' in page
    offered = client.get("/language?back=/privacy").text
    assert [name in offered for name in language.offered().values()]
    answer = post(client, "/language", language="en-US", back="/privacy")
    assert (answer.status_code, answer.location) == (303, "/privacy")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "language=" in one]
    assert cookie.startswith("language=en-US; ")
    assert "HttpOnly; Path=/; SameSite=Lax" in cookie
    assert spoken(client, **{"Accept-Language": "en"})[1] == "en-US"


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil", ""])
def test_the_way_back_leads_nowhere_else(client, database, back):
    assert post(client, "/language", language="en", back=back).location == "/"


def test_what_is_not_offered_is_not_taken(client, database):
    assert post(client, "/language", language="xx").status_code == 422


def test_people_have_theirs_on_every_page_and_in_mails(client, database):
    with db.transaction():
        user = make_user(email="ada@example.org", language="en-US")
        secret = accounts.offer_sign_in(user)
    post(client, f"/sign-in/{secret}")
    assert (spoken(client, "/me")[1], spoken(client)[1]) == ("en-US", "en-US")
    post(client, "/language", language="en")
    assert (spoken(client, "/me")[1], spoken(client)[1]) == ("en-150", "en-150")
    with db.reading() as session:
        assert session.get_one(type(user), user.id).language == "en"


def test_an_address_with_a_secret_is_not_taken_along(client, database):
    assert 'href="/language"' in client.get("/sign-in/geheim").text
