"""Telling readers that something changed: the counters that every ETag is made of."""

from sqlalchemy import bindparam, or_, select, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import Answer, CoHost, Event, Federation, Group

_GROUP, _FEDERATION = Group.metadata.tables["group"], Federation.metadata.tables["federation"]
_HOST, _EVENT = CoHost.metadata.tables["co_host"], Event.metadata.tables["event"]
# Whoever holds a meetup of a group together with it shows on its own pages what changes there.
_HOLDING_WITH = (
    select(_HOST.c.group_id)
    .join(_EVENT, _EVENT.c.id == _HOST.c.event_id)
    .where(_EVENT.c.group_id == bindparam("group_id"), _HOST.c.answer == Answer.ACCEPTED)
)
# Put together once: an import asks for them with every calendar.
_GROUP_MOVED = (
    update(_GROUP)
    .where(or_(_GROUP.c.id == bindparam("group_id"), _GROUP.c.id.in_(_HOLDING_WITH)))
    .values(version=_GROUP.c.version + 1)
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
