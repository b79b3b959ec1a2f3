"""Telling readers that something changed: the counters that every ETag is made of."""

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Federation, Group


def mark_changed(group: Group, *, on_map: bool = False) -> None:
    """Something of this group that the public can see has changed, perhaps its place or state."""
    at = clock.now()
    session().execute(
        update(Group)
        .where(Group.id == group.id)
        .values(version=Group.version + 1)
        .execution_options(synchronize_session=False)
    )
    session().execute(
        update(Federation)
        .where(Federation.id == 1)
        .values(
            version=Federation.version + 1,
            map_version=Federation.map_version + (1 if on_map else 0),
            revised_at=at,
        )
        .execution_options(synchronize_session=False)
    )
