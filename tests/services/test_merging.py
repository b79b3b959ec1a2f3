"""Two groups become one: all that the one has goes over, once; what led to it leads there."""

from collections import Counter
from datetime import date, datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from tests.factories import (
    make_application,
    make_event,
    make_group,
    make_membership,
    make_rsvp,
    make_source,
    make_user,
    make_venue,
)
from tests.people import mails, roles, team_of
from usergroups import clock, db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.fields import read
from usergroups.inputs.merging import MergeInput, MergeSearch
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    AuditEntry,
    Base,
    CoHost,
    Coordinator,
    Event,
    Federation,
    Feed,
    FeedKind,
    Finding,
    FirstStep,
    FormerEvent,
    FormerSlug,
    Group,
    GroupLink,
    GroupReport,
    GroupStatus,
    Invitation,
    LinkKind,
    Logo,
    Origin,
    Recap,
    ReportKind,
    ReportOutcome,
    Role,
    Rsvp,
    RuleKind,
    Series,
    Source,
    Sponsor,
    Sponsorship,
    Step,
    Talk,
    TalkStatus,
    Topic,
    Venue,
    Waiver,
)
from usergroups.queries import events, groups
from usergroups.queries import merging as queries
from usergroups.services import merging, moves

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")

BOTH = MergeInput(gone="gone", kept="kept")


def merge(given: MergeInput = BOTH, *, by=None) -> Group:
    with db.transaction():
        return merging.merge(given, by=by)


def twins(**given) -> tuple[Group, Group]:
    """The group that goes and the one that stays; `gone_…` and `kept_…` are theirs alone."""
    of = {
        side: {name[5:]: value for name, value in given.items() if name.startswith(side)}
        for side in ("gone", "kept")
    }
    with db.transaction():
        return (
            make_group(slug="gone", name="Gone", **of["gone"]),
            make_group(slug="kept", name="Kept", **of["kept"]),
        )


def all_of(*columns, order=None):
    with db.reading() as session:
        found = session.execute(select(*columns).order_by(order or columns[0]))
        return [tuple(row) if len(row) > 1 else row[0] for row in found]


def one(table):
    with db.reading() as session:
        return session.scalars(select(table)).one()


# The list


@pytest.mark.parametrize(
    ("target", "column", "rules"),
    [("group", "group_id", moves.OF_GROUP), ("event", "event_id", moves.OF_EVENT)],
)
def test_every_table_that_belongs_to_a_group_or_meetup_is_named(target, column, rules):
    """A new table has to say what becomes of its rows: name it in services/moves.py."""
    belonging: dict[str, set[str]] = {}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == target:
                belonging.setdefault(table.name, set()).add(key.parent.name)
    # Pairs of meetups go with either of the two; the job looks for them anew.
    belonging.pop("double", None)
    belonging.pop("written_event", None)  # made again where it is wanted
    assert belonging == {name: {column} for name in rules}


def test_the_list_knows_of_each_table_what_can_be_there_once():
    """Rows that go over never break what is unique: the columns named are those of the database."""
    for rules, column in ((moves.OF_GROUP, "group_id"), (moves.OF_EVENT, "event_id")):
        for name, rule in rules.items():
            table = Base.metadata.tables[name]
            keys = [set(one.columns.keys()) for one in table.constraints if _is_unique(one)]
            unique = [key - {column} for key in keys if column in key]
            if unique and rule.goes:
                assert set(rule.agree_in or ()) in unique, name


def _is_unique(constraint) -> bool:
    return type(constraint).__name__ in {"UniqueConstraint", "PrimaryKeyConstraint"}


# Everything


def test_all_goes_over_once(frozen_clock):
    gone, kept = twins(
        gone_summary="Ours", kept_summary="", gone_description="Long", kept_description="Longer",
        gone_founded_on=date(2012, 1, 2), kept_founded_on=date(2015, 1, 2), gone_version=7,
        gone_members_elsewhere=300, kept_members_elsewhere=20, kept_version=3,
    )  # fmt: skip
    with db.transaction() as session:
        gone, kept = groups.in_full("gone"), groups.in_full("kept")
        web, data, maps = (Topic(slug=name, name=name.title()) for name in ("web", "data", "maps"))
        gone.topics, kept.topics = [web, data], [web, maps]
        gone.links = [
            GroupLink(kind=LinkKind.MEETUP, url=url)
            for url in ("https://one.example", "https://two.example")
        ]
        kept.links = [GroupLink(kind=LinkKind.MEETUP, url="https://one.example")]
        session.add_all([
            Logo(group_id=gone.id, digest="f00", content=b"picture"),
            FormerSlug(slug="older", group_id=gone.id),
            FirstStep(group_id=gone.id, step=Step.SHARE, done_at=clock.now()),
            FirstStep(group_id=gone.id, step=Step.LOGO, done_at=None),
            FirstStep(group_id=kept.id, step=Step.LOGO, done_at=clock.now()),
            Finding(group_id=gone.id, kind=RuleKind.ORGANIZERS, passed=False),
            Finding(group_id=kept.id, kind=RuleKind.ORGANIZERS, passed=True),
            Waiver(group_id=gone.id, kind=RuleKind.ORGANIZERS, why="N", until_on=date(2027, 1, 1)),
            GroupReport(group_id=gone.id, kind=ReportKind.DEAD_LINK, text="Dead"),
            GroupReport(group_id=gone.id, kind=ReportKind.DUPLICATE, text="Twice"),
            GroupReport(group_id=kept.id, kind=ReportKind.DUPLICATE, text="Thrice"),
            Feed(kind=FeedKind.GROUP, subject=str(gone.id), made_of="", etag="", last_modified="",
                 built_at=clock.now(), gzipped=b"", brotli=b""),
            Series(group_id=gone.id, uid="series", rule="FREQ=DAILY", begins_on=date(2026, 1, 1),
                   starts=datetime(2026, 1, 1, 19).time(), minutes=60, timezone="Europe/Paris"),
            Talk(group_id=gone.id, title="Maps", status=TalkStatus.PROPOSED),
        ])  # fmt: skip
        gone.logo_digest = "f00"
        sponsor = Sponsor(name="Acme")
        session.add(sponsor)
        session.flush()
        session.add(Sponsorship(sponsor_id=sponsor.id, group_id=gone.id))
        make_venue(gone, 30)
        make_event(kept, uid="uid-kept")
        native = make_event(gone, uid="uid-native", public_id="native12345")
        source = make_source(gone, location="https://calendar.example")
        make_event(gone, uid="uid-imported", source_id=source.id, origin=Origin.IMPORTED)
        make_application(status=ApplicationStatus.APPROVED, group_id=gone.id)
        make_application(status=ApplicationStatus.APPROVED, group_id=kept.id)
        make_application(group_id=gone.id, is_takeover=True)
    before = (native.public_id, native.sequence, native.revised_at)

    assert merge().id == kept.id

    for table in Base.metadata.sorted_tables:
        for key in (key for key in table.foreign_keys if key.column.table.name == "group"):
            assert gone.id not in all_of(key.parent), table.name
    assert all_of(Event.uid) == ["uid-imported", "uid-kept", "uid-native"]
    with db.reading() as session:
        event = session.get_one(Event, native.id)
        assert (event.public_id, event.sequence, event.revised_at) == before
        group = groups.in_full("kept")
        assert [topic.slug for topic in group.topics] == ["data", "maps", "web"]
        assert sorted(link.url for link in group.links) == [
            "https://one.example", "https://two.example",
        ]  # fmt: skip
    assert all_of(Source.location) == ["https://calendar.example"]
    assert all_of(Logo.digest) == ["f00"]
    assert all_of(FirstStep.step) == [Step.LOGO, Step.SHARE]
    assert all_of(Finding.passed) == [True]
    assert all_of(Waiver.id) == all_of(Feed.subject) == []
    for table in (Series, Talk, Venue, Sponsorship):
        assert all_of(table.group_id) == [kept.id]
    assert all_of(Application.group_id) == [kept.id] * 3
    assert all_of(GroupReport.text, GroupReport.outcome) == [
        ("Dead", ReportOutcome.OPEN),
        ("Thrice", ReportOutcome.OPEN),
        ("Twice", ReportOutcome.SETTLED),
    ]
    assert all_of(FormerSlug.slug, FormerSlug.group_id) == [("gone", kept.id), ("older", kept.id)]
    assert (group.summary, group.description, group.founded_on, group.members_elsewhere) == (
        "Ours", "Longer", date(2012, 1, 2), 300,
    )  # fmt: skip
    assert (group.logo_digest, group.status, group.version) == ("f00", GroupStatus.ACTIVE, 8)
    assert group.search_key == "kept paris  ours data maps web"
    assert one(Federation).map_version == 2
    entry = one(AuditEntry)
    assert (entry.act, entry.group_id, entry.details) == (
        "group.merged", kept.id, {"gone": "gone", "gone_id": gone.id, "same_meetups": 0},
    )  # fmt: skip


def test_what_is_empty_there_is_not_filled_with_nothing():
    twins(kept_founded_on=date(2015, 1, 2), kept_summary="Ours")
    group = merge()
    assert (group.summary, group.founded_on, group.reconfirmed_at, group.logo_digest) == (
        "Ours", date(2015, 1, 2), None, "",
    )  # fmt: skip


def test_an_id_is_never_given_again():
    """What was recorded of a group that is gone is not told of another one later."""
    with db.transaction():
        make_group(slug="kept")
        gone = make_group(slug="gone")
    merge()
    with db.transaction():
        assert make_group(slug="new").id > gone.id


# People


def test_the_higher_role_wins_and_one_leads():
    gone, theirs = team_of("lead", "organizer", "member", slug="gone", name="UG Gone")
    kept, ours = team_of("lead", "organizer", "member", slug="kept", name="UG Kept")
    with db.transaction():
        make_membership(ours["organizer"], gone)
        make_membership(ours["member"], gone, Role.ORGANIZER)
        make_membership(theirs["member"], kept)
        make_membership(theirs["lead"], kept)
        steward = make_user(is_steward=True)
    merge(by=steward)
    assert roles(kept) == {
        ours["lead"].id: "lead",
        ours["organizer"].id: "organizer",
        ours["member"].id: "organizer",
        theirs["lead"].id: "organizer",
        theirs["organizer"].id: "organizer",
        theirs["member"].id: "member",
    }
    told = {"gone": "UG Gone", "group": "UG Kept", "slug": "kept", "lead": "A lead"}
    both = (theirs["lead"], theirs["organizer"], ours["lead"], ours["organizer"], ours["member"])
    assert Counter(address for _, address, _ in mails()) == Counter(user.email for user in both)
    assert [(kind, values) for kind, _, values in mails()] == [("group_merged", told)] * len(both)


def test_a_group_without_a_lead_gets_that_of_the_other():
    _, theirs = team_of("lead", slug="gone", status=GroupStatus.QUIET)
    kept, ours = team_of("organizer", slug="kept", status=GroupStatus.VACANT)
    with db.transaction() as session:
        make_membership(theirs["lead"], kept)
        session.add(invitation(kept, ours["organizer"].email, Role.LEAD))
    group = merge()
    assert roles(kept) == {theirs["lead"].id: "lead", ours["organizer"].id: "organizer"}
    assert (group.status, group.status_cause) == (GroupStatus.QUIET, "merged")
    assert all_of(Invitation.answer) == [Answer.WITHDRAWN]


def invitation(group: Group, email: str, role: Role = Role.ORGANIZER, **given) -> Invitation:
    return Invitation(
        **{"group_id": group.id, "email": email, "role": role, "expires_at": clock.now(),
           "secret_hash": f"{group.slug} {email} {role.value}"} | given
    )  # fmt: skip


def test_who_was_asked_by_both_is_asked_once():
    gone, _ = team_of("lead", slug="gone")
    kept, _ = team_of("lead", slug="kept")
    with db.transaction() as session:
        session.add_all([
            invitation(gone, "both@example.org"),
            invitation(gone, "one@example.org"),
            invitation(gone, "heir@example.org", Role.LEAD),
            invitation(gone, "old@example.org", answer=Answer.DECLINED),
            invitation(kept, "both@example.org"),
            invitation(kept, "ours@example.org", Role.LEAD),
        ])  # fmt: skip
    merge()
    assert all_of(Invitation.secret_hash, Invitation.answer, Invitation.group_id) == [
        ("gone both@example.org organizer", Answer.WITHDRAWN, kept.id),
        ("gone heir@example.org lead", Answer.WITHDRAWN, kept.id),
        ("gone old@example.org organizer", Answer.DECLINED, kept.id),
        ("gone one@example.org organizer", Answer.OPEN, kept.id),
        ("kept both@example.org organizer", Answer.OPEN, kept.id),
        ("kept ours@example.org lead", Answer.OPEN, kept.id),
    ]


@pytest.mark.parametrize(
    ("gone", "kept", "expected"),
    [
        ("active", "dormant", "active"),
        ("archived", "active", "active"),
        ("dormant", "quiet", "quiet"),
        ("vacant", "dormant", "dormant"),
        ("active", "vacant", "vacant"),
    ],
)
def test_the_livelier_state_is_kept_but_no_lead_comes_of_it(gone, kept, expected):
    twins(gone_status=GroupStatus(gone), kept_status=GroupStatus(kept))
    assert merge().status.value == expected


# Meetups


def test_what_both_calendars_say_is_one_meetup():
    gone, kept = twins()
    given = {"origin": Origin.IMPORTED}
    with db.transaction() as session:
        theirs, ours = (make_source(one, location="https://cal.example") for one in (gone, kept))
        only = make_source(gone, location="https://other.example")
        twin = make_event(gone, uid="a", source_id=theirs.id, public_id="twin1234567", **given)
        make_event(gone, uid="b", source_id=theirs.id, **given)
        # Another calendar may name another meetup like this: it is not the same.
        make_event(gone, uid="a", source_id=only.id, **given)
        stays = make_event(kept, uid="a", source_id=ours.id, public_id="stays123456", **given)
        make_event(kept, uid="a", recurrence_id="2026", source_id=ours.id, **given)
        somebody, other = make_user(), make_user()
        make_rsvp(twin, somebody)
        make_rsvp(twin, other)
        make_rsvp(stays, other)
        session.add_all([
            Recap(event_id=twin.id, text="It was nice"),
            FormerEvent(public_id="earlier1234", event_id=twin.id),
            Feed(kind=FeedKind.EVENT, subject=str(twin.id), made_of="", etag="", last_modified="",
                 built_at=clock.now(), gzipped=b"", brotli=b""),
        ])  # fmt: skip
    with db.reading():
        assert queries.figures(gone, kept).same_meetups == 1
    merge()
    assert all_of(Source.location) == ["https://cal.example", "https://other.example"]
    found = all_of(Event.uid, Event.recurrence_id, Event.source_id, Event.group_id)
    assert Counter(found) == Counter([
        ("a", "", ours.id, kept.id), ("a", "", only.id, kept.id), ("a", "2026", ours.id, kept.id),
        ("b", "", ours.id, kept.id),
    ])  # fmt: skip
    with db.reading():
        assert {name: events.merged_into(name) for name in ("twin1234567", "earlier1234", "x")} == {
            "twin1234567": "stays123456", "earlier1234": "stays123456", "x": None,
        }  # fmt: skip
    assert all_of(Rsvp.user_id, Rsvp.event_id) == [(somebody.id, stays.id), (other.id, stays.id)]
    assert all_of(Recap.event_id) == [stays.id]
    assert all_of(Feed.subject) == []
    assert one(AuditEntry).details["same_meetups"] == 1


def test_what_they_held_together_is_held_by_one_and_a_yes_is_kept():
    gone, kept = twins()
    with db.transaction() as session:
        other = make_group(slug="other")
        ours, theirs = make_event(kept), make_event(gone)
        held, asked = make_event(other), make_event(other)
        session.add_all([
            CoHost(event_id=ours.id, group_id=gone.id, answer=Answer.ACCEPTED),
            CoHost(event_id=theirs.id, group_id=kept.id, answer=Answer.ACCEPTED),
            CoHost(event_id=theirs.id, group_id=other.id, answer=Answer.ACCEPTED),
            CoHost(event_id=held.id, group_id=gone.id, answer=Answer.ACCEPTED),
            CoHost(event_id=held.id, group_id=kept.id, answer=Answer.OPEN),
            CoHost(event_id=asked.id, group_id=gone.id, answer=Answer.OPEN),
        ])  # fmt: skip
    merge()
    assert Counter(all_of(CoHost.event_id, CoHost.group_id, CoHost.answer)) == Counter([
        (theirs.id, other.id, Answer.ACCEPTED),
        (held.id, kept.id, Answer.ACCEPTED),
        (asked.id, kept.id, Answer.OPEN),
    ])  # fmt: skip
    assert dict(all_of(Group.slug, Group.version))["other"] > 1, "its pages say who holds them"


# Who may, what may not


def code(error) -> dict[str, str]:
    return {name: why.code for name, why in error.value.refusals.items()}


def test_who_may():
    gone, theirs = team_of("lead", slug="gone", country="DE")
    _, ours = team_of("lead", slug="kept")
    with db.transaction() as session:
        here, there, both = (make_user() for _ in range(3))
        session.add_all(
            Coordinator(user_id=user.id, country=country)
            for user, country in ((here, "FR"), (there, "DE"), (both, "FR"), (both, "DE"))
        )
        make_membership(ours["lead"], gone, Role.ORGANIZER)
    for user in (here, there, ours["lead"], theirs["lead"]):
        with pytest.raises(NotAllowedError):
            merge(by=user)
    assert set(all_of(Group.slug)) == {"gone", "kept"}
    assert merge(by=both).slug == "kept"


@pytest.mark.parametrize(
    ("gone", "kept", "expected"),
    [
        ("kept", "kept", {"kept": "into_itself"}),
        ("gone", "ended", {"kept": "group_ended"}),
        ("nobody", "kept", {"gone": "no_group"}),
        ("gone", "nobody", {"kept": "no_group"}),
        ("gone", "", {"kept": "no_group"}),
    ],
)
def test_what_cannot_be_merged(gone, kept, expected):
    twins()
    with db.transaction():
        make_group(slug="ended", status=GroupStatus.ARCHIVED)
    with pytest.raises(InvalidInputError) as refused:
        merge(MergeInput(gone=gone, kept=kept))
    assert code(refused) == expected
    assert all_of(AuditEntry.id) == []


def test_one_that_has_ended_goes_into_one_that_has_not():
    twins(gone_status=GroupStatus.ARCHIVED)
    assert merge().status is GroupStatus.ACTIVE


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ug-paris", "ug-paris"),
        ("UG Paris", "ug-paris"),
        ("https://u.example/groups/ug-paris", "ug-paris"),
        ("/groups/ug-paris/calendar.ics?past=all", "ug-paris"),
        ("http://localhost:8000/organize/ug-paris/team", "ug-paris"),
        ("", ""),
        ("§$%", ""),
    ],
)
def test_a_group_is_named_as_people_do(typed, meant):
    assert read(MergeSearch, {"gone": typed}).gone == meant


def test_the_second_of_two_stewards_is_told():
    twins()
    merge()
    with pytest.raises(ConflictError) as second:
        merge()
    assert "gone into another group in the meantime" in str(second.value)
    with pytest.raises(ConflictError):
        merge(MergeInput(gone="kept", kept="gone"))


@pytest.mark.parametrize("time", range(3))
def test_of_those_who_merge_at_once_one_is_first(time):
    """The same two, the other way round, into a third: nothing is lost or leads astray."""
    gone, kept = twins()
    with db.transaction():
        third = make_group(slug="third")
        for group in (gone, kept, third):
            make_event(group)
    wanted = [("gone", "kept"), ("gone", "kept"), ("kept", "gone"), ("gone", "third")]
    gate, raised = Barrier(len(wanted)), []

    def go(pair: tuple[str, str]) -> None:
        gate.wait()
        try:
            merge(MergeInput(gone=pair[0], kept=pair[1]))
        except Exception as error:  # noqa: BLE001  what they raise is the point
            raised.append(type(error))

    threads = [Thread(target=go, args=(pair,)) for pair in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = set(all_of(Group.slug))
    assert set(raised) == {ConflictError}
    assert len(raised) == len(left) + 1, "each that went well has taken one group away"
    assert len(all_of(Event.id)) == 3
    assert set(all_of(FormerSlug.slug)) == {"gone", "kept", "third"} - left


# The preview


def test_the_preview_says_what_comes_true(count_queries):
    team_of("lead", "organizer", "member", slug="gone")
    _, ours = team_of("lead", "member", slug="kept")
    with db.transaction() as session:
        gone, kept = groups.in_full("gone"), groups.in_full("kept")
        make_membership(ours["lead"], gone)
        make_membership(ours["member"], gone, Role.ORGANIZER)
        gone.topics = [Topic(slug="web", name="Web"), Topic(slug="maps", name="Maps")]
        kept.topics = gone.topics[:1]
        gone.links = [GroupLink(kind=LinkKind.MEETUP, url="https://one.example")]
        theirs, _ = (make_source(one, location="https://cal.example") for one in (gone, kept))
        make_source(gone, location="https://other.example")
        make_event(gone, uid="a", source_id=theirs.id, origin=Origin.IMPORTED)
        make_venue(gone, 10)
        make_application(group_id=gone.id, is_takeover=True)
        session.add_all([
            invitation(gone, "one@example.org"),
            GroupReport(group_id=gone.id, kind=ReportKind.OTHER, text="Hm"),
            FormerSlug(slug="older", group_id=gone.id),
        ])  # fmt: skip
    with db.reading(), count_queries() as asked:
        figures = queries.figures(gone, kept)
    assert len(asked) == 1
    assert figures == queries.Figures(
        members=3, members_of_both=2, organizers=3, meetups=1, same_meetups=0, calendars=1,
        same_calendars=1, venues=1, links=1, topics=1, invitations=1, reports=1, applications=1,
        addresses=2,
    )  # fmt: skip
    merge()
    assert Counter(roles(kept).values()) == {"lead": 1, "organizer": 3, "member": 1}


def test_groups_that_may_be_the_same(count_queries):
    with db.transaction():
        here = make_group(slug="paris", name="UG Paris")
        make_group(slug="paris-2", name="Usergroup Paris", latitude=48.9)
        make_group(slug="versailles", name="Castle users", latitude=48.8, longitude=2.13)
        make_group(slug="far", name="UG Paris", latitude=10, longitude=10)
        make_group(slug="ended", status=GroupStatus.ARCHIVED)
        make_group(slug="lyon", name="Silk", latitude=45.7, longitude=4.8)
    with db.reading(), count_queries() as asked:
        found = queries.candidates(here)
    assert len(asked) == 2
    assert [one.slug for one in found] == ["paris-2", "versailles", "far"]
    assert [round(one.km) for one in found] == [5, 17, 4366]


# How much it asks


def test_statements_do_not_grow_with_what_goes_over(count_queries):
    """A group of a thousand meetups is merged by as many statements as one of ten."""
    counts = []
    for size in (2, 40):
        names = f"gone-{size}", f"kept-{size}"
        gone, kept = (team_of("lead", slug=slug)[0] for slug in names)
        with db.transaction():
            sources = [make_source(one, location="https://cal.example") for one in (gone, kept)]
            for n in range(size):
                make_membership(make_user(), gone)
                make_event(gone)
                for source, group in zip(sources, (gone, kept), strict=True):
                    make_event(group, uid=f"{n}", source_id=source.id, origin=Origin.IMPORTED)
        with count_queries() as asked:
            merge(MergeInput(gone=names[0], kept=names[1]))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 85
    assert len(all_of(Event.id)) == 84
