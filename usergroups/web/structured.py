"""What search engines are told of a meetup: data in its page, which no browser runs."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from usergroups.formats import schema_org
from usergroups.formats.schema_org import Seat
from usergroups.models import Attendance, EventStatus
from usergroups.queries.events import ShownEvent
from usergroups.queries.rsvps import Registering
from usergroups.web import site


def meetup(event: ShownEvent, parts: Mapping[str, Any]) -> Markup:
    """The text of its script element."""
    seat, hosts = _seat(event, parts["seats"]), parts["hosts"] or ()
    said = schema_org.meetup(event, event.group, site.links(), seat, hosts)
    if parts["also"]:
        said["sameAs"] = [one.url for one in parts["also"]]
    return Markup(schema_org.script_text(said))  # noqa: S704  it has escaped what ends a script


def _seat(event: ShownEvent, registering: Registering | None) -> Seat | None:
    """How to register: here, which is free, or elsewhere; not at all for what is over or off."""
    if event.is_past or event.status is not EventStatus.CONFIRMED:
        return None
    if registering is not None:
        return Seat(
            site.links().answer(event.public_id),
            is_free=True,
            is_sold_out=_is_sold_out(event, registering),
            opens_at=registering.opens_at,
            closes_at=registering.closes_at,
        )
    return Seat(event.url) if event.url else None


def _is_sold_out(event: ShownEvent, registering: Registering) -> bool:
    both = (Attendance.IN_PERSON, Attendance.ONLINE)
    ways = both if event.attendance is Attendance.HYBRID else (event.attendance,)
    return not any(registering.figures.of(way).takes(1) for way in ways)
