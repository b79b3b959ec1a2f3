from usergroups.permissions import VISITOR, Standing, may_have_own_pages, may_steer

MEMBER = Standing(is_member=True)
STEWARD = Standing(is_member=True, is_steward=True)


def test_who_has_pages_of_their_own():
    assert [may_have_own_pages(who) for who in (VISITOR, MEMBER, STEWARD)] == [False, True, True]


def test_who_steers():
    assert [may_steer(who) for who in (VISITOR, MEMBER, STEWARD)] == [False, False, True]
