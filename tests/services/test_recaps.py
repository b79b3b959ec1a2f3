"""The recap: written by several, published, withdrawn, and told once."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.conftest import NOW
from tests.factories import (
    make_group,
    make_meetup,
    make_membership,
    make_rsvp,
    make_source,
    make_user,
)
from tests.people import mails
from tests.services.test_afterwards import work
from usergroups import db
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError
from usergroups.inputs.recap import CameInput, EventLinkInput, FeedbackInput, RecapInput
from usergroups.models import (
    AuditEntry,
    EventStatus,
    Feedback,
    Group,
    Origin,
    Role,
    Rsvp,
    RsvpStatus,
    Tally,
)
from usergroups.queries import feedback as opinions
from usergroups.queries import planning, recaps
from usergroups.services import feedback
from usergroups.services import recaps as services

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")


@pytest.fixture
def last_week():
    """A meetup of last week, its organizer, and somebody who was there."""
    with db.transaction():
        group = make_group(slug="paris")
        organizer, guest = make_user(), make_user(email="guest@example.org")
        make_membership(organizer, group, Role.ORGANIZER)
        event = make_meetup(group, 50, starts_at=NOW - timedelta(days=8), title="Evening")
        make_rsvp(event, guest, checked_in_at=NOW - timedelta(days=8))
    return event, organizer, guest


def act(what, event, *given, by):
    with db.transaction():
        return what(planning.any_of(event.public_id), *given, by=by)


def facts(event):
    with db.reading():
        return recaps.facts(event.id)


def version(event):
    with db.reading() as session:
        return session.get(Group, event.group_id).version


def test_it_is_published_withdrawn_published_again_and_told_once(last_week):
    event, organizer, _ = last_week
    given = RecapInput(text="It was **good**.")
    act(services.save, event, given, by=organizer)
    before = version(event)
    for what in (services.publish, services.publish, services.withdraw, services.publish):
        given = given.model_copy(update={"version": facts(event).version})
        act(what, event, given, by=organizer)
    assert version(event) == before + 3
    assert facts(event).published_at == NOW
    work()
    recap = [mail for mail in mails() if mail[0] == "recap_published"]
    assert [to for _, to, _ in recap] == ["guest@example.org"]
    with db.reading() as session:
        acts = list(session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))
    assert acts == [
        "event.recap_changed", "event.recap_published", "event.recap_withdrawn",
        "event.recap_published",
    ]  # fmt: skip


def test_a_recap_that_is_withdrawn_before_the_mails_go_is_told_to_nobody(last_week):
    event, organizer, _ = last_week
    act(services.publish, event, RecapInput(text="Good."), by=organizer)
    given = RecapInput(text="Good.", version=facts(event).version)
    act(services.withdraw, event, given, by=organizer)
    work()
    assert [mail for mail in mails() if mail[0] == "recap_published"] == []


def test_of_two_who_write_the_second_is_told(last_week):
    event, organizer, _ = last_week
    act(services.save, event, RecapInput(text="Mine."), by=organizer)
    with pytest.raises(InvalidInputError) as refused:
        act(services.save, event, RecapInput(text="Theirs."), by=organizer)
    assert {name: why.code for name, why in refused.value.refusals.items()} == {
        "text": "recap_overtaken"
    }
    act(services.save, event, RecapInput(text="Mine."), by=organizer)  # a click that came twice
    assert facts(event).text == "Mine."


def test_who_may_write_and_of_what(last_week):
    event, organizer, guest = last_week
    given = RecapInput(text="Good.")
    with pytest.raises(NotAllowedError):
        act(services.publish, event, given, by=guest)
    with pytest.raises(InvalidInputError):
        act(services.publish, event, RecapInput(), by=organizer)
    for change in ({"status": EventStatus.CANCELLED}, {"starts_at": NOW + timedelta(days=1)}):
        with db.transaction() as session:
            there = session.merge(event)
            there.ends_at = NOW + timedelta(days=2)
            for name, value in change.items():
                setattr(there, name, value)
        with pytest.raises(ConflictError):
            act(services.save, event, given, by=organizer)


def test_meetups_of_other_calendars_are_told_of_there(last_week):
    event, organizer, _ = last_week
    with db.transaction() as session:
        there = session.merge(event)
        there.origin, there.source_id = Origin.IMPORTED, make_source(there.group).id
    link = EventLinkInput(kind="slides", url="https://example.org/slides")
    for what, given in ((services.save, RecapInput(text="Good.")), (services.add_link, link)):
        with pytest.raises(ConflictError):
            act(what, event, given, by=organizer)


def test_the_number_of_the_organizers_holds_where_nobody_counted(last_week):
    event, organizer, guest = last_week
    act(services.tell_came, event, CameInput(came=40), by=organizer)
    assert (facts(event).told, facts(event).came) == (40, 1)
    with db.transaction() as session:
        session.execute(delete(Rsvp))
    assert facts(event).came == 40
    with pytest.raises(NotAllowedError):
        act(services.tell_came, event, CameInput(came=1), by=guest)


def test_links_are_added_once_and_taken_away(last_week):
    event, organizer, guest = last_week
    given = EventLinkInput(kind="slides", title="Slides", url="https://example.org/slides")
    before = version(event)
    row = act(services.add_link, event, given, by=organizer)
    with pytest.raises(InvalidInputError):
        act(services.add_link, event, given, by=organizer)
    with pytest.raises(NotAllowedError):
        act(services.remove_link, event, row.id, by=guest)
    with db.reading():
        assert [(one.title, one.url) for one in recaps.links(event.id)] == [
            ("Slides", "https://example.org/slides")
        ]
    for _ in range(2):
        act(services.remove_link, event, row.id, by=organizer)
    with db.reading():
        assert recaps.links(event.id) == []
    assert version(event) == before + 2
    with pytest.raises(ValueError):
        EventLinkInput(kind="slides", url="javascript:alert(1)")


def test_feedback_is_of_those_who_were_there_and_changes_for_two_weeks(last_week):
    event, organizer, guest = last_week
    with db.transaction() as session:
        absent = make_user()
        make_rsvp(session.merge(event), absent)
        waited = make_user()
        make_rsvp(session.merge(event), waited, RsvpStatus.WAITLISTED)
    for somebody in (absent, waited, organizer):
        with pytest.raises(NotAllowedError):
            act(feedback.give, event, FeedbackInput(rating=1), by=somebody)
    act(feedback.give, event, FeedbackInput(rating=4, keep="The soup"), by=guest)
    act(feedback.give, event, FeedbackInput(rating=5, mend="The chairs"), by=guest)
    with db.reading():
        assert opinions.opinions(event.id) == [opinions.Opinion(5, "", "The chairs")]
    with db.transaction() as session:
        there = session.merge(event)
        there.starts_at -= timedelta(days=7)
        there.ends_at -= timedelta(days=7)
    with pytest.raises(ConflictError):
        act(feedback.give, event, FeedbackInput(rating=1), by=guest)


@pytest.mark.parametrize(
    ("given", "shows", "public"), [(5, True, True), (4, True, False), (9, False, False)]
)
def test_the_public_sees_a_summary_of_five_or_more_if_they_choose(last_week, given, shows, public):
    event, organizer, _ = last_week
    with db.transaction() as session:
        session.add_all(
            Feedback(event_id=event.id, user_id=make_user().id, rating=4) for _ in range(given)
        )
    act(services.save, event, RecapInput(text="Good.", shows_feedback=shows), by=organizer)
    assert facts(event).ratings == opinions.Ratings(given, 4 * given)
    assert facts(event).rated == (facts(event).ratings if public else None)


def test_what_was_counted_long_ago_is_told_still(last_week, count_queries):
    event, _, _ = last_week
    with db.transaction() as session:
        counts = {"going": 10, "checked_in": 7, "countries": {"FR": 6}, "a later count": 3}
        session.add(Tally(event_id=event.id, counts=counts))
    with count_queries() as asked:
        told = facts(event)
    assert len(asked) == 2
    assert (told.turnout.going, told.came, told.turnout.countries) == (11, 8, {"FR": 6})
