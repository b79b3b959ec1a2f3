"""Talks: proposed, reviewed, decided on, set on an agenda, shown on pages."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import browser_of, person, post, signed_in, texts
from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import (
    AgendaItem,
    Event,
    GroupStatus,
    Message,
    MessageKind,
    Role,
    Speaker,
    Talk,
    TalkStatus,
)

pytestmark = pytest.mark.usefixtures("frozen_clock")
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def world(app, database):
    """Paris with a meetup of three hours, who organizes it, and Ada, who has something to say."""
    with db.transaction():
        paris = make_group(slug="paris", name="UG Paris")
        start = clock.now() + timedelta(days=7)
        make_event(
            paris, public_id="clouds0000", title="Clouds", starts_at=start,
            ends_at=start + timedelta(hours=3),
        )  # fmt: skip
        lead = person(paris, Role.LEAD, email="lead@example.org", name="Léa")
        ada = person(name="Ada", email="ada@example.org")
    return browser_of(app, lead), browser_of(app, ada)


def propose(ada, **given):
    fields = {
        "title": "Fog", "abstract": "On **fog**.", "format": "lightning", "minutes": "20",
        "name": "Ada L.", "event": "clouds0000", "note": "I need a projector",
    }  # fmt: skip
    return post(ada, "/speak/paris", **fields | given)


def talk() -> Talk:
    with db.reading() as session:
        return session.scalars(select(Talk)).one()


def mails() -> list[tuple[MessageKind, str]]:
    with db.reading() as session:
        query = select(Message.kind, Message.address).order_by(Message.id)
        return [tuple(row) for row in session.execute(query)]


def test_from_a_proposal_to_the_recording(world, client):
    lead, ada = world
    assert propose(ada).status_code == 303
    proposed = talk()
    desk = f"/organize/paris/talks/{proposed.public_id}"
    assert proposed.public_id in lead.get("/organize/paris/talks").text
    assert "I need a projector" in lead.get(desk).text
    assert post(lead, f"{desk}/review", form=desk, score="5", note="Gladly").status_code == 303
    assert "5 of 5" in lead.get(desk).text
    answer = post(
        lead, f"{desk}/decide", form=desk, status="accepted", event="clouds0000", version="1"
    )
    assert answer.status_code == 303
    agenda = "/organize/paris/meetups/clouds0000/agenda"
    at = re.search(r'datetime="[^"T]+T(\d\d:\d\d)', lead.get(agenda).text).group(1)
    assert post(lead, agenda, talk=str(proposed.id), at=at, minutes="20").status_code == 303
    assert post(lead, agenda, title="Break", at=at, minutes="20").status_code == 422  # busy
    assert post(lead, agenda, title="Play", at=at, minutes="20", track="2").status_code == 303
    page = client.get("/events/clouds0000", follow_redirects=True).text
    assert ("Fog" in page, "Ada L." in page, "Play" in page) == (True, True, True)
    assert "<strong>fog</strong>" in page
    assert "I need a projector" not in page
    mine = f"/me/talks/{proposed.public_id}"
    slides = "https://example.org/slides.pdf"
    assert post(ada, f"{mine}/links", form=mine, slides_url=slides).status_code == 303
    with db.reading() as session:
        speaker = session.scalars(select(Speaker)).one()
    page = client.get(f"/speakers/{speaker.public_id}").text
    assert ("Clouds" in page, slides in page) == (True, True)
    assert "ada@example.org" not in page
    assert mails() == [
        (MessageKind.TALK_PROPOSED, "lead@example.org"),
        (MessageKind.TALK_DECIDED, "ada@example.org"),
    ]


def test_a_talk_is_taken_back_and_leaves_the_agenda(world, client):
    lead, ada = world
    propose(ada)
    proposed = talk()
    desk, mine = f"/organize/paris/talks/{proposed.public_id}", f"/me/talks/{proposed.public_id}"
    post(lead, f"{desk}/decide", form=desk, status="accepted", version="1")
    with db.transaction() as session:
        event = session.scalars(select(Event)).one()
        session.add(
            AgendaItem(
                event_id=event.id, talk_id=proposed.id, starts_at=event.starts_at,
                ends_at=event.ends_at,
            )
        )  # fmt: skip
    for _ in range(2):
        assert (
            post(ada, f"{mine}/withdraw", form=mine if _ == 0 else "/me/talks").status_code == 303
        )
    assert talk().status is TalkStatus.WITHDRAWN
    assert "Fog" not in client.get("/events/clouds0000", follow_redirects=True).text
    assert mails()[-1] == (MessageKind.TALK_WITHDRAWN, "lead@example.org")
    assert len(mails()) == 3


def test_the_second_who_decides_is_told(world):
    lead, ada = world
    propose(ada)
    desk = f"/organize/paris/talks/{talk().public_id}"
    assert post(lead, f"{desk}/decide", form=desk, status="declined", version="1", reason="Full"
    ).status_code == 303  # fmt: skip
    answer = post(lead, f"{desk}/decide", form=desk, status="accepted", version="1")
    assert answer.status_code == 409
    assert talk().status is TalkStatus.DECLINED


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"title": "x" * 2_000}, "At most 200 characters"),
        ({"minutes": "0"}, "At least 5"),
        ({"minutes": "soon"}, "A whole number"),
        ({"event": "elsewhere0"}, "Choose a meetup from the list."),
        ({"url": "javascript:alert(1)"}, "begins with http"),
        ({"name": "Ada\u202e"}, "cannot be seen"),
    ],
)
def test_bad_input_comes_back_filled(world, given, word):
    _, ada = world
    answer = propose(ada, **given)
    assert answer.status_code == 422
    assert word in answer.text
    assert "I need a projector" in answer.text
    assert mails() == []


def test_hostile_words_are_text(world, client):
    lead, ada = world
    propose(ada, title=HOSTILE, name=HOSTILE, abstract=HOSTILE, biography=HOSTILE, note=HOSTILE)
    desk = f"/organize/paris/talks/{talk().public_id}"
    with db.reading() as session:
        speaker = session.scalars(select(Speaker)).one()
    for page in (lead.get("/organize/paris/talks"), lead.get(desk), ada.get("/me/talks"),
                 client.get(f"/speakers/{speaker.public_id}")):  # fmt: skip
        assert page.status_code == 200
        assert "<img src=x" not in page.text


def test_so_many_and_no_more_and_not_to_the_ended(world):
    _, ada = world
    for _ in range(5):
        assert propose(ada).status_code == 303
    assert "wait for an answer there" in propose(ada).text
    with db.transaction():
        make_group(slug="ended", status=GroupStatus.ARCHIVED)
    page = post(ada, "/speak/ended", title="Fog", minutes="20", name="Ada")
    assert page.status_code == 409


def test_nobody_sees_or_changes_the_talks_of_others(app, world):
    lead, ada = world
    propose(ada)
    mine = f"/me/talks/{talk().public_id}"
    assert lead.get(mine).status_code == 404
    assert signed_in(app).get(f"/organize/paris/talks/{talk().public_id}").status_code == 403
    with db.transaction():
        make_group(slug="lyon")
    steward = signed_in(app, is_steward=True)
    assert steward.get(f"/organize/lyon/talks/{talk().public_id}").status_code == 404


def test_who_speaks_somewhere_near_is_shown_to_the_group(world, client):
    lead, ada = world
    first, last = "2030-06-03", "2030-06-05"
    given = {
        "place": "Boulogne-Billancourt",
        "from_on": first,
        "until_on": last,
        "note": "For a wedding",
    }
    assert post(ada, "/me/talks/travels", form="/me/talks", **given).status_code == 409
    assert post(ada, "/me/talks/speaker", form="/me/talks", name="Ada L.").status_code == 303
    bad = post(ada, "/me/talks/travels", form="/me/talks", **given | {"until_on": "2030-06-01"})
    assert (bad.status_code, "before the first" in bad.text) == (422, True)
    assert post(ada, "/me/talks/travels", form="/me/talks", **given).status_code == 303
    page = lead.get("/organize/paris/talks")
    assert "Speakers who come near" in texts(page, "h2")
    assert "about 8 km away" in page.text
    remove = re.search(r"/me/talks/travels/\d+/remove", ada.get("/me/talks").text).group()
    assert post(lead, remove, form="/me/talks").status_code == 404
    assert post(ada, remove, form="/me/talks").status_code == 303
    assert "Boulogne" not in lead.get("/organize/paris/talks").text


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"at": "25:99"}, "A time such as 18:30"),
        ({"at": "", "title": "x"}, "A time such as 18:30"),
        ({"title": ""}, "Choose a talk, or say what it is."),
        ({"minutes": "600"}, "longer than the meetup"),
        ({"talk": "999"}, "Choose a talk from the list."),
    ],
)
def test_lines_that_do_not_fit(world, given, word):
    lead, _ = world
    agenda = "/organize/paris/meetups/clouds0000/agenda"
    at = re.search(r'datetime="[^"T]+T(\d\d:\d\d)', lead.get(agenda).text).group(1)
    answer = post(lead, agenda, **{"title": "Break", "at": at, "minutes": "10"} | given)
    assert answer.status_code == 422
    assert word in answer.text
