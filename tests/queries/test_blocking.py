from datetime import timedelta

import pytest

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.models import ApplicationStatus, BlockedAddress, Federation
from usergroups.queries import blocking

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


def ago(**given):
    return clock.now() - timedelta(**given)


def declined(**given):
    return make_application(
        **{"status": ApplicationStatus.DECLINED, "reason": "No.", "decided_at": clock.now()} | given
    )


def test_who_is_blocked_by_whom() -> None:
    with db.transaction() as session:
        ada = make_user(name="Ada")
        session.add(BlockedAddress(pattern="@a.example", reason="Spam", blocked_by_id=ada.id))
        session.add(BlockedAddress(pattern="b@b.example", reason="More", blocked_at=ago(days=1)))
        session.flush()
        assert [(one.pattern, one.reason, one.by) for one in blocking.blocked()] == [
            ("@a.example", "Spam", "Ada"), ("b@b.example", "More", ""),
        ]  # fmt: skip


def test_addresses_are_blocked_by_themselves_or_by_their_domain() -> None:
    with db.transaction() as session:
        for pattern in ("@spam.example", "ada@good.example"):
            session.add(BlockedAddress(pattern=pattern, reason="Spam"))
        session.flush()
        bad = {
            "x@spam.example", "x@mail.spam.example", "X@SPAM.example", "ada@good.example",
            "ada+again@good.example",
        }  # fmt: skip
        good = {
            "x@notspam.example", "spam.example@good.example", "ada@other.example",
            "bada@good.example", "x@spam.example.org",
        }  # fmt: skip
        assert blocking.blocked_among(bad | good) == bad
        assert blocking.blocked_among([]) == set()


def test_after_a_decline_one_waits_for_the_same_place_alone() -> None:
    with db.transaction() as session:
        ilona, group = make_user(), make_group()
        wanted = make_application(ilona)
        assert blocking.waits_until(wanted) is None
        declined(applicant=make_user())
        declined(applicant=ilona, city="Szeged")
        declined(applicant=ilona, is_takeover=True, group_id=group.id)
        declined(applicant=ilona, decided_at=ago(days=90))
        assert blocking.waits_until(wanted) is None
        declined(applicant=ilona, decided_at=ago(days=89))
        assert blocking.waits_until(wanted) == clock.now() + timedelta(days=1)
        again = make_application(ilona, is_takeover=True, group_id=group.id)
        assert blocking.waits_until(again) == clock.now() + timedelta(days=90)
        other = make_application(ilona, is_takeover=True, group_id=make_group().id)
        assert blocking.waits_until(other) is None
        session.get_one(Federation, 1).cooling_off_days = 0
        session.flush()
        assert blocking.waits_until(wanted) is None
        session.get_one(Federation, 1).cooling_off_days = 90
