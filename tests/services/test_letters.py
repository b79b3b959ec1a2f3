"""Letters to members and to organizers: who gets them, how often, none double."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.browsing import person
from tests.factories import make_group, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.desk import LetterInput
from usergroups.models import (
    AuditEntry,
    GroupStatus,
    Job,
    JobKind,
    MailRefusal,
    MailTopic,
    Membership,
    Message,
    Role,
)
from usergroups.services import letters

LETTER = LetterInput(subject="A new room", text="We **meet** at the library.")


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction() as session:
        group = make_group(name="UG Paris")
        lead = person(group, Role.LEAD, name="Ada", email="ada@example.org")
        members = [person(group) for _ in range(4)]
        unverified = person(group, verified_at=None)
        refuses = person(group)
        session.add(MailRefusal(user_id=refuses.id, topic=MailTopic.GROUPS))
        quiet = person(group)
        session.execute(
            update(Membership).where(Membership.user_id == quiet.id).values(wants_mail=False)
        )
        person()
    del unverified
    return group, lead, members


def work() -> int:
    """Do the jobs that spread letters until there are none; answers how many there were."""
    done = 0
    while True:
        with db.transaction() as session:
            job = session.scalar(
                select(Job)
                .where(Job.kind == JobKind.WRITE_TO_MEMBERS, Job.finished_at.is_(None))
                .limit(1)
            )
            if job is None:
                return done
            letters.spread(**job.arguments)
            job.finished_at = clock.now()
            done += 1


def sent():
    with db.reading() as session:
        return session.execute(select(Message.address, Message.arguments)).all()


def test_those_who_want_mail_get_the_letter_once(world):
    group, lead, members = world
    with db.transaction():
        assert letters.to_members(group, LETTER, by=lead) == 5
    assert sent() == []  # the mails are left in the background
    assert work() == 1
    assert sorted(address for address, _ in sent()) == sorted(
        user.email for user in [lead, *members]
    )
    assert sent()[0][1] == {
        "group": "UG Paris", "slug": group.slug, "by": "Ada", "title": "A new room",
        "text": "We **meet** at the library.",
    }  # fmt: skip
    with db.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.actor_id, entry.details) == (
        "group.wrote_to_members", lead.id, {"members": 5},
    )  # fmt: skip


def test_many_members_get_it_some_at_a_time(world, monkeypatch):
    group, lead, _ = world
    monkeypatch.setattr(letters, "_AT_ONCE", 2)
    with db.transaction():
        letters.to_members(group, LETTER, by=lead)
    assert work() == 3
    assert len({address for address, _ in sent()}) == len(sent()) == 5


def test_a_step_that_fails_half_way_is_done_anew_and_nobody_gets_two(world, monkeypatch):
    group, lead, _ = world
    monkeypatch.setattr(letters, "_AT_ONCE", 2)
    with db.transaction():
        letters.to_members(group, LETTER, by=lead)
    send, calls = letters.send, iter([None, None, None, OSError("killed")])

    def failing(*given, **more):
        if isinstance(error := next(calls, None), Exception):
            raise error
        return send(*given, **more)

    monkeypatch.setattr(letters, "send", failing)
    with pytest.raises(OSError, match="killed"):
        work()
    work()
    assert len({address for address, _ in sent()}) == len(sent()) == 5


def test_twice_a_day_is_enough(world, frozen_clock):
    group, lead, _ = world
    for _ in range(letters.MOST_A_DAY):
        with db.transaction():
            letters.to_members(group, LETTER, by=lead)
    with pytest.raises(InvalidInputError) as refused, db.transaction():
        letters.to_members(group, LETTER, by=lead)
    assert refused.value.refusals["input"].code == "wrote_often"
    with clock.frozen_at(frozen_clock + timedelta(days=1, seconds=1)), db.transaction():
        letters.to_members(group, LETTER, by=lead)


def test_who_may_not_write_to_members(world):
    group, _, members = world
    with pytest.raises(NotAllowedError), db.transaction():
        letters.to_members(group, LETTER, by=members[0])
    with db.transaction():
        ended = make_group(status=GroupStatus.ARCHIVED)
        lead = person(ended, Role.LEAD)
    with pytest.raises(ConflictError), db.transaction():
        letters.to_members(ended, LETTER, by=lead)
    with db.transaction():
        alone = make_group()
        lead = person(alone, Role.LEAD, verified_at=None)
    with pytest.raises(InvalidInputError) as refused, db.transaction():
        letters.to_members(alone, LETTER, by=lead)
    assert refused.value.refusals["input"].code == "nobody_wants"


def test_a_word_goes_to_the_organizers(world):
    group, *_ = world
    with db.transaction():
        person(group, Role.ORGANIZER, email="bo@example.org")
        writer = person(name="Zoe", email="zoe@example.org")
        assert letters.to_organizers(group, "Hello", by=writer) == 2
    assert {address for address, _ in sent()} == {"ada@example.org", "bo@example.org"}
    assert sent()[0][1] == {
        "group": "UG Paris", "slug": group.slug, "who": "Zoe", "text": "Hello",
        "reply_to": "zoe@example.org", "to_stewards": False,
    }  # fmt: skip


@pytest.mark.parametrize("why", ["vacant", "refused"])
def test_where_no_organizer_would_read_it_stewards_do(database, why):
    with db.transaction() as session:
        steward, group = make_user(is_steward=True), make_group()
        if why == "refused":
            lead = person(group, Role.LEAD)
            session.add(MailRefusal(user_id=lead.id, topic=MailTopic.ORGANIZING))
        letters.to_organizers(group, "Hello", by=person())
    ((address, arguments),) = sent()
    assert (address, arguments["to_stewards"]) == (steward.email, True)


def test_answers_go_to_nobody_whose_address_is_unproven(world):
    group, _, _ = world
    with pytest.raises(NotAllowedError), db.transaction():
        letters.to_organizers(group, "Hello", by=person(verified_at=None))
    assert sent() == []
