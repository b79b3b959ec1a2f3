"""What people say who wait for a group."""

from usergroups.inputs.fields import Email, FilledLine, Input, Line


class WaitingInput(Input):
    """A city, which of those of that name, an address, and that it may be kept.

    Who would help to start a group there gives a name as well, for the stewards.
    """

    place: FilledLine
    choice: Line = ""
    email: Email
    agreed: bool = False
    helps: bool = False
    name: Line = ""
