"""Five hundred people want fifty seats, over HTTP, of several serving processes at once.

Whatever the processes do to one another, the database itself writes down after every change of
an answer how many seats are taken; somebody else looks all the while; and in the end the list is
played again by the numbers of arrival. `SEATS_RUNS=5 pytest -s` does it five times.
"""

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from tests.crowd import Answer, Person, Sent, gather, send_all
from tests.factories import make_group, make_meetup
from usergroups import clock, db
from usergroups.models import Event, Rsvp, RsvpStatus
from usergroups.queries import rsvps

PEOPLE, SEATS, PROCESSES, AT_ONCE = 500, 50, 4, 48
RUNS = int(os.environ.get("SEATS_RUNS", "1"))

_TAKEN = """
    SELECT coalesce(sum(1 + guests), 0) FROM rsvp
    WHERE event_id = NEW.event_id AND status IN ('going', 'offered')
"""
_SQLITE = [
    f"CREATE TRIGGER seats_{act} AFTER {act} ON rsvp BEGIN INSERT INTO seats_seen {_TAKEN}; END"
    for act in ("INSERT", "UPDATE")
]
_POSTGRESQL = [
    f"CREATE FUNCTION note_seats() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN INSERT INTO seats_seen {_TAKEN}; RETURN NULL; END $$",
    "CREATE TRIGGER seats_noted AFTER INSERT OR UPDATE ON rsvp "
    "FOR EACH ROW EXECUTE FUNCTION note_seats()",
]
_UNDO = {
    "sqlite": ["DROP TRIGGER seats_INSERT", "DROP TRIGGER seats_UPDATE", "DROP TABLE seats_seen"],
    "postgresql": ["DROP FUNCTION note_seats CASCADE", "DROP TABLE seats_seen"],
}


@contextmanager
def noted(engine: Engine) -> Iterator[None]:
    """The database notes how many seats are taken after each change of an answer."""
    kind = engine.dialect.name
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE seats_seen (taken INTEGER NOT NULL)"))
        for statement in _SQLITE if kind == "sqlite" else _POSTGRESQL:
            connection.execute(text(statement))
    try:
        yield
    finally:
        with engine.begin() as connection:
            for statement in _UNDO[kind]:
                connection.execute(text(statement))


@contextmanager
def watched(event_id: int) -> Iterator[list[int]]:
    """Somebody who looks again and again how many seats are taken, as any reader would."""
    seen: list[int] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.002):
            with db.reading():
                seen.append(rsvps.figures(event_id).in_person.taken)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def meetup() -> Event:
    with db.transaction():
        starts_at = clock.now() + timedelta(days=30)
        return make_meetup(make_group(), SEATS, starts_at=starts_at)


def answers_of(people: list[Person], event: Event, dice: random.Random) -> list[Sent]:
    """One in five brings a guest; one in twenty presses the button twice."""
    path = f"/rsvp/{event.public_id}"
    forms = []
    for number, person in enumerate(people):
        sent = Sent(person, path, {"guests": int(number % 5 == 0)})
        forms.append([sent] * (2 if number % 20 == 7 else 1))
    dice.shuffle(forms)
    return [sent for twice in forms for sent in twice]


def played(found: list[Rsvp]) -> list[RsvpStatus]:
    """What the list must be, played by the numbers of arrival: nobody passes those who wait."""
    taken, waiting, states = 0, False, []
    for rsvp in found:
        waiting = waiting or taken + rsvp.heads > SEATS
        taken += 0 if waiting else rsvp.heads
        states.append(RsvpStatus.WAITLISTED if waiting else RsvpStatus.GOING)
    return states


def rows(event: Event) -> list[Rsvp]:
    with db.reading() as session:
        return session.query(Rsvp).filter_by(event_id=event.id).order_by(Rsvp.arrival).all()


def most_seen() -> int:
    with db.reading() as session:
        return session.execute(text("SELECT max(taken) FROM seats_seen")).scalar_one()


def statuses(answers: list[Answer]) -> Counter[int]:
    return Counter(answer.status for answer in answers)


@pytest.mark.parametrize("run", range(RUNS))
def test_five_hundred_people_and_fifty_seats(serve, database, run):
    event = meetup()
    people = gather(PEOPLE)
    forms = answers_of(people, event, random.Random(run))
    url, _ = serve("--workers", str(PROCESSES))
    with noted(database), watched(event.id) as seen:
        answers = send_all(url, forms, AT_ONCE)
        everybody_is_told(answers)
        found = rows(event)
        assert len(found) == len({one.user_id for one in found}) == PEOPLE
        assert len({one.arrival for one in found}) == PEOPLE
        assert [one.status for one in found] == played(found)
        changes_of_mind(url, event, people, found)
        assert max(seen) <= SEATS
        assert most_seen() <= SEATS
    assert len(seen) > 50
    sys.stdout.write(told(answers, seen) + "\n")


def everybody_is_told(answers: list[Answer]) -> None:
    """Each is sent on to where they read how they stand."""
    assert statuses(answers) == {303: PEOPLE + PEOPLE // 20}


def changes_of_mind(url: str, event: Event, people: list[Person], found: list[Rsvp]) -> None:
    """Of those who come ten cancel, while twenty new people come and ten leave the line."""
    by_id = {person.user_id: person for person in people}
    path = f"/rsvp/{event.public_id}"
    going = [one for one in found if one.status is RsvpStatus.GOING]
    waiting = [one for one in found if one.status is RsvpStatus.WAITLISTED]
    gone = {one.user_id for one in (*going[::4][:10], *waiting[::2][:10])}
    forms = [Sent(by_id[user_id], f"{path}/decline", {}) for user_id in gone]
    forms += [Sent(person, path, {"guests": 0}) for person in gather(20)]
    random.Random(0).shuffle(forms)
    answers = send_all(url, forms, AT_ONCE)
    assert statuses(answers) == {303: len(forms)}
    after = [one for one in rows(event) if one.status is not RsvpStatus.CANCELLED]
    assert gone.isdisjoint(one.user_id for one in after)
    assert len(after) == PEOPLE - len(gone) + 20
    # Still nobody has passed anybody, and no seat is empty that the first in line could have.
    assert [one.status for one in after] == played(after)


def told(answers: list[Answer], seen: list[int]) -> str:
    """A line for whoever runs it five times."""
    times = sorted(answer.seconds for answer in answers)
    p50, p99 = times[len(times) // 2], times[len(times) * 99 // 100]
    return (
        f"{dict(statuses(answers))}, at most {max(seen)} of {SEATS} in {len(seen)} looks, "
        f"{p50 * 1000:.0f} ms median, {p99 * 1000:.0f} ms p99"
    )
