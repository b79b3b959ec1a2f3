"""How many came to a meetup, and from where: counts alone, which outlast the rows they are of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import bindparam, func, select

from usergroups.models import Rsvp, RsvpStatus, Tally, WalkIn
from usergroups.queries.rows import first, rows

# A country is named from so many people on; fewer could be known by it (k-anonymity).
FEWEST = 5

_R = Rsvp.metadata.tables["rsvp"].c
_CAME = _R.checked_in_at.is_not(None)
_GROUPED = (
    select(
        _R.status, _R.country, _CAME, func.count(), func.sum(_R.guests), func.sum(_R.guests_came)
    )
    .where(_R.event_id == bindparam("event_id"))
    .group_by(_R.status, _R.country, _CAME)
)
# Walk-ins, and what was counted before the rows went: columns for the queries of others, too.
KNOWN = (
    select(func.sum(WalkIn.people))
    .where(WalkIn.event_id == bindparam("event_id"), WalkIn.undone_at.is_(None))
    .scalar_subquery(),
    select(Tally.counts).where(Tally.event_id == bindparam("event_id")).scalar_subquery(),
)
_KNOWN = select(*KNOWN)
_WAITING = (RsvpStatus.WAITLISTED, RsvpStatus.OFFERED)


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who said what and who came, in heads: guests count like those who bring them."""

    going: int = 0
    # Those who were in line, or held a seat that they had not taken.
    waiting: int = 0
    declined: int = 0
    # Of those going.
    guests: int = 0
    checked_in: int = 0
    # Of those checked in.
    guests_came: int = 0
    walk_ins: int = 0
    # People by where they come from, from FEWEST on: of those who came, if that was counted.
    countries: Mapping[str, int] = field(default_factory=dict)
    # People from all other countries together.
    elsewhere: int = 0

    @property
    def counted(self) -> int:
        """How many were counted at the door; 0 where nobody counted."""
        return self.checked_in + self.walk_ins

    def plus(self, more: "Turnout") -> "Turnout":
        """Both together."""
        mine, theirs = asdict(self), asdict(more)
        both = Counter(mine.pop("countries")) + Counter(theirs.pop("countries"))
        return Turnout(**{name: mine[name] + theirs[name] for name in mine}, countries=dict(both))


def of(event_id: int) -> Turnout:
    """How many said what and came, whether their rows are there or counts alone; two queries."""
    walk_ins, counts = first(_KNOWN, event_id=event_id)
    return composed(event_id, walk_ins, counts)


def composed(event_id: int, walk_ins: int | None, counts: Mapping[str, Any] | None) -> Turnout:
    """The same for whoever has read the walk-ins and the counts already; one query."""
    there = _counted(rows(_GROUPED, event_id=event_id), int(walk_ins or 0))
    return there.plus(_told(counts)) if counts else there


def anonymous(people: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Countries with FEWEST people or more, most first, and how many all others have together."""
    named = {country: count for country, count in people.items() if count >= FEWEST and country}
    rest = sum(count for country, count in people.items() if country and country not in named)
    return dict(sorted(named.items(), key=lambda pair: (-pair[1], pair[0]))), rest


def _counted(grouped: Any, walk_ins: int) -> Turnout:
    """Sums of what is grouped by state, country and whether they came."""
    heads: Counter[str] = Counter()
    came: Counter[str] = Counter()
    would: Counter[str] = Counter()
    for status, country, is_here, people, guests, guests_came in grouped:
        heads[_name(status)] += int(people + guests)
        if status is RsvpStatus.GOING:
            heads["guests"] += int(guests)
            would[country] += people
        if is_here:
            heads["checked_in"] += int(people + guests_came)
            heads["guests_came"] += int(guests_came)
            came[country] += people
    countries, elsewhere = anonymous(came or would)
    return Turnout(**heads, walk_ins=walk_ins, countries=countries, elsewhere=elsewhere)


def _name(status: RsvpStatus) -> str:
    if status is RsvpStatus.GOING:
        return "going"
    return "waiting" if status in _WAITING else "declined"


def _told(counts: Mapping[str, Any]) -> Turnout:
    """What was counted before the rows went; what later releases count besides is left out."""
    known = Turnout.__dataclass_fields__
    return Turnout(**{name: value for name, value in counts.items() if name in known})
