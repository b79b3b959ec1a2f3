from datetime import timedelta

import pytest

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.inputs.review import QueueSearch, Shelf, Whose
from usergroups.models import (
    Answer,
    ApplicationStatus,
    CoOrganizer,
    Finding,
    GroupReport,
    ReportKind,
    ReportOutcome,
    Reviewer,
    RuleKind,
)
from usergroups.permissions import Standing
from usergroups.queries import reviews
from usergroups.queries.reviews import DeskFigures, QueueFigures

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
STEWARD = Standing(is_member=True, is_steward=True)
HUNGARY = Standing(is_member=True, countries=frozenset({"HU"}))
NOBODY = 0
STATES = ApplicationStatus


def ago(**given):
    return clock.now() - timedelta(**given)


def names(wanted: QueueSearch, standing: Standing = STEWARD, user_id: int = NOBODY) -> list[str]:
    return [one.group_name for one in reviews.queue(wanted, standing, user_id).rows]


def plant() -> int:
    """One of each state in Hungary and a new one in France; answers the id of a reviewer."""
    ada = make_user(name="Ada", is_steward=True)
    for n, status in enumerate(STATES):
        decided = (
            {"decided_at": ago(days=n)} if status in (STATES.APPROVED, STATES.DECLINED) else {}
        )
        group = {"group_id": make_group().id} if status is STATES.APPROVED else {}
        reason = {"reason": "No."} if status is STATES.DECLINED else {}
        application = make_application(
            group_name=status.value, status=status, submitted_at=ago(days=10 + n),
            **decided, **group, **reason,
        )  # fmt: skip
        if status is STATES.IN_REVIEW:
            db.session().add(Reviewer(application_id=application.id, user_id=ada.id))
    # Sent back and handed in again: what counts is since when it lies with us.
    make_application(
        group_name="again", country="FR", submitted_at=ago(days=90), resubmitted_at=ago(days=2)
    )
    db.session().flush()
    return ada.id


def test_the_queue_has_what_waits_by_age_and_everything_else_by_state() -> None:
    with db.transaction():
        ada = plant()
        assert names(QueueSearch()) == ["in_review", "submitted", "again"]
        for shelf in Shelf:
            if shelf is not Shelf.ALL:
                expected = ["submitted", "again"] if shelf is Shelf.SUBMITTED else [shelf.value]
                assert names(QueueSearch(state=shelf)) == expected
        assert sorted(names(QueueSearch(state=Shelf.ALL))) == [
            "again", "approved", "changes_requested", "declined", "in_review", "submitted",
            "withdrawn",
        ]  # fmt: skip
        assert names(QueueSearch(country="FR")) == ["again"]
        assert names(QueueSearch(whose=Whose.MINE), user_id=ada) == ["in_review"]
        assert names(QueueSearch(whose=Whose.UNASSIGNED), user_id=ada) == ["submitted", "again"]
        rows = reviews.queue(QueueSearch(), STEWARD, NOBODY).rows
        assert [(one.days, one.reviewers) for one in rows] == [
            (12, ("Ada",)), (11, ()), (2, ()),
        ]  # fmt: skip


def test_coordinators_see_their_countries_and_nobody_their_own() -> None:
    with db.transaction():
        plant()
        assert names(QueueSearch(), HUNGARY) == ["in_review", "submitted"]
        assert names(QueueSearch(country="FR"), HUNGARY) == []
        assert names(QueueSearch(), Standing(is_member=True)) == []
        mine = make_application(group_name="mine")
        assert "mine" in names(QueueSearch())
        assert "mine" not in names(QueueSearch(), user_id=mine.applicant_id)
        assert reviews.countries(STEWARD) == [("FR", 1), ("HU", 7)]
        assert reviews.countries(HUNGARY) == [("HU", 7)]


def test_how_long_decisions_take_and_how_old_the_queue_is() -> None:
    with db.transaction():
        assert reviews.figures(STEWARD) == QueueFigures(0, None, 0, 0, None)
        plant()
        for days in (1, 2, 8):
            make_application(
                status=STATES.DECLINED, reason="No.", country="FR",
                submitted_at=ago(days=20 + days), decided_at=ago(days=20),
            )  # fmt: skip
        # A decision of another year tells nothing any more.
        make_application(
            status=STATES.DECLINED, reason="No.", submitted_at=ago(days=900),
            decided_at=ago(days=400),
        )  # fmt: skip
        found = reviews.figures(STEWARD)
        assert found == QueueFigures(
            waiting=3, oldest_at=ago(days=12), sent_back=1, decided=5, median_days=8.0
        )
        assert found.oldest_days == 12
        here = reviews.figures(HUNGARY)
        assert (here.waiting, here.decided, here.median_days) == (2, 2, 10.0)


def test_a_median_lies_between_the_two_in_the_middle() -> None:
    with db.transaction():
        for hours in (12, 36):
            make_application(
                status=STATES.DECLINED, reason="No.", submitted_at=ago(hours=hours),
                decided_at=clock.now(),
            )  # fmt: skip
        assert reviews.figures(STEWARD).median_days == 1.0


def test_drafts_are_nobodys_to_see() -> None:
    with db.transaction():
        draft = make_application(public_id="draft000000", status=STATES.DRAFT)
        for ask in (reviews.known, reviews.in_full):
            with pytest.raises(reviews.NotFoundError):
                ask(draft.public_id)
        application = reviews.in_full(make_application(draft.applicant).public_id)
        assert reviews.earlier(application, STEWARD) == []


def test_earlier_applications_of_the_same_people_or_for_the_same_city() -> None:
    with db.transaction() as session:
        ilona, bence = make_user(), make_user()
        given = {"submitted_at": ago(days=50)}
        make_application(ilona, group_name="her own", city="Pécs", **given)
        make_application(group_name="same city", **given)
        make_application(group_name="same name abroad", city="Budapest", country="US", **given)
        make_application(group_name="elsewhere", city="Szeged", **given)
        theirs = make_application(group_name="his, invited", city="Graz", country="AT", **given)
        session.add(CoOrganizer(application_id=theirs.id, email=bence.email))
        application = make_application(ilona)
        session.add(
            CoOrganizer(
                application_id=application.id, email=bence.email, user_id=bence.id,
                answer=Answer.ACCEPTED,
            )
        )  # fmt: skip
        session.flush()
        session.expire_all()
        seen = reviews.in_full(application.public_id)
        found = {one.group_name: one.is_same_people for one in reviews.earlier(seen, STEWARD)}
        assert found == {"her own": True, "same city": False, "his, invited": True}
        here = {one.group_name for one in reviews.earlier(seen, HUNGARY)}
        assert here == {"her own", "same city"}


def test_the_way_through_the_queue() -> None:
    with db.transaction():
        first = make_application(submitted_at=ago(days=3))
        second = make_application(submitted_at=ago(days=2))
        third = make_application(submitted_at=ago(days=2))
        abroad = make_application(submitted_at=ago(days=1), country="FR")
        ways = [reviews.beside(one, STEWARD) for one in (first, second, third, abroad)]
        assert ways == [
            ("", second.public_id),
            (first.public_id, third.public_id),
            (second.public_id, abroad.public_id),
            (third.public_id, ""),
        ]
        assert reviews.beside(third, HUNGARY) == (second.public_id, "")


def test_what_else_waits_at_the_desk() -> None:
    with db.transaction() as session:
        here, there = make_group(country="HU"), make_group(country="FR")
        for group in (here, here, there):
            session.add(GroupReport(group_id=group.id, kind=ReportKind.DEAD_LINK))
        session.add(
            GroupReport(group_id=here.id, kind=ReportKind.OTHER, outcome=ReportOutcome.SETTLED)
        )
        for kind in (RuleKind.EMPLOYERS, RuleKind.ORGANIZERS):
            session.add(Finding(group_id=there.id, kind=kind, passed=False))
        session.add(Finding(group_id=here.id, kind=RuleKind.CONDUCT, passed=True))
        session.flush()
        assert reviews.desk(STEWARD) == DeskFigures(reports=3, broken=1)
        assert reviews.desk(HUNGARY) == DeskFigures(reports=2, broken=0)
