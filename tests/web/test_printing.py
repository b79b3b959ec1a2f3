"""Posters, agendas and door lists: what is put on paper."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.factories import make_event, make_group, make_membership, make_rsvp, make_user
from tests.web.test_team import entered
from usergroups import db
from usergroups.models import (
    AgendaItem,
    EventStatus,
    Registration,
    Role,
    RsvpStatus,
    Speaker,
    Talk,
    TalkStatus,
)

HOSTILE = "<script>alert(1)</script>"


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.fixture
def meetup(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris", name=f"UG Paris {HOSTILE}", language="fr")
        return make_event(
            group, public_id="abcdefghjk", title=f"An evening {HOSTILE}", venue="The mill",
            registration=Registration.HERE, description="Two talks\n\n**and** a walk",
        )  # fmt: skip


def test_a_poster_says_what_when_and_where(client, meetup, count_queries):
    with count_queries() as queries:
        page = client.get("/posters/abcdefghjk")
    said = text(page)
    assert page.status_code == 200
    assert len(queries) <= 5
    assert HOSTILE not in page.text
    for words in (
        f"An evening {HOSTILE}",
        "UG Paris",
        "The mill",
        "Two talks",
        "/events/abcdefghjk",
    ):
        assert words in said
    assert '<svg viewBox="0 0' in page.text or "<svg" in page.text
    assert '<bdi lang="fr"' in page.text
    assert client.get(
        "/posters/abcdefghjk", headers={"If-None-Match": page.headers["ETag"]}
    ).status_code == 304  # fmt: skip


@pytest.mark.parametrize(
    ("status", "stamp"),
    [(EventStatus.CANCELLED, "This meetup is cancelled."), (EventStatus.TENTATIVE, "Tentative")],
)
def test_it_hides_nothing(client, meetup, status, stamp):
    with db.transaction():
        db.session().merge(meetup).status = status
    assert stamp in text(client.get("/posters/abcdefghjk"))


@pytest.mark.parametrize(
    "path", ["/posters/nobody0000", "/agendas/nobody0000", "/agendas/abcdefghjk"]
)
def test_what_is_not_there(client, meetup, path):
    assert client.get(path).status_code == 404


def test_a_draft_is_not_on_paper_either(client, meetup):
    with db.transaction():
        db.session().merge(meetup).status = EventStatus.DRAFT
    assert client.get("/posters/abcdefghjk").status_code == 404


def test_an_agenda_in_the_order_of_the_evening(client, meetup):
    with db.transaction():
        talk = Talk(
            title=f"Talk {HOSTILE}", group_id=meetup.group_id, status=TalkStatus.ACCEPTED,
            speakers=[Speaker(name="Ada")],
        )  # fmt: skip
        for start, facts in ((45, {"talk": talk}), (0, {"title": "Doors"})):
            begins = meetup.starts_at + timedelta(minutes=start)
            db.session().add(
                AgendaItem(
                    event_id=meetup.id,
                    starts_at=begins,
                    ends_at=begins + timedelta(minutes=30),
                    **facts,
                )
            )
    said = text(client.get("/agendas/abcdefghjk"))
    assert said.index("Doors") < said.index(f"Talk {HOSTILE}") < said.index("Ada")
    assert f"Talk {HOSTILE} Ada" in text(client.get("/posters/abcdefghjk"))


def test_a_door_list_by_name_with_their_guests(app, meetup):
    with db.transaction():
        lead = make_user(email="lead@example.org")
        make_membership(lead, db.session().merge(meetup).group, role=Role.LEAD)
        for name, status, guests in (
            ("Zoë", RsvpStatus.GOING, 2),
            (f"Émile {HOSTILE}", RsvpStatus.GOING, 0),
            ("", RsvpStatus.GOING, 0),
            ("Waits", RsvpStatus.WAITLISTED, 0),
        ):
            make_rsvp(meetup, make_user(name=name), status, guests=guests)
    page = entered(app, lead).get("/organize/paris/meetups/abcdefghjk/door/list")
    said = text(page)
    assert HOSTILE not in page.text
    assert said.index("Émile") < said.index("Zoë + 2") < said.index("somebody without a name")
    assert "Waits" not in said
    assert "5 people are expected, guests included." in said


def test_nobody_yet(app, meetup):
    with db.transaction():
        lead = make_user(email="lead@example.org")
        make_membership(lead, db.session().merge(meetup).group, role=Role.LEAD)
    assert "Nobody has answered yet." in text(
        entered(app, lead).get("/organize/paris/meetups/abcdefghjk/door/list")
    )
