"""Holding a meetup together: whom its organizers ask."""

from usergroups.inputs.fields import FilledLine, Input


class CoHostInput(Input):
    """The group that is asked, by its name or by the end of its address."""

    group: FilledLine
