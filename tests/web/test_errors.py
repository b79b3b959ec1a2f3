import logging

import pytest

from usergroups import db


def test_an_address_that_leads_nowhere(client, database):
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "There is nothing here" in answer.text
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(
    "path", ["/groups/%00", "/events/%00/x", "/groups/%ff%fe", "/countries/%00"]
)
def test_strange_addresses_lead_nowhere(client, database, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/groups", "/events", "/map", "/places.json", "/map.svg"])
def test_strange_parameters_are_no_defect(client, database, path):
    query = "q=%00&near=%00&topic=%00%ff&country=%00&region=%00&at=%00&from=%00&online=%00"
    assert client.get(f"{path}?{query}").status_code in {200, 422}


def test_a_defect_shows_a_page_and_no_secret(app, database, caplog):
    app.testing = False
    part = lambda: 1 / 0  # noqa: E731  shorter than a function
    part.access = "public"
    app.add_url_rule("/broken", "broken", part)
    with caplog.at_level(logging.CRITICAL):
        answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_without_a_database_there_is_still_a_page(app, database, tmp_path):
    app.testing = False
    db.connect(f"sqlite:///{tmp_path}/empty.sqlite")
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
