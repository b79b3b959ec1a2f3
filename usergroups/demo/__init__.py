"""The demo federation: an invented project and its user groups, with something on at any date."""

from collections import Counter
from dataclasses import dataclass

from usergroups import clock
from usergroups.db import session
from usergroups.demo import (
    afterwards,
    answers,
    content,
    days,
    evenings,
    houses,
    programme,
    rhythm,
    twice,
    unserved,
)
from usergroups.models import Federation, Group, JobKind, Role, User
from usergroups.queue import enqueue
from usergroups.services import accounts, charter, events, groups, memberships
from usergroups.services.outcome import Outcome

# What a federation is called before anybody has named it.
_UNNAMED = "Usergroups"


@dataclass(frozen=True, slots=True)
class DemoReport:
    """How many groups, meetups and people there are in the demo, by what planting did to them."""

    groups: dict[Outcome, int]
    meetups: dict[Outcome, int]
    people: int

    def __str__(self) -> str:
        """A line for the operator."""
        return (
            f"{content.federation().name}: {_told(self.groups, 'groups')}, "
            f"{_told(self.meetups, 'meetups')}, {self.people} people"
        )


def plant() -> DemoReport:
    """Put the demo federation into the database, or bring it up to today.

    Runs in the caller's transaction. A second run on the same day changes nothing; one on a later
    day adds the meetups that came due, and firms up those that were only pencilled in.
    """
    _name_federation()
    charter.found()
    planted: dict[str, Group] = {}
    grown: Counter[Outcome] = Counter()
    met: Counter[Outcome] = Counter()
    for local in content.groups():
        saved = groups.save(local.group)
        planted[local.group.slug] = saved.group
        grown[saved.outcome] += 1
        met += _plant_meetups(saved.group, local)
    people = _plant_people(planted)
    answers.plant(planted, people)
    afterwards.plant(planted, people)
    looked_after = {slug for person in content.people() for slug in person.roles}
    for local in content.groups():
        if local.group.slug in looked_after:
            houses.furnish(planted[local.group.slug], local)
    evenings.plant(planted["berlin"])
    twice.plant(planted["paris"])
    unserved.plant()
    if set(grown + met) != {Outcome.UNCHANGED}:
        enqueue(JobKind.EVALUATE_CHARTER)
    return DemoReport(dict(grown), dict(met), len(people))


def _name_federation() -> None:
    federation = session().get_one(Federation, 1)
    if federation.name == _UNNAMED:
        federation.name = content.federation().name
        federation.tagline = content.federation().tagline
        session().flush()


def _plant_meetups(group: Group, local: content.LocalGroup) -> Counter[Outcome]:
    today = clock.today()
    meetups = [
        programme.compose(local, occurrence, today)
        for occurrence in rhythm.occurrences(local, today)
    ]
    return Counter(
        events.save(group, meetup).outcome for meetup in meetups + days.of_group(local, today)
    )


def _plant_people(planted: dict[str, Group]) -> list[User]:
    people = []
    for person in content.people():
        user = accounts.create(person.email, name=person.name, steward=person.steward)
        people.append(user)
        user.employer = user.employer or person.employer
        for slug, role in person.roles.items():
            memberships.appoint(user, planted[slug], role)
            if role is Role.LEAD and planted[slug].reconfirmed_at is None:
                charter.reconfirm(planted[slug], None)
    return people


def _told(counted: dict[Outcome, int], noun: str) -> str:
    parts = ", ".join(f"{counted[kind]} {kind}" for kind in Outcome if counted.get(kind))
    return f"{sum(counted.values())} {noun} ({parts})"
