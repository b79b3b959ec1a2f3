"""The dates that a form of a series stands for, looked at before anything is made."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice, takewhile

from usergroups import clock
from usergroups.errors import InvalidInputError, Refusal
from usergroups.formats.recurrence import Moment
from usergroups.inputs.rule import Rule
from usergroups.inputs.series import NewDates
from usergroups.services import series_plan

_SHOWN = 8
# So far ahead the days are looked at on which clocks are changed.
_LOOKED = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Dates:
    """The next dates, and those at which clocks do something odd."""

    rule: Rule
    minutes: int
    timezone: str
    moments: tuple[Moment, ...]
    odd: tuple[Moment, ...]
    # Whether there are more than are shown.
    goes_on: bool

    def ends(self, one: Moment) -> object:
        """When a meetup that begins then is over, on the wall."""
        return one.wall + timedelta(minutes=self.minutes)


def of(given: NewDates) -> Dates:
    """What the form stands for. Raises InvalidInputError for a rule without days."""
    until = clock.now() + _LOOKED
    looked = list(takewhile(lambda one: one.at < until, series_plan.moments(given)))
    if not looked:
        first = given.skipped[0].isoformat() if given.skipped else ""
        raise InvalidInputError(
            {"skipped": Refusal("rule_without_dates", "no day is left of it", {"day": first})}
        )
    return Dates(
        given.rule, given.minutes, given.timezone, tuple(islice(looked, _SHOWN)),
        tuple(one for one in looked if one.oddity), goes_on=len(looked) > _SHOWN,
    )  # fmt: skip
