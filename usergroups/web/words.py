"""Words of the interface for states and kinds, translated when they are asked for."""

from usergroups.models import GroupStatus, LinkKind, Role
from usergroups.web import dates
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext

_NEAR, _FAR = 10, 100


def _mark(message: str) -> str:
    """A message that is translated when it is asked for (pybabel extract -k _mark)."""
    return message


_STATES = {
    GroupStatus.ACTIVE: _mark("Active"),
    GroupStatus.QUIET: _mark("Quiet"),
    GroupStatus.FORMING: _mark("Forming"),
    GroupStatus.DORMANT: _mark("Dormant"),
    GroupStatus.VACANT: _mark("Looking for organizers"),
    GroupStatus.ARCHIVED: _mark("Archived"),
}


def group_state(status: GroupStatus) -> str:
    """A group's state in a word or three, as the map says it."""
    return _(_STATES[status])


def group_state_told(status: GroupStatus) -> str:
    """What a group's state means for somebody who would like to come."""
    return {
        GroupStatus.ACTIVE: _("This group meets regularly."),
        GroupStatus.QUIET: _("This group has not met for a while, but people are there."),
        GroupStatus.FORMING: _("This group is just starting. A good moment to join."),
        GroupStatus.DORMANT: _("This group has not met for a long time."),
        GroupStatus.VACANT: _("This group needs somebody to run it."),
        GroupStatus.ARCHIVED: _("This group has ended. Its meetups are kept here."),
    }[status]


def link_kind(kind: LinkKind) -> str:
    """Where a link of a group leads."""
    return {
        LinkKind.WEBSITE: _("Website"),
        LinkKind.MEETUP: _("Meetup.com"),
        LinkKind.LUMA: _("Luma"),
        LinkKind.CHAT: _("Chat"),
        LinkKind.CODE: _("Code"),
        LinkKind.VIDEO: _("Videos"),
        LinkKind.SOCIAL: _("Social media"),
    }[kind]


def role(held: Role) -> str:
    """What somebody is in a group."""
    return {
        Role.MEMBER: _("Member"),
        Role.ORGANIZER: _("Organizer"),
        Role.LEAD: _("Lead organizer"),
    }[held]


def kilometres(km: float) -> str:
    """A distance, rounded: nobody lives at a city's centre."""
    if km < _NEAR:
        return _("less than %(km)d km", km=max(1, -int(-km // 1)))
    step = 1 if km < _FAR else 10
    return _("about %(km)s km", km=dates.number(round(km / step) * step))


def labels_of_the_map() -> dict[str, str]:
    """What the map's scripts say."""
    return {
        "europe": _("Europe"),
        "world": _("World"),
        "near": _("Near me"),
        "nearFailed": _("Your place is not known."),
        "legend": _("Legend"),
        "close": _("Close"),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "shown": _("Groups on the map: {count}"),
        "failed": _("The map could not load its groups."),
        "cluster": _("{count} groups"),
        "next": _("Next meetup: {date}"),
        **{status.value: group_state(status) for status in GroupStatus},
    }


def labels_of_the_list() -> dict[str, str]:
    """What the list beside the map says when it follows the map."""
    return {
        "total": _("Groups in this view: {count}"),
        "many": _("Too many to list one by one: move the map nearer, or open a country."),
        "none": _("No group here. Zoom out, or leave out a filter."),
        "next": _("Next meetup: {date}"),
        **{status.value: group_state(status) for status in GroupStatus},
    }


def picture_of_the_map(region: str, count: int) -> tuple[str, str]:
    """Title and description of the drawn map."""
    title = _("Groups in Europe") if region == "europe" else _("Groups in the world")
    return title, ngettext(
        "A map with %(num)d group.", "A map with %(num)d groups, near ones as one dot.", count
    )
