"""Renaming a group: its old addresses are its own for ever; ending it, and taking it up again."""

import threading

import pytest
from sqlalchemy import select

from tests.browsing import person
from tests.factories import make_application, make_group, make_user
from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.desk import EndInput, NameInput
from usergroups.inputs.fields import read
from usergroups.models import (
    AuditEntry,
    Coordinator,
    Federation,
    FormerSlug,
    Group,
    GroupStatus,
    Role,
    Topic,
)
from usergroups.queries import groups
from usergroups.services import naming, provisioning


@pytest.fixture
def lead(database, frozen_clock):
    with db.transaction():
        group = make_group(slug="paris", name="UG Paris", topics=[Topic(slug="web", name="Web")])
        return person(group, Role.LEAD)


def rename(name: str, slug: str = "", *, by, of: str = "paris") -> Group:
    with db.transaction():
        return naming.rename(groups.known(of), NameInput(name=name, slug=slug), by=by)


def former() -> dict[str, int]:
    with db.reading() as session:
        return {one.slug: one.group_id for one in session.scalars(select(FormerSlug))}


def test_a_group_is_renamed(lead):
    group = rename("Python Grenoble", by=lead)
    assert (group.slug, group.search_key) == ("python-grenoble", "python grenoble paris   web")
    assert former() == {"paris": group.id}
    with db.reading() as session:
        assert groups.moved_to("paris") == "python-grenoble"
        assert session.scalar(select(Group.version)) == 2
        assert session.scalar(select(Federation.map_version)) == 2
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.actor_id, entry.details) == (
        "group.renamed", lead.id, {"has_new_address": True},
    )  # fmt: skip


def test_the_same_again_changes_nothing(lead):
    for _ in range(2):
        rename("UG Paris", "paris", by=lead)
    with db.reading() as session:
        assert session.scalar(select(Group.version)) == 1
        assert session.scalars(select(AuditEntry)).all() == []


def test_only_the_name_changes_where_the_address_is_kept(lead):
    rename("UG Paris Centre", "paris", by=lead)
    assert former() == {}


def test_a_group_may_go_back_and_forth(lead):
    rename("Two", by=lead)
    rename("Three", by=lead, of="two")
    assert set(former()) == {"paris", "two"}
    rename("Paris", by=lead, of="three")
    assert set(former()) == {"two", "three"}
    with db.reading():
        assert {slug: groups.moved_to(slug) for slug in ("paris", "two", "three")} == {
            "paris": None, "two": "paris", "three": "paris",
        }  # fmt: skip


def code(error) -> dict[str, str]:
    return {name: why.code for name, why in error.value.refusals.items()}


def test_nobody_else_gets_an_address_that_a_group_had(lead):
    rename("Elsewhere", by=lead)
    with db.transaction():
        other = make_group(slug="lyon", latitude=45, longitude=4)
        their_lead = person(other, Role.LEAD)
    with pytest.raises(InvalidInputError) as refused:
        rename("Paris", by=their_lead, of="lyon")
    assert code(refused) == {"slug": "slug_taken"}
    with pytest.raises(InvalidInputError) as refused:
        rename("New", "elsewhere", by=their_lead, of="lyon")
    assert code(refused) == {"slug": "slug_taken"}
    with db.transaction():
        application = make_application(group_name="Paris")
        steward = make_user(is_steward=True)
        assert provisioning.provision(application, by=steward).slug != "paris"


def test_a_list_of_groups_brings_no_former_address_back(lead, run, tmp_path):
    rename("Elsewhere", by=lead)
    file = tmp_path / "groups.csv"
    file.write_text("name,slug,city,country\nUG Paris,paris,Paris,FR\nUG Lyon,lyon,Lyon,FR\n")
    result = run("groups", "import", str(file))
    assert result.exit_code == 1
    assert "'paris' leads to a group that had this address before" in " ".join(
        result.output.split()
    )
    with db.reading():
        assert groups.by_slug("paris") is None
        assert groups.by_slug("lyon") is not None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UG Lyon", "name_taken"),
        ("UG Lуon", "mixed_alphabets"),  # a Cyrillic у
        ("UG Ly0n", "name_alike"),
        ("UG \u202enoyL", "unseen"),
        ("UG \0", "unseen"),
        ("", "empty"),
        ("!!!", "empty"),
        ("x" * 81, "too_long"),
    ],
)
def test_names_that_mislead_are_refused(lead, name, expected):
    with db.transaction():
        make_group(slug="lyon", name="UG Lyon", latitude=48.9, longitude=2.4)
    with db.transaction(), pytest.raises(InvalidInputError) as refused:
        naming.rename(groups.known("paris"), read(NameInput, {"name": name}), by=lead)
    assert code(refused) == {"name": expected}


def test_who_may_rename_and_end(lead):
    with db.transaction() as session:
        group = groups.known("paris")
        organizer, near, far = person(group, Role.ORGANIZER), make_user(), make_user()
        steward = make_user(is_steward=True)
        session.add(Coordinator(user_id=near.id, country="FR"))
        session.add(Coordinator(user_id=far.id, country="DE"))
    for user in (organizer, far):
        with pytest.raises(NotAllowedError):
            rename("X", by=user)
        with pytest.raises(NotAllowedError), db.transaction():
            naming.end(groups.known("paris"), EndInput(name="UG Paris"), by=user)
    rename("One", by=near)
    rename("Two", by=steward, of="one")


def test_a_group_ends_and_is_taken_up_again(lead):
    with db.transaction(), pytest.raises(ConflictError):
        naming.reopen(groups.known("paris"), by=lead)
    with pytest.raises(InvalidInputError) as refused, db.transaction():
        naming.end(groups.known("paris"), EndInput(name="paris"), by=lead)
    assert code(refused) == {"name": "name_other"}
    for _ in range(2):
        with db.transaction():
            naming.end(groups.known("paris"), EndInput(name="UG Paris"), by=lead)
    with db.reading() as session:
        assert session.scalar(select(Group.status)) is GroupStatus.ARCHIVED
        assert session.scalar(select(Group.version)) == 2
    with db.transaction():
        naming.reopen(groups.known("paris"), by=lead)
    with db.reading() as session:
        assert session.scalar(select(Group.status)) is GroupStatus.QUIET
        acts = session.execute(select(AuditEntry.act, AuditEntry.details)).all()
    assert [tuple(act) for act in acts] == [
        ("group.archived", {"before": "active"}),
        ("group.reopened", {"status": "quiet"}),
    ]


def test_of_many_who_want_one_address_one_gets_it(database):
    """Several groups want the address that another leaves in this very moment."""
    with db.transaction():
        steward = make_user(is_steward=True)
        make_group(slug="wanted", name="Wanted")
        for n in range(4):
            make_group(slug=f"g{n}", name=f"Name {n} {'abcd'[n]}", latitude=n * 9, longitude=n * 9)
    gate, outcomes = threading.Barrier(5), []

    def go(of: str, slug: str) -> None:
        gate.wait()
        try:
            rename(f"New {of}", slug, by=steward, of=of)
            outcomes.append((of, "yes"))
        except InvalidInputError:
            outcomes.append((of, "no"))

    threads = [threading.Thread(target=go, args=("wanted", "left"))]
    threads += [threading.Thread(target=go, args=(f"g{n}", "wanted")) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [
        ("g0", "no"), ("g1", "no"), ("g2", "no"), ("g3", "no"), ("wanted", "yes"),
    ]  # fmt: skip
    with db.reading():
        assert groups.moved_to("wanted") == "left"
        assert groups.by_slug("wanted") is None
