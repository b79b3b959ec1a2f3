import threading

import pytest
from sqlalchemy import select

from tests.browsing import person
from tests.factories import make_event, make_group, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.co_host import CoHostInput
from usergroups.models import (
    Answer,
    AuditEntry,
    Event,
    EventStatus,
    Group,
    GroupStatus,
    Message,
    MessageKind,
    Role,
)
from usergroups.queries import co_hosts as queries
from usergroups.services import co_hosts

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


@pytest.fixture
def people():
    """Budapest, which asks, Győr, which is asked, and who organizes them."""
    with db.transaction():
        budapest = make_group(slug="budapest", name="UG Budapest")
        gyor = make_group(slug="gyor", name="UG Győr")
        asking = person(budapest, Role.LEAD, email="bea@example.org")
        asked = person(gyor, Role.ORGANIZER, email="zsofi@example.org")
        person(gyor, Role.MEMBER, email="member@example.org")
        event = make_event(budapest, title="Clouds")
    return event, gyor, asking, asked


def invite(event, name, by):
    with db.transaction() as session:
        found = session.get_one(Event, event.id)
        found.group = session.get_one(Group, event.group_id)
        return co_hosts.invite(found, CoHostInput(group=name), by=by)


def answer(event, group, *, accepts, by):
    with db.transaction() as session:
        found = session.get_one(Event, event.id)
        found.group = session.get_one(Group, event.group_id)
        return co_hosts.answer(found, session.get_one(Group, group.id), accepts=accepts, by=by)


def part(event, group, by):
    with db.transaction() as session:
        found = session.get_one(Event, event.id)
        found.group = session.get_one(Group, event.group_id)
        co_hosts.part(found, session.get_one(Group, group.id), by=by)


def versions() -> dict[str, int]:
    with db.reading() as session:
        return {row.slug: row.version for row in session.execute(select(Group.slug, Group.version))}


def mails() -> list[tuple[MessageKind, str]]:
    with db.reading() as session:
        query = select(Message.kind, Message.address).order_by(Message.id)
        return [(kind, address) for kind, address in session.execute(query)]


@pytest.mark.parametrize(
    "name", ["gyor", "UG Győr", "ug győr", "https://groups.example.org/groups/gyor/"]
)
def test_a_group_is_asked_by_name_or_address_and_its_organizers_are_told(people, name):
    event, gyor, asking, _ = people
    before = versions()
    row = invite(event, name, asking)
    assert (row.group_id, row.answer, row.invited_by_id) == (gyor.id, Answer.OPEN, asking.id)
    assert mails() == [(MessageKind.CO_HOST_INVITED, "zsofi@example.org")]
    assert versions() == before  # nothing that the public can see
    with db.reading():
        assert queries.hosts_of(event.id) == []
        assert [one.title for one in queries.shared_with(gyor.id)] == ["Clouds"]


def test_a_yes_shows_on_both_and_a_second_one_changes_nothing(people):
    event, gyor, asking, asked = people
    invite(event, "gyor", asking)
    before = versions()
    answer(event, gyor, accepts=True, by=asked)
    answer(event, gyor, accepts=True, by=asked)
    assert versions() == {slug: version + 1 for slug, version in before.items()}
    assert mails()[1:] == [(MessageKind.CO_HOST_ANSWERED, "bea@example.org")]
    with db.reading() as session:
        assert [host.slug for host in queries.hosts_of(event.id)] == ["gyor"]
        assert list(session.scalars(queries.held_with(gyor.id))) == [event.id]
        acts = list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts == ["event.co_host_invited", "event.co_host_accepted"]
    with pytest.raises(ConflictError):
        answer(event, gyor, accepts=False, by=asked)


@pytest.mark.parametrize("who", ["asking", "asked"])
def test_either_side_ends_it_and_may_be_asked_again(people, who):
    event, gyor, asking, asked = people
    invite(event, "gyor", asking)
    answer(event, gyor, accepts=True, by=asked)
    part(event, gyor, asking if who == "asking" else asked)
    part(event, gyor, asking)
    with db.reading():
        assert queries.hosts_of(event.id) == []
    assert invite(event, "gyor", asking).answer is Answer.OPEN


def test_a_question_taken_back_is_answered_no_more(people):
    event, gyor, asking, asked = people
    invite(event, "gyor", asking)
    part(event, gyor, asking)
    with pytest.raises(ConflictError):
        answer(event, gyor, accepts=True, by=asked)


def test_who_may(people):
    event, gyor, asking, asked = people
    with db.transaction():
        stranger = make_user()
    with pytest.raises(NotAllowedError):
        invite(event, "gyor", asked)
    invite(event, "gyor", asking)
    with pytest.raises(NotAllowedError):
        answer(event, gyor, accepts=True, by=asking)  # nobody says yes for another group
    with pytest.raises(NotAllowedError):
        part(event, gyor, stranger)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("budapest", "co_host_itself"),
        ("ended", "co_host_nobody"),
        ("empty", "co_host_nobody"),
        ("UG Gyor", "co_host_alike"),
        ("zzzz qqqq", "co_host_unknown"),
    ],
)
def test_groups_that_cannot_be_asked(people, name, code):
    event, _, asking, _ = people
    with db.transaction():
        make_group(slug="ended", name="Ended", status=GroupStatus.ARCHIVED)
        make_group(slug="empty", name="Empty")
    with pytest.raises(InvalidInputError) as refused:
        invite(event, name, asking)
    assert refused.value.refusals["group"].code == code
    assert mails() == []


def test_nobody_is_asked_twice_nor_many(people):
    event, _, asking, _ = people
    with db.transaction():
        for n in range(co_hosts.MOST + 1):
            person(make_group(slug=f"other-{n}"), Role.LEAD)
    invite(event, "gyor", asking)
    for n in range(co_hosts.MOST - 1):
        invite(event, f"other-{n}", asking)
    for name, code in (("gyor", "co_host_asked"), ("other-5", "co_host_many")):
        with pytest.raises(InvalidInputError) as refused:
            invite(event, name, asking)
        assert refused.value.refusals["group"].code == code


@pytest.mark.parametrize("state", ["over", "cancelled"])
def test_what_is_over_is_held_with_nobody(people, state):
    event, _, asking, _ = people
    with db.transaction() as session:
        row = session.get_one(Event, event.id)
        if state == "over":
            row.starts_at = row.ends_at = clock.now()
        else:
            row.status = EventStatus.CANCELLED
    with pytest.raises(ConflictError):
        invite(event, "gyor", asking)


def test_two_who_say_yes_at_once_say_it_once(people):
    event, gyor, asking, asked = people
    invite(event, "gyor", asking)
    start = threading.Barrier(2)

    def click() -> None:
        start.wait()
        answer(event, gyor, accepts=True, by=asked)

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [kind for kind, _ in mails()].count(MessageKind.CO_HOST_ANSWERED) == 1
