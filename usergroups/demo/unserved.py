"""Those who wait where no group of the demo is, and who of them would help to start one."""

from collections.abc import Iterator

from sqlalchemy import select

from usergroups import clock
from usergroups.db import session
from usergroups.demo import content
from usergroups.models import Waiting

_KNOWN = select(Waiting.email, Waiting.place)


def plant() -> None:
    """Let them wait, each once. Twice changes nothing."""
    known = {(row.email, row.place) for row in session().execute(_KNOWN)}
    session().add_all(one for one in _everybody() if (one.email, one.place) not in known)
    session().flush()


def _everybody() -> Iterator[Waiting]:
    for at in content.waiting():
        city = at.place.partition(",")[0].lower()
        for number in range(at.people):
            name = at.helpers[number] if number < len(at.helpers) else ""
            yield Waiting(
                email=f"waiting-{number + 1}.{city.encode('ascii', 'ignore').decode()}@example.org",
                place=at.place,
                country=at.country,
                latitude=at.latitude,
                longitude=at.longitude,
                confirmed_at=clock.now(),
                helps=bool(name),
                name=name,
            )
