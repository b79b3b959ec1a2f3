"""Who shall run a group, and who the federation."""

from typing import Literal

from usergroups.inputs.fields import Country, Email, Input, Line, Whole
from usergroups.inputs.search import PageNumber
from usergroups.models import Role


class InviteInput(Input):
    """The address of somebody who is asked to organize."""

    email: Email


class OfferInput(Input):
    """The membership of somebody who is asked to lead."""

    membership: Whole


class InstallInput(Input):
    """Somebody with an account becomes this at once; `seen_lead` led when that was decided."""

    address: Email
    role: Literal[Role.ORGANIZER, Role.LEAD]
    seen_lead: Whole = 0


class AnswerInput(Input):
    """What somebody is called who says yes."""

    name: Line = ""


class StewardInput(Input):
    """The address of somebody who becomes a steward."""

    email: Email


class CoordinatorInput(Input):
    """The address of somebody who looks after a country."""

    address: Email
    country: Country


class CountryInput(Input):
    """A country that somebody looks after no longer."""

    country: Country


class PeopleSearch(Input):
    """Which people are wanted, by a piece of name or address."""

    q: Line = ""
    page: PageNumber = 1
