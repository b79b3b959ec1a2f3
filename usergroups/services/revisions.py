"""Telling readers that something changed: the counters that every ETag is made of."""

from sqlalchemy import bindparam, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Federation, Group

_GROUP, _FEDERATION = Group.metadata.tables["group"], Federation.metadata.tables["federation"]
# Put together once: an import asks for them with every calendar.
_GROUP_MOVED = (
    update(_GROUP).where(_GROUP.c.id == bindparam("group_id")).values(version=_GROUP.c.version + 1)
)
_FEDERATION_MOVED = update(_FEDERATION).values(
    version=_FEDERATION.c.version + 1,
    map_version=_FEDERATION.c.map_version + bindparam("on_map"),
    revised_at=bindparam("at"),
)


def mark_changed(group: Group, *, on_map: bool = False) -> None:
    """Something of this group that the public can see has changed, perhaps its place or state."""
    session().connection().execute(_GROUP_MOVED, {"group_id": group.id})
    mark_federation_changed(on_map=on_map)


def mark_federation_changed(*, on_map: bool = False) -> None:
    """Something that the public can see has changed: of a group, or of the federation itself."""
    moved = {"on_map": int(on_map), "at": clock.now()}
    session().connection().execute(_FEDERATION_MOVED, moved)
