"""Venues and rooms at the desk, and what the public sees of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.browsing import post, signed_in, texts
from tests.factories import make_group, make_meetup, make_rsvp, make_user, make_venue
from usergroups import db
from usergroups.models import Event, EventRoom, Group, Role, Room, RsvpStatus, Series, Venue

VENUES = "/organize/paris/venues"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        return make_group(slug="paris", name="UG Paris")


@pytest.fixture
def lead(app, group):
    return signed_in(app, group)


def given(**fields):
    return {
        "name": "La Paillasse", "address": "226 rue Saint-Denis",
        "place": "Paris, Île-de-France, France", "position": "48.8686, 2.3519", "url": "https://lapaillasse.example/",
    } | fields  # fmt: skip


def venue() -> Venue:
    with db.reading() as session:
        return session.scalars(select(Venue)).one()


def rooms() -> list[tuple[str, int, bool]]:
    with db.reading() as session:
        found = session.scalars(select(Room).order_by(Room.id))
        return [(room.name, room.capacity, room.closed_at is None) for room in found]


def meetup(group: Group, *used: int, going: int = 0, waiting: int = 0, **facts) -> Event:
    """A meetup at the one venue there is."""
    here = venue()
    with db.transaction() as session:
        event = make_meetup(group, venue_id=here.id, venue=here.text, **facts)
        session.add_all(EventRoom(event_id=event.id, room_id=room) for room in used)
        for number in range(going + waiting):
            make_rsvp(
                event, make_user(), RsvpStatus.GOING if number < going else RsvpStatus.WAITLISTED
            )
    return event


def desk(event: Event) -> str:
    return f"/organize/paris/meetups/{event.public_id}/rooms"


def test_a_venue_is_added_with_what_people_need_to_know(app, lead):
    assert "No venue yet." in lead.get(VENUES).text
    assert 'value="Paris, Île-de-France, France"' in lead.get(f"{VENUES}/new").text
    answer = post(
        lead, f"{VENUES}/new", **given(access=["step_free", "lift"], access_note="Ring twice.")
    )
    made = venue()
    assert (answer.status_code, answer.location) == (303, f"{VENUES}/{made.public_id}")
    assert post(lead, f"{VENUES}/new", **given()).location == answer.location
    assert made.text == "La Paillasse, 226 rue Saint-Denis, Paris"
    assert (made.country, made.latitude, made.longitude) == ("FR", 48.8686, 2.3519)
    page = lead.get(answer.location).text
    for text in ("No steps on the way in", "A lift to all floors", "Ring twice.", "None yet."):
        assert text in page
    assert texts(lead.get(VENUES), "h2") == ["La Paillasse"]


def test_without_a_position_it_is_where_the_city_is(lead):
    post(lead, f"{VENUES}/new", **given(position=""))
    assert (round(venue().latitude, 1), round(venue().longitude, 1)) == (48.9, 2.3)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"place": "Xyzzyville-sur-Mer"}, "We know no such city."),
        ({"place": "Springfield"}, "Several places are called that."),
        ({"position": "2.3519, 48.8686"}, "Latitude comes first, then longitude."),
        ({"position": "here"}, "Latitude and longitude such as"),
        ({"position": "91, 0"}, "Latitude and longitude such as"),
        ({"url": "javascript:alert(1)"}, "begins with http"),
        ({"name": "x" * 201}, "At most 200 characters"),
        ({"access": ["moat"]}, "field-error"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(lead, wrong, told):
    answer = post(lead, f"{VENUES}/new", **given(access_note="Ring twice.") | wrong)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Ring twice." in answer.text
    with db.reading() as session:
        assert session.scalars(select(Venue)).all() == []


def test_a_city_of_several_is_chosen(lead):
    answer = post(lead, f"{VENUES}/new", **given(place="Springfield", position=""))
    assert "Which of these?" in answer.text
    choice = answer.text.partition('name="choice" value="')[2].partition('"')[0]
    sent = given(place="Springfield", choice=choice, position="")
    assert post(lead, f"{VENUES}/new", **sent).status_code == 303
    assert venue().country == "US"


def test_of_two_who_change_it_the_second_sees_what_the_first_saved(app, lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    other = signed_in(app, group, Role.ORGANIZER)
    seen = venue().version
    assert (
        post(other, f"{at}/edit", **given(name="Paillasse Saint-Denis", seen=seen)).status_code
        == 303
    )
    answer = post(lead, f"{at}/edit", **given(name="La P.", seen=seen))
    assert answer.status_code == 409
    assert "this is what they saved: Paillasse Saint-Denis, 226 rue" in answer.text
    assert 'value="La P."' in answer.text
    assert post(lead, f"{at}/edit", **given(name="La P.", seen=venue().version)).status_code == 303
    assert venue().name == "La P."


def test_meetups_to_come_say_what_their_venue_says(lead, group, frozen_clock):
    post(lead, f"{VENUES}/new", **given())
    coming = meetup(group)
    past = meetup(group, starts_at=frozen_clock - timedelta(days=9))
    at = f"{VENUES}/{venue().public_id}"
    post(
        lead,
        f"{at}/edit",
        **given(address="1 rue Neuve", position="48.87,2.35", seen=venue().version),
    )
    with db.reading() as session:
        told, kept = session.get_one(Event, coming.id), session.get_one(Event, past.id)
        assert (told.venue, told.latitude, told.sequence) == (
            "La Paillasse, 1 rue Neuve, Paris",
            48.87,
            1,
        )
        assert (kept.venue, kept.sequence) == ("La Paillasse, 226 rue Saint-Denis, Paris", 0)
        assert session.get_one(Group, group.id).version > group.version


def test_rooms_are_added_renamed_and_closed(lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    for _ in range(2):
        assert post(lead, at, name="Hall", capacity="125", note="").status_code == 303
    assert post(lead, at, name="Loft", capacity="40", note="Third floor").status_code == 303
    answer = post(lead, at, name="Hall", capacity="60")
    assert (answer.status_code, "Another room here is called that." in answer.text) == (422, True)
    for wrong, told in (
        ("0", "At least 1"),
        ("many", "A whole number"),
        ("1000000", "At most 100000"),
    ):
        answer = post(lead, at, name="Cellar", capacity=wrong)
        assert (answer.status_code, told in answer.text, 'value="Cellar"' in answer.text) == (
            422,
            True,
            True,
        )
    assert rooms() == [("Hall", 125, True), ("Loft", 40, True)]
    assert post(lead, f"{at}/rooms/1", name="Great hall", capacity="130").location == at
    meetup(group, 1)
    for what in ("rooms/1/close", "close"):
        answer = post(lead, f"{at}/{what}", at)
        assert (answer.status_code, "meetups to come" in answer.text.lower()) == (409, True)
    assert post(lead, f"{at}/rooms/2/close", at).status_code == 303
    assert rooms() == [("Great hall", 130, True), ("Loft", 40, False)]
    assert post(lead, f"{at}/rooms/2/reopen", at).status_code == 303
    assert lead.get(f"{at}/rooms/3").status_code == 404


def test_a_room_that_gets_too_small_is_asked_about(lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    post(lead, at, name="Hall", capacity="3")
    event = meetup(group, 1, going=3, waiting=2, title="Talks & tea")
    answer = post(lead, f"{at}/rooms/1", name="Hall", capacity="2")
    assert answer.status_code == 409
    assert "3 have a seat, and there would be 2. That is 1 too many." in answer.text
    assert "Talks &amp; tea" in answer.text
    assert rooms() == [("Hall", 3, True)]
    again = {"name": "Hall", "capacity": "2", "is_known": "yes"}
    assert post(lead, f"{at}/rooms/1", **again).status_code == 303
    assert "1 too many" in lead.get(desk(event)).text
    assert post(lead, f"{at}/rooms/1", name="Hall", capacity="4").status_code == 303
    assert "4 of 4" in lead.get(desk(event)).text
    assert "One person waits for a seat." in lead.get(desk(event)).text


def test_a_shared_venue_is_for_all_groups_of_the_country_and_its_stewards(app, lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    assert "Share it with all" not in lead.get(at).text
    assert post(lead, f"{at}/share", at).status_code == 403
    steward = signed_in(app, countries=["FR"])
    assert post(steward, f"{at}/share", at).status_code == 303
    with db.transaction():
        lyon, berlin = make_group(slug="lyon", city="Lyon"), make_group(slug="berlin", country="DE")
    theirs = f"/organize/lyon/venues/{venue().public_id}"
    other = signed_in(app, lyon)
    page = other.get(theirs).text
    assert "Its stewards look after it" in page
    assert "Add a room" not in page
    assert other.get(f"{theirs}/edit").status_code == 403
    assert (
        post(other, theirs, "/organize/lyon/venues/new", name="x", capacity="1").status_code == 403
    )
    assert signed_in(app, berlin).get(theirs.replace("lyon", "berlin")).status_code == 404
    assert lead.get(f"{at}/edit").status_code == 403
    sent = given(place="Berlin, State of Berlin, Germany", position="", seen=venue().version)
    answer = post(steward, f"{at}/edit", **sent)
    assert (answer.status_code, "stays in its country" in answer.text) == (422, True)


def test_the_story_of_the_second_room(app, lead, group, count_queries):
    post(lead, f"{VENUES}/new", **given(access=["step_free"]))
    at = f"{VENUES}/{venue().public_id}"
    post(lead, at, name=f"Hall {HOSTILE}", capacity="3")
    post(lead, at, name="Loft", capacity="2")
    with db.transaction():
        event = make_meetup(group, title="London day")
    rooms_at = desk(event)
    page = lead.get(rooms_at, query_string={"venue": venue().public_id}).text
    assert "Hold it here" in page
    answer = post(lead, rooms_at, venue=venue().public_id, rooms="1")
    assert (answer.status_code, answer.location) == (303, rooms_at)
    with db.transaction() as session:
        row = session.get_one(Event, event.id)
        assert (row.venue, row.sequence) == ("La Paillasse, 226 rue Saint-Denis, Paris", 1)
        for number in range(6):
            status = RsvpStatus.GOING if number < 3 else RsvpStatus.WAITLISTED
            make_rsvp(row, make_user(), status)
    public = f"/events/{event.public_id}/london-day"
    before = app.test_client().get(public)
    assert "No steps on the way in" in before.text
    assert HOSTILE not in before.text
    page = lead.get(rooms_at).text
    assert "3 people wait for a seat." in page
    answer = post(lead, f"{rooms_at}/take", rooms_at, room="2", note="The talks on a screen")
    assert answer.status_code == 303
    with count_queries() as queries:
        after = app.test_client().get(public)
    assert len(queries) <= 8
    assert "The talks on a screen" in after.text
    assert after.headers["ETag"] != before.headers["ETag"]
    assert "One person waits for a seat." in lead.get(rooms_at).text
    answer = post(lead, f"{rooms_at}/1/give-back", rooms_at)
    assert answer.status_code == 409
    assert "5 have a seat, and there would be 2. That is 3 too many." in answer.text
    assert post(lead, f"{rooms_at}/1/give-back", rooms_at, is_known="yes").status_code == 303
    assert "3 too many" in lead.get(rooms_at).text
    for reload in ("take", "online", "1/give-back", "1/note"):
        assert lead.get(f"{rooms_at}/{reload}").location == rooms_at


def test_another_room_takes_the_place_of_one(lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    for name, capacity in (("Hall", 3), ("Loft", 3)):
        post(lead, at, name=name, capacity=str(capacity))
    event = meetup(group, 1, going=3)
    answer = post(lead, f"{desk(event)}/1/give-back", desk(event))
    # Without any room nobody would be too many, nor wait.
    assert answer.status_code == 303
    post(lead, f"{desk(event)}/take", desk(event), room="1")
    post(lead, f"{desk(event)}/1/note", desk(event), note="Workshops")
    with db.transaction():
        make_rsvp(db.session().get_one(Event, event.id), make_user(), RsvpStatus.WAITLISTED)
    answer = post(lead, f"{desk(event)}/1/give-back", desk(event))
    assert (answer.status_code, "Take another room in its place" in answer.text) == (409, True)
    assert post(lead, f"{desk(event)}/1/give-back", desk(event), instead="2").status_code == 303
    page = lead.get(desk(event)).text
    assert "Workshops" in page
    assert "3 of 3" in page


def test_a_room_that_is_taken_names_the_meetup_and_the_free_ones(app, lead, group):
    post(lead, f"{VENUES}/new", **given())
    at = f"{VENUES}/{venue().public_id}"
    for name in ("Hall", "Loft"):
        post(lead, at, name=name, capacity="30")
    meetup(group, 1, title="Rust evening")
    event = meetup(group)
    page = lead.get(desk(event)).text
    assert "taken by “Rust evening” at that time" in page
    assert page.count(">Take it<") == 1
    answer = post(lead, f"{desk(event)}/take", desk(event), room="1")
    assert answer.status_code == 409
    assert "Hall is taken at that time, by “Rust evening”. Choose another room." in answer.text
    assert answer.text.count(">Take it<") == 1


def test_the_rest_of_a_series_uses_the_rooms_too(lead, group, frozen_clock):
    post(lead, f"{VENUES}/new", **given())
    post(lead, f"{VENUES}/{venue().public_id}", name="Hall", capacity="30")
    event = meetup(group, 1)
    assert "rest of the series" not in lead.get(desk(event)).text
    with db.transaction() as session:
        series = Series(
            group_id=group.id, uid="series@example.org", rule="FREQ=WEEKLY", minutes=90,
            begins_on=frozen_clock.date(), starts=frozen_clock.time(), timezone="Europe/Paris",
        )  # fmt: skip
        session.add(series)
        session.flush()
        session.get_one(Event, event.id).series_id = series.id
    next_one = meetup(group, series_id=series.id, starts_at=event.starts_at + timedelta(days=7))
    assert "Use these rooms for the rest of the series" in lead.get(desk(event)).text
    assert post(lead, f"{desk(event)}/series", desk(event)).status_code == 303
    assert "0 of 30" in lead.get(desk(next_one)).text


def test_how_many_take_part_online(lead, group):
    post(lead, f"{VENUES}/new", **given())
    event = meetup(group, attendance="hybrid")
    assert post(lead, f"{desk(event)}/online", desk(event), online_limit="30").status_code == 303
    assert "0 of 30" in lead.get(desk(event)).text
    answer = post(lead, f"{desk(event)}/online", desk(event), online_limit="-1")
    assert (answer.status_code, "At least 1" in answer.text) == (422, True)
    assert post(lead, f"{desk(event)}/online", desk(event), online_limit="").status_code == 303


def test_the_pages_cost_the_same_with_many_rooms(lead, group, count_queries):
    with db.transaction():
        made = make_venue(group, *[10] * 3)
        make_venue(group, *[10] * 40)
    event = None
    counts = []
    for used in ([1], [1, 2, 3]):
        with db.transaction() as session:
            event = make_meetup(group, venue_id=made.id)
            session.add_all(EventRoom(event_id=event.id, room_id=room) for room in used)
        for path in (VENUES, desk(event)):
            lead.get(path)
            with count_queries() as queries:
                assert lead.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 11
