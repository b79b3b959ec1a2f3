from sqlalchemy import select

from tests.factories import make_group, make_user
from usergroups import db
from usergroups.models import AuditEntry, Membership, Role
from usergroups.services import memberships


def test_somebody_is_in_a_group_once_and_can_be_made_more(database):
    with db.transaction() as session:
        user, group = make_user(), make_group()
        first = memberships.appoint(user, group, Role.MEMBER)
        assert memberships.appoint(user, group, Role.MEMBER) is first
        assert memberships.appoint(user, group, Role.LEAD) is first
        session.flush()
        rows = session.scalars(select(Membership.role)).all()
        acts = session.execute(select(AuditEntry.act, AuditEntry.details)).all()
    assert rows == [Role.LEAD]
    assert [tuple(row) for row in acts] == [
        ("membership.appointed", {"role": "member"}),
        ("membership.appointed", {"role": "lead"}),
    ]
