"""Telling readers that something changed: the counters that every ETag is made of."""

from sqlalchemy import update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Federation, Group


def mark_changed(group: Group, *, on_map: bool = False) -> None:
    """Something of this group that the public can see has changed, perhaps its place or state."""
    session().execute(
        update(Group)
        .where(Group.id == group.id)
        .values(version=Group.version + 1)
        .execution_options(synchronize_session=False)
    )
    mark_federation_changed(on_map=on_map)


def mark_federation_changed(*, on_map: bool = False) -> None:
    """Something that the public can see has changed: of a group, or of the federation itself."""
    session().execute(
        update(Federation)
        .where(Federation.id == 1)
        .values(
            version=Federation.version + 1,
            map_version=Federation.map_version + (1 if on_map else 0),
            revised_at=clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
