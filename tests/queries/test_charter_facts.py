"""What the rules judge, asked with few queries, the same for one group as for all."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import make_application, make_event, make_group, make_user
from usergroups import clock, db
from usergroups.charter import Facts, Meetups, Neighbour
from usergroups.models import (
    Answer,
    ApplicationStatus,
    CharterQuestion,
    CoOrganizer,
    EventStatus,
    GroupStatus,
    Membership,
    QuestionKind,
    Role,
)
from usergroups.queries import charter_facts

BUDAPEST = {"city": "Budapest", "country": "HU", "latitude": 47.4979, "longitude": 19.0402}
GYOR = {"city": "Győr", "country": "HU", "latitude": 47.6833, "longitude": 17.6351}
SUVA = {"city": "Suva", "country": "FJ", "latitude": -18.14, "longitude": 178.44}
DAY = timedelta(days=1)


def make_conduct(**given) -> CharterQuestion:
    question = CharterQuestion(
        kind=QuestionKind.AGREEMENT, text="We keep to it.", is_conduct=True, **given
    )
    db.session().add(question)
    db.session().flush()
    return question


def organize(group, role=Role.ORGANIZER, **given) -> None:
    user = make_user(**given)
    db.session().add(Membership(user_id=user.id, group_id=group.id, role=role))
    db.session().flush()


def ask(application, answer, *, user=None, **given) -> None:
    email = user.email if user else given.pop("email")
    db.session().add(
        CoOrganizer(
            application_id=application.id, email=email, answer=answer,
            user_id=user.id if user else None,
        )
    )  # fmt: skip
    db.session().flush()


def test_of_an_application(database, frozen_clock, count_queries):
    with db.transaction():
        conduct = make_conduct()
        make_group(**SUVA)
        near = make_group(slug="gyor", name="UG Győr", **GYOR)
        make_group(**BUDAPEST, status=GroupStatus.DORMANT)
        applicant = make_user(employer="Acme")
        application = make_application(
            applicant, agreements={str(conduct.id): "2026-06-09T23:00:00+00:00"}
        )
        ask(application, Answer.ACCEPTED, user=make_user(employer="Other"))
        ask(application, Answer.ACCEPTED, user=applicant)
        ask(application, Answer.ACCEPTED, email="no-account@example.org")
        ask(application, Answer.OPEN, email="silent@example.org")
        ask(application, Answer.DECLINED, user=make_user(employer="Third"))
        ask(application, Answer.WITHDRAWN, user=make_user(employer="Fourth"))
    with db.reading(), count_queries() as queries:
        facts = charter_facts.of_application(application)
    assert facts.nearest is not None
    assert facts == Facts(
        today=date(2026, 6, 10),
        employers=("Acme", "Other", ""),
        asked=1,
        inhabitants=1_741_041,
        nearest=Neighbour(near.id, "gyor", "UG Győr", pytest.approx(107.7, abs=0.5)),
        conduct_on=date(2026, 6, 9),
    )
    assert len(queries) == 3


def test_far_from_everybody_one_looks_everywhere(database, frozen_clock):
    with db.transaction():
        make_group(slug="suva", **SUVA)
        application = make_application()
    with db.reading():
        facts = charter_facts.of_application(application)
    assert facts.nearest is not None
    assert (facts.nearest.slug, round(facts.nearest.km, -3)) == ("suva", 16_000)
    assert facts.has_conduct is False


def test_a_takeover_and_a_draft_without_a_place_have_no_distance(database, frozen_clock):
    with db.transaction():
        group = make_group(**BUDAPEST, status=GroupStatus.DORMANT)
        takeover = make_application(is_takeover=True, group_id=group.id)
        nowhere = make_application(latitude=None, longitude=None, status=ApplicationStatus.DRAFT)
    with db.reading():
        for application in (takeover, nowhere):
            facts = charter_facts.of_application(application)
            assert (facts.has_place, facts.nearest) == (False, None)


def test_the_group_that_came_of_an_application_is_not_its_neighbour(database, frozen_clock):
    with db.transaction():
        group = make_group(**BUDAPEST)
        application = make_application(group_id=group.id, status=ApplicationStatus.APPROVED)
    with db.reading():
        assert charter_facts.of_application(application).nearest is None


def plant() -> None:
    """Groups of all ages around Budapest, with organizers, meetups and agreements."""
    conduct = make_conduct(added_at=clock.now() - 100 * DAY)
    suva = make_group(slug="suva", **SUVA, created_at=clock.now() - 900 * DAY)
    late = make_group(
        slug="late", **BUDAPEST, created_at=clock.now() - 10 * DAY, population=1_741_041,
        timezone="Europe/Budapest",
    )  # fmt: skip
    # It came here later, but was there first.
    early = make_group(
        slug="early", name="UG Early", **GYOR, created_at=clock.now() - 5 * DAY,
        founded_on=date(2015, 1, 1), reconfirmed_at=clock.now() - 99 * DAY,
    )  # fmt: skip
    make_group(slug="gone", **BUDAPEST, status=GroupStatus.ARCHIVED)
    organize(late, Role.LEAD, employer="Acme")
    organize(late, Role.MEMBER, employer="Nobody")
    organize(late, employer="Other")
    organize(suva, employer="")
    late_evening = datetime(2026, 6, 1, 22, 30, tzinfo=UTC)
    make_event(late, starts_at=late_evening)
    make_event(late, starts_at=clock.now() - 30 * DAY)
    make_event(late, starts_at=clock.now() + 3 * DAY)
    make_event(late, starts_at=clock.now() + 9 * DAY)
    make_event(late, starts_at=clock.now() - DAY, status=EventStatus.CANCELLED)
    make_event(late, starts_at=clock.now() + DAY, status=EventStatus.TENTATIVE)
    make_event(early, starts_at=clock.now() - DAY, status=EventStatus.DRAFT)
    for agreed_at in ("2026-01-01T10:00:00+00:00", "2026-05-01T10:00:00+00:00"):
        make_application(
            group_id=late.id, status=ApplicationStatus.APPROVED, is_takeover=True,
            agreements={str(conduct.id): agreed_at},
        )  # fmt: skip
    make_application(
        group_id=suva.id, status=ApplicationStatus.DECLINED, reason="No.", is_takeover=True,
        agreements={str(conduct.id): "2026-05-01T10:00:00+00:00"},
    )  # fmt: skip


def test_of_groups(database, frozen_clock):
    with db.transaction():
        plant()
    with db.reading():
        found = {one.group.slug: one.facts for one in charter_facts.of_living()}
    assert list(found) == ["early", "suva", "late"]
    today = date(2026, 6, 10)
    assert found["late"] == Facts(
        today=today,
        employers=("Acme", "Other"),
        inhabitants=1_741_041,
        nearest=Neighbour(3, "early", "UG Early", pytest.approx(107.7, abs=0.5)),
        conduct_on=date(2026, 5, 1),
        # The night's first half hour by the clock of Budapest.
        meetups=Meetups(date(2026, 5, 31), date(2026, 6, 2), date(2026, 6, 13)),
        confirmed_on=date(2026, 5, 31),
    )
    reconfirmed = date(2026, 3, 3)
    assert found["early"] == Facts(
        today=today, nearest=None, conduct_on=reconfirmed, confirmed_on=reconfirmed,
        meetups=Meetups(date(2026, 6, 5)),
    )  # fmt: skip
    assert found["suva"].employers == ("",)
    assert found["suva"].conduct_on is None


def test_saying_so_before_there_was_this_code_is_no_agreement(database, frozen_clock):
    with db.transaction():
        make_conduct(added_at=frozen_clock - DAY)
        group = make_group(reconfirmed_at=frozen_clock - 2 * DAY)
    with db.reading():
        assert charter_facts.of_group(group).conduct_on is None


def test_one_group_is_known_as_all_are(database, frozen_clock):
    with db.transaction():
        plant()
    with db.reading() as session:
        for one in charter_facts.of_living():
            group = session.get(charter_facts.Group, one.group.id)
            assert charter_facts.of_group(group) == one.facts


def test_few_queries_however_many_groups(database, frozen_clock, count_queries):
    with db.transaction():
        plant()
    numbers = []
    for _ in range(2):
        with db.reading(), count_queries() as queries:
            charter_facts.of_living()
        numbers.append(len(queries))
        with db.transaction():
            for _ in range(50):
                organize(make_group())
    assert numbers == [5, 5]
    with db.reading() as session, count_queries() as queries:
        group = session.get(charter_facts.Group, 1)
        charter_facts.of_group(group)
    assert len(queries) <= 7


def test_only_what_a_rule_looks_at_is_asked(database, frozen_clock, count_queries):
    with db.transaction():
        plant()
    for kind, number in zip(charter_facts.RuleKind, (2, 2, 1, 3, 2, 1), strict=True):
        with db.reading(), count_queries() as queries:
            charter_facts.of_living({kind})
        assert (kind, len(queries)) == (kind, number)
