from datetime import date

import pytest
from sqlalchemy import select

from usergroups import db
from usergroups.errors import InvalidInputError
from usergroups.inputs.fields import read
from usergroups.inputs.group import GroupInput
from usergroups.models import AuditEntry, Federation, Group, GroupStatus, LinkKind
from usergroups.services import groups
from usergroups.services.outcome import Outcome

PARIS = {
    "name": "Ünion  Paris",
    "slug": "union-paris",
    "city": "Paris",
    "country": "fr",
    "latitude": 48.85,
    "longitude": 2.35,
    "timezone": "Europe/Paris",
    "founded_on": "2015-09-01",
    "topics": ["Clouds", "Net works"],
    "links": [{"kind": "meetup", "url": "https://meetups.example.org/paris"}],
}


def versions():
    with db.reading() as session:
        federation = session.get(Federation, 1)
        return (
            federation.version,
            federation.map_version,
            session.scalars(select(Group.version)).all(),
        )


def save(**changes):
    with db.transaction():
        return groups.save(read(GroupInput, PARIS | changes))


def test_a_new_group_holds_what_was_given(database, frozen_clock):
    saved = save()
    group = saved.group
    assert saved.outcome is Outcome.ADDED
    assert (group.name, group.country, group.status) == ("Ünion Paris", "FR", GroupStatus.ACTIVE)
    assert group.founded_on == date(2015, 9, 1)
    assert [(topic.slug, topic.name) for topic in group.topics] == [
        ("clouds", "Clouds"),
        ("net-works", "Net works"),
    ]
    assert [(link.kind, link.url) for link in group.links] == [
        (LinkKind.MEETUP, "https://meetups.example.org/paris")
    ]
    assert group.search_key == "union paris paris   clouds net works"
    assert versions() == (2, 2, [2])


def test_saving_twice_changes_nothing(database):
    save()
    before = versions()
    assert save().outcome is Outcome.UNCHANGED
    assert versions() == before


@pytest.mark.parametrize(
    "change", [{"city": "Lyon"}, {"topics": ["Clouds"]}, {"links": []}, {"status": "quiet"}]
)
def test_a_change_moves_every_counter_once(database, change):
    save()
    assert save(**change).outcome is Outcome.UPDATED
    assert versions() == (3, 3, [3])
    with db.reading() as session:
        assert session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all() == [
            "group.added",
            "group.changed",
        ]


def test_two_groups_share_a_topic(database):
    with db.transaction():
        first = groups.save(read(GroupInput, PARIS)).group
        second = groups.save(read(GroupInput, PARIS | {"slug": "lyon"})).group
    assert [topic.id for topic in first.topics] == [topic.id for topic in second.topics]


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("country", "XX", "expected an ISO 3166-1 country code such as FR, not 'XX'"),
        (
            "timezone",
            "Mars/Base",
            "expected an IANA time zone such as Europe/Paris, not 'Mars/Base'",
        ),
        (
            "slug",
            "Über uns",
            "expected lower-case letters, digits and single hyphens, not 'Über uns'",
        ),
        ("latitude", float("nan"), "finite"),
        ("longitude", 181, "less than or equal to 180"),
        ("name", " \u202e ", "expected at least one character that can be seen"),
        ("name", "x" * 201, "expected at most 200 characters, not 201"),
        (
            "links",
            [{"kind": "website", "url": "javascript:alert(1)"}],
            "expected an address with http",
        ),
        ("surprise", 1, "Extra inputs are not permitted"),
    ],
)
def test_what_cannot_be_is_refused_by_name(field, value, word):
    with pytest.raises(InvalidInputError) as refused:
        read(GroupInput, PARIS | {field: value})
    [(name, reason)] = refused.value.fields.items()
    assert name.startswith(field)
    assert word in reason


def test_another_city_has_other_inhabitants(database):
    group = save().group
    with db.transaction() as session:
        session.get_one(Group, group.id).population = 2_000_000
    assert save(name="Other").group.population == 2_000_000
    assert save(city="Lyon").group.population == 0
