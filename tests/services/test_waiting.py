from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories import make_group, make_user
from usergroups import clock, db, tokens
from usergroups.errors import InvalidInputError, NotFoundError
from usergroups.gazetteer.place import Place
from usergroups.inputs.waiting import WaitingInput
from usergroups.jobs.handlers import HANDLERS
from usergroups.models import Group, GroupStatus, Job, JobKind, Message, MessageKind, Waiting
from usergroups.services import waiting

ADA = "ada@example.org"
LYON = Place(
    id=1, name="Lyon", region="", country="FR", country_name="France", lat=45.75, lng=4.85,
    timezone="Europe/Paris", population=500_000,
)  # fmt: skip
SUVA = Place(
    id=2, name="Suva", region="", country="FJ", country_name="Fiji", lat=-18.14, lng=179.9,
    timezone="Pacific/Fiji", population=90_000,
)  # fmt: skip


@pytest.fixture(autouse=True)
def world(database, frozen_clock):
    tokens.sign_with("a key for tests")


def ask(place=LYON, email=ADA, *, by=None, agreed=True, **more):
    given = WaitingInput(place=place.label, email=email, agreed=agreed, **more)
    with db.transaction():
        return waiting.ask(given, place, by=by, language="de")


def kinds():
    with db.reading() as session:
        return sorted(session.scalars(select(Message.kind)))


def count():
    with db.reading() as session:
        return session.scalar(select(func.count()).select_from(Waiting))


def helper():
    with db.reading() as session:
        row = session.scalars(select(Waiting)).one()
        return row.helps, row.name


def test_who_would_help_gives_a_name():
    with pytest.raises(InvalidInputError) as refused:
        ask(helps=True, name=" ")
    assert list(refused.value.refusals) == ["name"]
    ask(name="Ada")
    assert helper() == (False, "")
    ask(helps=True, name="Ada L.")
    assert helper() == (True, "Ada L.")


def test_nobody_offers_help_for_somebody_else():
    row = ask()
    with db.transaction():
        ada = make_user(email=ADA)
        waiting.confirm(row.key)
    ask(helps=True, name="Mallory")
    assert helper() == (False, "")
    ask(helps=True, name="Ada", by=ada)
    assert helper() == (True, "Ada")


def test_a_stranger_is_asked_by_mail_and_waits_after_saying_yes():
    row = ask()
    with db.reading() as session:
        mail = session.scalars(select(Message)).one()
    assert (mail.kind, mail.address, mail.language) == (MessageKind.WAITING_ASKED, ADA, "de")
    assert mail.arguments == {"place": "Lyon, France", "key": row.key}
    group = with_group("villeurbanne", 45.77, 4.88)
    with db.transaction():
        assert waiting.tell(group) == 0
        waiting.confirm(row.key)
        waiting.confirm(row.key)
    with db.transaction():
        assert waiting.tell(group) == 1
        assert waiting.tell(group) == 0
    assert kinds() == [MessageKind.GROUP_NEAR, MessageKind.WAITING_ASKED]
    assert count() == 0


def with_group(slug, latitude, longitude, status=GroupStatus.FORMING):
    with db.transaction():
        return make_group(slug=slug, latitude=latitude, longitude=longitude, status=status).id


def test_who_is_signed_in_waits_at_once():
    with db.transaction():
        ada = make_user(email=ADA)
    assert ask(by=ada).confirmed_at == clock.now()
    assert kinds() == []


def test_asked_twice_is_kept_once_and_mailed_again():
    assert ask().id == ask().id
    assert kinds() == [MessageKind.WAITING_ASKED] * 2
    assert count() == 1


def test_nothing_is_kept_without_consent():
    with pytest.raises(InvalidInputError) as refused:
        ask(agreed=False)
    assert refused.value.refusals["agreed"].code == "tick_to_wait"
    assert count() == 0


def test_who_is_farther_away_or_near_a_group_that_rests_is_not_told():
    with db.transaction():
        waiting.confirm(ask().key)
    far = with_group("geneva", 46.9, 6.14)  # 160 km
    rests = with_group("lyon", 45.75, 4.85, GroupStatus.DORMANT)
    with db.transaction():
        assert [waiting.tell(far), waiting.tell(rests), waiting.tell(404)] == [0, 0, 0]
    assert count() == 1


def test_the_antimeridian_is_no_border():
    with db.transaction():
        waiting.confirm(ask(SUVA).key)
    group = with_group("taveuni", -18.2, -179.9)
    with db.transaction():
        assert waiting.tell(group) == 1


def test_taken_back():
    row = ask()
    with db.transaction():
        waiting.forget(row.key)
        waiting.forget(row.key)
    with db.reading(), pytest.raises(NotFoundError):
        waiting.known(row.key)


def test_a_new_group_leaves_a_job_only_if_anybody_waits():
    def announced(slug):
        group_id = with_group(slug, 45.8, 4.9)
        with db.transaction() as session:
            waiting.announce(session.get_one(Group, group_id))
        return group_id

    announced("early")
    with db.transaction():
        waiting.confirm(ask().key)
    late = announced("late")
    with db.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JobKind.TELL_WAITING)).all()
    assert [job.arguments for job in jobs] == [{"group_id": late}]
    HANDLERS[JobKind.TELL_WAITING](None, **jobs[0].arguments)
    assert count() == 0


def test_old_rows_are_forgotten(frozen_clock):
    ask()
    with db.transaction():
        waiting.confirm(ask(email="bob@example.org").key)
    for days, left in ((6, 2), (8, 1), (731, 0)):
        with clock.frozen_at(frozen_clock + timedelta(days=days)), db.transaction():
            waiting.forget_old()
        assert count() == left
