"""The clock of what is known about attendees: after some time there are counts, and nobody's name.

One meetup is one transaction: killed half-way, all of it is there or none, and the next run takes
up what is left. Run again it finds nothing to do.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, update

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotAllowedError
from usergroups.inputs.retention import KeepInput
from usergroups.models import Federation, Feedback, Tally, User
from usergroups.permissions import may_steer
from usergroups.queries import retention as queries
from usergroups.queries import standings, turnout
from usergroups.services import audit, seats

AT_ONCE = 100


def keep_for(given: KeepInput, *, by: User | None) -> None:
    """Set for how long attendees are known. Raises NotAllowedError for all but stewards."""
    if not may_steer(standings.of(by)):
        raise NotAllowedError("only stewards decide how long attendees are known")
    federation = session().get_one(Federation, 1, with_for_update=True)
    before = federation.keep_attendees_days
    if before != given.days:
        audit.record(
            "federation.keep_attendees_changed", federation, by=by, before=before, days=given.days
        )
        federation.keep_attendees_days = given.days


def expire(event_id: int) -> None:
    """Put counts in the place of a meetup's attendees: answers, walk-ins, who gave feedback.

    What people wrote as feedback stays, without saying who.
    """
    event = seats.hold(event_id)
    counts = asdict(turnout.of(event.id))
    known = queries.tally(event.id)
    if known is None:
        known = Tally(event_id=event.id, counts={})
        session().add(known)
    known.counts = {
        **counts,
        "answered_ahead": _sum(known.counts, "answered_ahead", queries.answered_ahead(event)),
        "interested": known.counts.get("interested", 0) + queries.interested(event.id),
    }
    known.counted_at = clock.now()
    session().flush()
    for kind in queries.PERSONAL:
        session().execute(delete(kind).where(kind.event_id == event.id))  # type: ignore[attr-defined]  # each of them has it
    its = Feedback.event_id == event.id
    session().execute(update(Feedback).where(its).values(user_id=None))


def _sum(counts: dict[str, Any], name: str, more: dict[str, int]) -> dict[str, int]:
    """What was counted before and what is counted now, together."""
    return dict(Counter(counts.get(name, {})) + Counter(more))
