"""What a meetup asks: the editor, and the answers of those who come."""

import re

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, person, post, signed_in
from tests.factories import make_group, make_meetup
from tests.people import mails
from usergroups import db, tokens
from usergroups.models import EventQuestion, Message, MessageKind, Role, RsvpAnswer, User

AT = "/organize/paris/meetups/bcdfghjkmn/questions"
ANSWER = "/rsvp/bcdfghjkmn"
MEAL = {"text": "What do you eat?", "kind": "choice", "options": "Everything\nVegan\n\nVegan"}
HOSTILE = '=HYPERLINK("https://evil.example")<b>'


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        made = make_group(slug="paris")
        make_meetup(made, 50, public_id="bcdfghjkmn", title="Talks")
    return made


@pytest.fixture
def lead(app, group):
    return signed_in(app, group, name="Lead")


def questions() -> list[tuple[str, str, list[str], bool, bool]]:
    with db.reading() as session:
        return [
            (one.text, one.kind.value, one.options, one.is_required, one.retired_at is None)
            for one in session.scalars(select(EventQuestion).order_by(EventQuestion.id))
        ]


def answers() -> list[tuple[str, int, str]]:
    """Who answered what to which question."""
    query = (
        select(User.name, RsvpAnswer.question_id, RsvpAnswer.text)
        .select_from(RsvpAnswer)
        .join_from(RsvpAnswer, RsvpAnswer.__table__.metadata.tables["rsvp"])
        .join(User)
        .order_by(User.name, RsvpAnswer.question_id)
    )
    with db.reading() as session:
        return [tuple(row) for row in session.execute(query)]


def ask_all(lead) -> None:
    """A choice that needs an answer, a text that does not, a tick that does."""
    post(lead, AT, is_required="yes", **MEAL)
    post(lead, AT, text="Anything else?", kind="text", options="")
    post(lead, AT, text="I bring my laptop", kind="tick", is_required="yes")


def test_questions_are_added_once_however_often_one_clicks(lead):
    assert "Without questions people come by one click." in lead.get(AT).text
    for _ in range(2):
        assert post(lead, AT, is_required="yes", **MEAL).status_code == 303
    assert questions() == [("What do you eat?", "choice", ["Everything", "Vegan"], True, True)]
    page = lead.get(AT).text
    assert "One of several options: Everything, Vegan" in page
    assert "Needs an answer" in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"text": ""}, "Please fill this in."),
        ({"text": "x" * 201}, "At most 200 characters"),
        ({"options": "Everything"}, "2 to 20 options, one a line, please."),
        ({"options": "\n".join(map(str, range(21)))}, "2 to 20 options"),
        ({"options": "a\n" + "x" * 101}, "At most 100 characters"),
        ({"options": "a\nb\u202ec"}, "cannot be seen"),
        ({"kind": "essay"}, "Choose one"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(lead, wrong, told):
    answer = post(lead, AT, **MEAL | wrong)
    assert answer.status_code == 422
    assert told in answer.text
    assert 'class="field-error"' in answer.text
    assert questions() == []


def test_there_are_not_too_many(lead):
    for number in range(12):
        assert post(lead, AT, text=f"Question {number}", kind="text").status_code == 303
    answer = post(lead, AT, text="One more", kind="text")
    assert (answer.status_code, "At most 12 questions" in answer.text) == (422, True)


def test_whoever_comes_answers_and_is_told_what_lacks(app, lead, group):
    ask_all(lead)
    with db.transaction():
        ada = person(name="Ada")
    browser = browser_of(app, ada)
    page = browser.get(ANSWER).text
    assert "What do you eat?" in page
    assert "Anything else? (if you like)" in page
    answer = post(browser, ANSWER, asks="yes", question_1="Meat", question_2="Window seat")
    assert answer.status_code == 422
    assert "Choose one of these, please." in answer.text
    assert "Nobody can come without a tick here." in answer.text
    assert "Window seat" in answer.text
    # One click from elsewhere, without the questions.
    assert post(browser, ANSWER, guests="0").status_code == 422
    assert answers() == []
    said = {
        "asks": "yes",
        "question_1": "Vegan",
        "question_2": " Window\r\nseat ",
        "question_3": "on",
    }
    assert post(browser, ANSWER, **said).status_code == 303
    assert answers() == [("Ada", 1, "Vegan"), ("Ada", 2, "Window\nseat"), ("Ada", 3, "yes")]
    page = browser.get(ANSWER).text
    assert re.search(r'<option value="Vegan" selected>', page)
    # With fewer guests by a button that has no questions, they stay.
    assert post(browser, ANSWER, guests="0").status_code == 303
    assert len(answers()) == 3
    assert post(browser, ANSWER, **said | {"question_2": ""}).status_code == 303
    assert answers() == [("Ada", 1, "Vegan"), ("Ada", 3, "yes")]
    answer = post(browser, ANSWER, **said | {"question_2": "x" * 1001})
    assert "At most 1000 characters" in answer.text


def test_a_guest_answers_with_the_form_that_asks_for_the_code(app, lead):
    ask_all(lead)
    browser = app.test_client()
    said = {
        "name": "Bob", "email": "bob@example.org", "asks": "yes", "question_1": "Vegan",
        "question_2": "é" * 1000, "question_3": "yes",
    }  # fmt: skip
    guest = f"{ANSWER}/guest"
    assert post(browser, guest, **said | {"question_1": ""}).status_code == 422
    answer = post(browser, guest, **said)
    assert answer.status_code == 303
    assert len(answer.headers["Set-Cookie"]) < 3_000
    with db.reading() as session:
        query = select(Message.nonce).where(Message.kind == MessageKind.RSVP_CODE)
        nonce = session.scalars(query).one()
    assert post(browser, f"{guest}/code", code=tokens.code("rsvp", nonce)).location == ANSWER
    assert answers() == [("Bob", 1, "Vegan"), ("Bob", 2, "é" * 1000), ("Bob", 3, "yes")]
    assert "é" not in str([mail for mail in mails() if mail[0] == "rsvp_code"])


def test_a_question_that_is_answered_keeps_its_words(app, lead, group):
    ask_all(lead)
    with db.transaction():
        ada = person(name="Ada")
    browser = browser_of(app, ada)
    said = {"asks": "yes", "question_1": "Vegan", "question_3": "yes"}
    post(browser, ANSWER, **said)
    assert "One person has answered." in lead.get(f"{AT}/1").text
    answer = post(lead, f"{AT}/1", **MEAL | {"text": "What do you drink?"})
    assert answer.status_code == 409
    assert "People have answered this: retire it, and ask anew." in answer.text
    assert "What do you drink?" in answer.text
    assert post(lead, f"{AT}/1", **MEAL | {"options": "Everything\nHalal"}).status_code == 409
    more = MEAL | {"options": "Everything\nVegan\nHalal"}
    assert post(lead, f"{AT}/1", **more).status_code == 303
    assert post(lead, f"{AT}/2", text="Any wishes?", kind="text").status_code == 303
    for _ in range(2):
        assert post(lead, f"{AT}/1/remove", AT).status_code == 303
    assert post(lead, f"{AT}/2/remove", AT).status_code == 303
    assert questions() == [
        ("What do you eat?", "choice", ["Everything", "Vegan", "Halal"], False, False),
        ("I bring my laptop", "tick", [], True, True),
    ]
    assert answers() == [("Ada", 1, "Vegan"), ("Ada", 3, "yes")]
    assert post(lead, f"{AT}/1", **MEAL).status_code == 409
    assert lead.get(f"{AT}/2").status_code == 404
    assert lead.get(f"{AT}/1/remove").location == AT
    assert "What do you eat?" not in browser.get(ANSWER).text


def test_it_is_for_organizers_of_the_group(app, lead):
    ask_all(lead)
    stranger = signed_in(app, None)
    for path in (AT, f"{AT}/1"):
        assert stranger.get(path).status_code == 403
    with db.transaction():
        lyon = make_group(slug="lyon")
    other = signed_in(app, lyon, Role.ORGANIZER)
    assert other.get(AT.replace("paris", "lyon")).status_code == 404
