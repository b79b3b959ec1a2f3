import re

from sqlalchemy import select

from usergroups import db
from usergroups.models import User
from usergroups.services import accounts


def test_an_account_and_a_link_that_signs_in(run):
    result = run("users", "create", "Ada@Example.org", "--steward", "--name", "Ada")
    assert result.exit_code == 0
    link = re.fullmatch(r"http://usergroups\.test/sign-in/(\S+)\n", result.stdout)
    with db.transaction():
        user = accounts.sign_in_by_link(link[1])
        assert (user.email, user.name, user.is_steward) == ("ada@example.org", "Ada", True)


def test_what_is_no_address_is_refused(run):
    result = run("users", "create", "ada")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "usergroups: email: expected an address such as ada@example.org, not 'ada'\n"
    )
    with db.reading() as session:
        assert session.scalars(select(User.id)).all() == []
