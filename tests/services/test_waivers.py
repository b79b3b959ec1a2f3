"""Waivers: by those who look after a country, once for each rule, until their day."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.charter import WaiverInput
from usergroups.inputs.fields import read
from usergroups.models import (
    Application,
    ApplicationStatus,
    AuditEntry,
    Coordinator,
    Finding,
    Group,
    Membership,
    Message,
    Role,
    RuleKind,
    User,
    Waiver,
)
from usergroups.queries import charter as queries
from usergroups.services import charter, waivers

DAY = timedelta(days=1)
GIVEN = {
    "kind": "organizers",
    "why": "A co-organizer moves here in July.",
    "until_on": "2026-08-01",
}


@pytest.fixture
def world(database, frozen_clock):
    with db.transaction() as session:
        charter.found()
        group = make_group()
        lead = make_user()
        session.add(Membership(user_id=lead.id, group_id=group.id, role=Role.LEAD))
        steward = make_user(is_steward=True, name="Ada")
        session.flush()
        charter.evaluate_all()
    return group.id, steward


def grant(group_id, by, **changes):
    with db.transaction() as session:
        group = session.get_one(Group, group_id)
        return waivers.grant(group, read(WaiverInput, GIVEN | changes), by=by)


def end(waiver, by):
    with db.transaction():
        waivers.end(queries.waiver(waiver.id), by=by)


def states(group_id) -> dict[str, str]:
    with db.reading() as session:
        verdicts = charter.verdicts_of_group(session.get_one(Group, group_id))
        return {verdict.kind.value: verdict.state for verdict in verdicts}


def kept(group_id) -> Finding:
    with db.reading() as session:
        return session.scalars(
            select(Finding).where(Finding.group_id == group_id, Finding.kind == RuleKind.ORGANIZERS)
        ).one()


def mails() -> int:
    with db.reading() as session:
        return len(session.scalars(select(Message)).all())


def test_a_waiver_is_granted_and_ended(world):
    group_id, steward = world
    assert states(group_id)["organizers"] == "fail"
    waiver = grant(group_id, steward)
    assert (waiver.kind, waiver.granted_by_id, waiver.until_on.isoformat()) == (
        RuleKind.ORGANIZERS, steward.id, "2026-08-01",
    )  # fmt: skip
    assert states(group_id)["organizers"] == "waived"
    assert states(group_id)["employers"] == "fail"
    assert (kept(group_id).passed, kept(group_id).evidence["waiver_id"]) == (True, waiver.id)
    assert mails() == 0
    end(waiver, steward)
    assert states(group_id)["organizers"] == "fail"
    assert not kept(group_id).passed
    assert mails() == 1
    with db.reading() as session:
        found = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.act, one.actor_id, one.group_id, one.details) for one in found] == [
        (
            "waiver.granted", steward.id, group_id,
            {"waiver_id": waiver.id, "rule": "organizers", "until_on": "2026-08-01"},
        ),
        ("waiver.ended", steward.id, group_id, {"waiver_id": waiver.id, "rule": "organizers"}),
    ]  # fmt: skip


def test_it_lasts_until_the_end_of_its_day(world):
    group_id, steward = world
    grant(group_id, steward, until_on="2026-06-12")
    with clock.frozen_at(clock.now() + 2 * DAY):
        with db.transaction():
            assert charter.evaluate_all() == 0
        assert states(group_id)["organizers"] == "waived"
    with clock.frozen_at(clock.now() + 3 * DAY):
        assert states(group_id)["organizers"] == "fail"
        with db.transaction():
            assert charter.evaluate_all() == 1
        assert grant(group_id, steward, until_on="2026-06-20").id


def test_one_waiver_for_a_rule_at_a_time(world):
    group_id, steward = world
    waiver = grant(group_id, steward)
    with pytest.raises(ConflictError, match="waived already, until 2026-08-01"):
        grant(group_id, steward, until_on="2026-09-01")
    grant(group_id, steward, kind="employers")
    end(waiver, steward)
    with pytest.raises(ConflictError, match="has ended already"):
        end(waiver, steward)
    grant(group_id, steward, until_on="2026-09-01")


def test_of_two_at_once_one_waives(world):
    group_id, steward = world
    gate, outcomes = threading.Barrier(2), []

    def act():
        gate.wait()
        try:
            with clock.frozen_at(now):
                outcomes.append(grant(group_id, steward).id)
        except ConflictError:
            outcomes.append(0)

    now = clock.now()
    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(bool(one) for one in outcomes) == [False, True]
    with db.reading() as session:
        assert len(session.scalars(select(Waiver)).all()) == 1


def test_coordinators_waive_in_their_countries(world):
    group_id, _ = world
    with db.transaction() as session:
        french, german = make_user(), make_user()
        for user, country in ((french, "FR"), (german, "DE")):
            session.add(Coordinator(user_id=user.id, country=country))
        organizer = session.scalars(select(User).join(Membership)).one()
        session.flush()
    waiver = grant(group_id, french)
    for nobody in (german, organizer):
        with pytest.raises(NotAllowedError):
            grant(group_id, nobody, kind="employers")
        with pytest.raises(NotAllowedError):
            end(waiver, nobody)
    end(waiver, french)


def test_what_an_application_was_granted_goes_on_for_its_group(world):
    _, steward = world
    with db.transaction():
        application = make_application()
        given = read(WaiverInput, GIVEN)
        waiver = waivers.grant(application, given, by=steward)
        verdicts = charter.verdicts_of_application(application)
    assert [(one.kind.value, one.state) for one in verdicts][:2] == [
        ("organizers", "waived"), ("employers", "fail"),
    ]  # fmt: skip
    assert verdicts[0].waiver.why == GIVEN["why"]
    with db.transaction() as session:
        group = make_group(country="HU", latitude=47.5, longitude=19.0)
        known = session.get_one(Application, application.id)
        known.group_id, known.status = group.id, ApplicationStatus.APPROVED
    assert states(group.id)["organizers"] == "waived"
    with db.reading():
        assert [one.id for one in queries.waivers_of_group(group.id)] == [waiver.id]
        assert [one.id for one in queries.waivers_of_application(application.id)] == [waiver.id]
    end(waiver, steward)
    assert states(group.id)["organizers"] == "fail"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("kind", "", "empty"),
        ("kind", "nonsense", "empty"),
        ("why", " \u200b", "empty"),
        ("why", "x" * 20_001, "too_long"),
        ("until_on", "", "day_form"),
        ("until_on", "tomorrow", "day_form"),
        ("until_on", "2026-06-10", "waiver_until"),
        ("until_on", "2031-07-01", "waiver_until"),
    ],
)
def test_a_waiver_has_a_rule_a_reason_and_a_day_to_come(frozen_clock, field, value, code):
    with pytest.raises(InvalidInputError) as refused:
        read(WaiverInput, GIVEN | {field: value})
    assert {name: why.code for name, why in refused.value.refusals.items()} == {field: code}


def test_nobody_waives_a_rule_for_an_application_of_their_own(world):
    _, steward = world
    with db.transaction():
        own, other = make_application(steward), make_application()
    given = read(WaiverInput, GIVEN)
    with pytest.raises(NotAllowedError, match="one's own application"), db.transaction():
        waivers.grant(own, given, by=steward)
    with db.transaction():
        assert waivers.grant(other, given, by=steward).id
