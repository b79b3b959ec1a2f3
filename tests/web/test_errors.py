import logging

from usergroups import db


def test_an_address_that_leads_nowhere(client, database):
    answer = client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    assert "There is nothing here" in answer.text
    assert "Content-Security-Policy" in answer.headers


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
