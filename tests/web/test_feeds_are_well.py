"""Our own calendars on the doctor's table: nothing is wrong with any feed of the demo."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from usergroups import db
from usergroups.demo import plant
from usergroups.formats.ical.lint import Severity, lint
from usergroups.inputs.my_calendar import MyCalendarInput
from usergroups.models import (
    PUBLISHED,
    Event,
    EventStatus,
    Group,
    Membership,
    Rsvp,
    Topic,
    User,
    group_topic,
)
from usergroups.services import my_calendars

# A new kind of feed is walked below, too.
KINDS = {
    "/calendar.ics",
    "/countries/<code>/calendar.ics",
    "/events/<public_id>.ics",
    "/groups/<slug>/calendar.ics",
    "/me/calendar/<token>.ics",
}
NARROWED = [
    "/calendar.ics?country=GB",
    "/calendar.ics?near=51.5,-0.1&within=100",
    "/calendar.ics?groups=london,budapest",
]


@pytest.fixture
def walk(app, frozen_clock) -> list[str]:
    """Addresses of feeds of every kind."""
    with db.transaction() as session:
        plant()
        tokens = [*own_calendars(session)]
    with db.reading() as session:
        topics = session.scalars(select(Topic.slug).join(group_topic).distinct()).all()
        groups = session.execute(select(Group.slug, Group.country)).all()
        events = session.execute(
            select(Event.public_id, Event.status, Event.series_id)
            .where(Event.status.in_(PUBLISHED))
            .order_by(Event.starts_at.desc())
        ).all()
    odd = [each for each in events if each[1] is not EventStatus.CONFIRMED or each[2]]
    return [
        "/calendar.ics",
        *NARROWED,
        *(f"/calendar.ics?topic={topic}" for topic in topics),
        *(f"/groups/{slug}/calendar.ics" for slug, _ in groups),
        *(f"/countries/{country}/calendar.ics" for country in {each[1] for each in groups}),
        *(f"/events/{each[0]}.ics" for each in [*odd[:20], *events[:: len(events) // 20]]),
        *(f"/me/calendar/{token}.ics" for token in tokens),
    ]


def own_calendars(session) -> Iterator[str]:
    """Calendars of somebody who goes to meetups, and of somebody in a group."""
    given = MyCalendarInput(name="All", has_answers=True, has_groups=True, remind_minutes=60)
    for who in (Rsvp.user_id, Membership.user_id):
        user = session.get(User, session.scalar(select(who).where(who.is_not(None)).limit(1)))
        yield my_calendars.make(given, by=user)[1]


def test_nothing_is_wrong_with_any_feed(app, walk):
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith(".ics")}
    assert rules == KINDS
    client = app.test_client()
    wrong = {}
    for path in walk:
        answer = client.get(path)
        assert answer.status_code == 200, path
        wrong[path] = [
            f"{each.line}: {each.message}"
            for each in lint(answer.data)
            if each.severity is not Severity.HINT
            and not (each.code == "alarm" and path.startswith("/me/"))  # asked for
        ]
    assert len(wrong) > 100
    assert {path: told for path, told in wrong.items() if told} == {}
