import pytest

from tests.browsing import person
from tests.factories import make_group, make_source
from usergroups import db
from usergroups.errors import InvalidInputError
from usergroups.models import Job, JobKind, Role, SourceKind
from usergroups.services import proofs

MEETUP = "https://www.meetup.com/paris-users/events/ical/"


@pytest.mark.parametrize(
    ("calendar", "page"),
    [
        (MEETUP, "https://www.meetup.com/paris-users/"),
        (MEETUP, "https://meetup.com/Paris-Users/about?x=1"),
        ("https://users.example.org/calendar.ics", "https://users.example.org/about"),
        ("webcal://users.example.org/c.ics", "https://users.example.org"),
    ],
)
def test_a_page_beside_the_calendar_is_its_owners(calendar, page):
    assert proofs.is_beside(calendar, page)


@pytest.mark.parametrize(
    ("calendar", "page"),
    [
        (MEETUP, "https://attacker.example.com/paris-users/"),
        (MEETUP, "https://www.meetup.com/attackers/"),
        (MEETUP, "https://www.meetup.com/paris-users-too/"),
        (MEETUP, "https://www.meetup.com/paris-users/../attackers/"),
        (MEETUP, "https://www.meetup.com/paris-users/%2e%2e/attackers/"),
        (MEETUP, "https://www.meetup.com@attacker.example.com/paris-users/"),
        (MEETUP, "https://www.meetup.com.attacker.example.com/paris-users/"),
        ("my file.ics", "https://attacker.example.com/"),
        ("", ""),
    ],
)
def test_a_page_that_anybody_could_write_proves_nothing(calendar, page):
    assert not proofs.is_beside(calendar, page)


@pytest.mark.usefixtures("database")
def test_only_such_a_page_is_looked_at():
    with db.transaction():
        group = make_group()
        lead = person(group, Role.LEAD)
        source = make_source(group, location=MEETUP, kind=SourceKind.URL)
    with pytest.raises(InvalidInputError, match="not where the calendar is"), db.transaction():
        proofs.ask(source, "https://attacker.example.com/", by=lead)
    with db.transaction():
        proofs.ask(source, "https://www.meetup.com/paris-users/", by=lead)
    with db.reading() as session:
        (job,) = session.query(Job).filter_by(kind=JobKind.PROVE_SOURCE)
        assert job.arguments["page"] == "https://www.meetup.com/paris-users/"
