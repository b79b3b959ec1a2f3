"""What is found, in which order, and what never is."""

from datetime import timedelta

import pytest

from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import (
    AgendaItem,
    EventStatus,
    GroupStatus,
    SearchKind,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkStatus,
)
from usergroups.queries import search
from usergroups.services import search_index
from usergroups.text import words

pytestmark = pytest.mark.usefixtures("frozen_clock", "database")
DAY = timedelta(days=1)


def catch_up():
    with db.transaction():
        assert not search_index.catch_up()


def found(query, kind=None):
    with db.reading():
        met = search.candidates(words(query))
    if kind is not None:
        return [one.name for one in met[kind]]
    return {kind.value: [one.name for one in some] for kind, some in met.items() if some}


def make_talk(event, title, *speakers, status=TalkStatus.ACCEPTED, abstract=""):
    session = db.session()
    talk = Talk(group_id=event.group_id, event_id=event.id, title=title, status=status)
    talk.abstract = abstract
    session.add(talk)
    session.flush()
    session.add(
        AgendaItem(
            event_id=event.id, talk_id=talk.id, starts_at=event.starts_at, ends_at=event.ends_at
        )
    )
    for name in speakers:
        speaker = Speaker(name=name)
        session.add(speaker)
        session.flush()
        session.add(TalkSpeaker(talk_id=talk.id, speaker_id=speaker.id))
    session.flush()
    return talk


@pytest.mark.parametrize(
    ("city", "queries"),
    [
        ("Köln", ["Koln", "köln", "KÖLN", "kol", "ko\u0308ln"]),
        ("Łódź", ["Lodz", "łódź", "lód"]),
        ("Malmö", ["malmo", "Malmö"]),
        ("Reykjavík", ["reykjavik"]),
        ("東京", ["東京", "東"]),
        ("Århus", ["arhus", "århus"]),
    ],
)
def test_accents_and_beginnings_do_not_matter(city, queries):
    with db.transaction():
        make_group(name="Users of fog", city=city)
        make_group(name="Others", city="Paris")
    catch_up()
    assert {query: found(query) for query in queries} == {
        query: {"group": ["Users of fog"]} for query in queries
    }


def test_all_words_have_to_be_there_in_the_name_or_around_it():
    with db.transaction():
        group = make_group(name="Vienna fog users", city="Vienna", summary="We look at clouds")
        make_event(group, title="Fog and coffee", venue="Café Central", description="Bring rain.")
        talk = make_event(group, title="Autumn evening")
        make_talk(talk, "Clouds by hand", "Zoë Łęcka", abstract="Made of vapour")
    catch_up()
    assert found("vienna coffee") == {"event": ["Fog and coffee"]}
    assert found("cafe central") == {"event": ["Fog and coffee"]}
    assert found("zoe lecka") == {"talk": ["Clouds by hand"]}
    assert found("vapour") == {"talk": ["Clouds by hand"]}
    assert found("vienna vapour rain") == {}
    assert found("clouds") == {"group": ["Vienna fog users"], "talk": ["Clouds by hand"]}


def test_names_come_before_texts_and_what_comes_before_what_was():
    now = clock.now()
    with db.transaction():
        make_group(name="A group", summary="fog in the text")
        make_group(name="Users of fog")
        make_group(name="Fog")
        group = make_group(name="Fog users")
        for title, days in [
            ("Fog long ago", -90), ("Fog lately", -9), ("Fog later", 60), ("Fog soon", 3),
            ("Fog", -30),
        ]:  # fmt: skip
            at = now + days * DAY
            make_event(group, title=title, starts_at=at, ends_at=at + timedelta(hours=2))
    catch_up()
    assert found("fog", SearchKind.GROUP) == ["Fog", "Fog users", "Users of fog", "A group"]
    assert found("fog", SearchKind.EVENT) == [
        "Fog", "Fog soon", "Fog later", "Fog lately", "Fog long ago",
    ]  # fmt: skip


@pytest.mark.parametrize("status", list(EventStatus))
def test_only_meetups_that_everybody_may_see_are_found_and_their_talks(status):
    with db.transaction():
        group = make_group(name="Berlin users", city="Berlin")
        aside = EventStatus.CONFIRMED if status is EventStatus.MERGED else None
        event = make_event(group, title="Secret plans", status=status, aside_status=aside)
        make_talk(event, "Secret machines", "Ada")
    catch_up()
    shown = status in {EventStatus.TENTATIVE, EventStatus.CONFIRMED, EventStatus.CANCELLED}
    expected = {"event": ["Secret plans"], "talk": ["Secret machines"]} if shown else {}
    assert found("secret") == expected


def test_what_stops_being_public_is_not_found_from_that_moment_on():
    """The entries are still there: that they only find is what keeps a secret."""
    with db.transaction():
        group = make_group(name="Oslo users")
        event = make_event(group, title="Oslo evening")
        talk = make_talk(event, "Oslo by night", "Ada")
    catch_up()
    with db.transaction() as session:
        session.merge(talk).status = TalkStatus.WITHDRAWN
        session.merge(event).status = EventStatus.DRAFT
    assert found("oslo") == {"group": ["Oslo users"]}
    with db.transaction() as session:
        session.merge(event).status = EventStatus.CONFIRMED
        session.merge(group).status = GroupStatus.ARCHIVED
    assert found("oslo") == {}


@pytest.mark.parametrize("status", [one for one in TalkStatus if one is not TalkStatus.ACCEPTED])
def test_proposals_are_not_found(status):
    with db.transaction():
        make_talk(make_event(make_group()), "Secret machines", "Ada", status=status)
    catch_up()
    assert found("secret") == {}
    assert found("ada") == {}


HOSTILE = [
    '"', "'", "a' OR 1=1 --", 'fog" NEAR/2 "x', "*", "^fog", "name:fog", "{name}:fog",
    "a AND NOT b",
    "-fog", "fog:*", "fog & | !", "()", "\\", "\u202efog", "אבג ابج", "𝐟𝐨𝐠", "🌫", "%", "_", "C++",
    "x" * 10_000, "a " * 500, "ﷺ", "٣", "½", "x²", "\u0301", "ß", "İ", "ŉ", "เชียงใหม่", "हिन्दी",
]  # fmt: skip


def test_hostile_questions_are_words_or_nothing():
    with db.transaction():
        make_group(name="Paris")
    catch_up()
    assert [found(query) for query in HOSTILE] == [{}] * len(HOSTILE)


def test_as_many_questions_for_a_thousand_as_for_ten(count_queries):
    with db.transaction():
        group = make_group(name="Fog users")
        for _ in range(400):
            make_event(group, title="Fog")
    catch_up()
    with db.reading(), count_queries() as queries:
        met = search.candidates(["fog"])
        search.groups(met[SearchKind.GROUP])
        search.events(met[SearchKind.EVENT])
    assert len(queries) <= 4
    assert len(met[SearchKind.EVENT]) == search.MOST
