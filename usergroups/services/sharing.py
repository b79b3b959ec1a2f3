"""Whom attendees let have their name and address: a sponsor at a time, by a log that only grows.

Nobody is shared unasked, and nobody by default. What was let can be taken back at any time; what
a sponsor was given before that they have, which the page says.
"""

from collections.abc import Set as AbstractSet

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, NotAllowedError, NotFoundError
from usergroups.models import Event, SharingConsent, User
from usergroups.permissions import may_organize
from usergroups.queries import rsvps, sponsors, standings
from usergroups.queries.sponsors import Sharer
from usergroups.services import audit
from usergroups.services.rsvps import HOLDING


def choose(event: Event, sponsor_ids: AbstractSet[int], *, by: User) -> None:
    """Let these sponsors of a meetup have one's name and address, and no others. Twice is once.

    Raises ConflictError for somebody who does not come; NotFoundError for one who does not
    support the meetup.
    """
    mine = rsvps.of(event.id, by.id)
    if mine is None or mine.status not in HOLDING:
        raise ConflictError("this is for those who come")
    shown = {one.sponsor_id for one in sponsors.shown_at(event.id, event.starts_on)}
    if not sponsor_ids <= shown:
        raise NotFoundError("nobody of that kind supports this meetup")
    now = clock.now()
    let = {one.sponsor_id: one for one in sponsors.let(event.id, by.id) if not one.withdrawn_at}
    for sponsor_id in let.keys() - sponsor_ids:
        let[sponsor_id].withdrawn_at = now
    for sponsor_id in sponsor_ids - let.keys():
        session().add(
            SharingConsent(event_id=event.id, user_id=by.id, sponsor_id=sponsor_id, given_at=now)
        )
    session().flush()


def hand_over(event: Event, sponsor_id: int, *, by: User | None) -> list[Sharer]:
    """Names and addresses of those who come and let this sponsor have them; the act is recorded.

    Raises NotAllowedError, and NotFoundError for one who does not support the meetup.
    """
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("this is for the group's organizers")
    if sponsor_id not in {one.sponsor_id for one in sponsors.shown_at(event.id, event.starts_on)}:
        raise NotFoundError("nobody of that kind supports this meetup")
    found = sponsors.sharers(event.id, sponsor_id)
    audit.record("event.shared_with_sponsor", event, by=by, sponsor=sponsor_id, people=len(found))
    return found
