"""The federation's rules for groups: facts in, pass or fail with evidence out. Nothing else.

Evidence and what would mend a failure are numbers, ids and days (ISO 8601): they are stored as
they are, and each door makes sentences of them in its reader's language.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from usergroups.inputs.charter import (
    ConductRule,
    DistanceRule,
    EmployersRule,
    MeetupsRule,
    OrganizersRule,
    ReconfirmedRule,
    RuleInput,
)
from usergroups.models import RuleKind
from usergroups.text import fold

# What companies call themselves by law: "Acme GmbH" and "ACME" pay the same people.
_LEGAL_FORMS = frozenset(
    {
        "ab", "ag", "as", "asa", "bv", "co", "corp", "gmbh", "inc", "kft", "limited", "llc", "llp",
        "ltd", "nv", "oy", "oyj", "plc", "sa", "sarl", "sas", "se", "spa", "srl", "zrt",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The nearest living group that was there before, and how far it is."""

    group_id: int
    slug: str
    name: str
    km: float


@dataclass(frozen=True, slots=True)
class Meetups:
    """When a group last met and will next, and since when it has been here."""

    begun_on: date
    last_on: date | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a group, or of an application to run one, on a day.

    None stands for what such a thing cannot have: rules about it do not apply.
    """

    today: date
    # One for each organizer who has said yes; empty where somebody named none.
    employers: tuple[str, ...] = ()
    # People who were asked and have not answered.
    asked: int = 0
    has_place: bool = True
    inhabitants: int = 0
    nearest: Neighbour | None = None
    # Whether there is a code of conduct to agree to, and when they did.
    has_conduct: bool = True
    conduct_on: date | None = None
    meetups: Meetups | None = None
    confirmed_on: date | None = None


class Outcome(StrEnum):
    """How something stands by a rule."""

    PASS = "pass"  # noqa: S105  a word, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A waiver in force: which rule need not be met, until when (that day included), and why."""

    id: int
    kind: RuleKind
    until_on: date
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """How something stands by one rule, on what evidence, and what would mend it."""

    kind: RuleKind
    outcome: Outcome
    evidence: Mapping[str, Any] = field(default_factory=dict)
    remedy: Mapping[str, Any] = field(default_factory=dict)
    waiver: Exemption | None = None
    # Since when it stands like that, where somebody has kept it.
    since_at: datetime | None = None

    def since(self, instant: datetime | None) -> "Verdict":
        """The same, with since when it has been so."""
        return replace(self, since_at=instant)

    @property
    def is_met(self) -> bool:
        """Whether nobody need do anything: it passes, is waived, or does not apply."""
        return self.outcome is not Outcome.FAIL or self.waiver is not None

    @property
    def state(self) -> str:
        """Its outcome, or `waived` where a failure is."""
        return "waived" if self.waiver else self.outcome.value


def evaluate(
    rules: Iterable[RuleInput], facts: Facts, exemptions: Iterable[Exemption] = ()
) -> list[Verdict]:
    """A verdict for each rule that is on, in the order of the rules.

    A failure for which there is an exemption carries it; of several the one that lasts longest.
    """
    granted: dict[RuleKind, Exemption] = {}
    for exemption in sorted(exemptions, key=lambda one: (one.until_on, one.id)):
        if exemption.until_on >= facts.today:
            granted[exemption.kind] = exemption
    found = [_JUDGES[rule.kind](rule, facts) for rule in rules if rule.is_on]
    return [
        replace(verdict, waiver=granted.get(verdict.kind))
        if verdict.outcome is Outcome.FAIL
        else verdict
        for verdict in found
    ]


def different(employers: Iterable[str]) -> int:
    """How many different employers these are; names left empty are none."""
    return len({key for key in map(_employer, employers) if key})


@lru_cache(maxsize=4096)
def _employer(name: str) -> str:
    words = re.findall(r"\w+", fold(name).replace(".", ""))
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)


def _organizers(rule: OrganizersRule, facts: Facts) -> Verdict:
    here = len(facts.employers)
    evidence = {"organizers": here, "asked": facts.asked, "least": rule.least}
    return _verdict(rule, evidence, passes=here >= rule.least, more=rule.least - here)


def _employers(rule: EmployersRule, facts: Facts) -> Verdict:
    here = different(facts.employers)
    unnamed = sum(not name.strip() for name in facts.employers)
    evidence = {"employers": here, "unnamed": unnamed, "least": rule.least}
    return _verdict(
        rule, evidence, passes=here >= rule.least, more=rule.least - here, unnamed=unnamed
    )


def _distance(rule: DistanceRule, facts: Facts) -> Verdict:
    if not facts.has_place:
        return Verdict(rule.kind, Outcome.NOT_APPLICABLE)
    evidence: dict[str, Any] = {"least_km": rule.least_km}
    if facts.nearest is None:
        return _verdict(rule, evidence, passes=True)
    near = facts.nearest
    km = math.floor(near.km * 10) / 10  # never rounded up to what the rule asks for
    evidence |= {"km": km, "group_id": near.group_id, "slug": near.slug, "name": near.name}
    if near.km >= rule.least_km:
        return _verdict(rule, evidence, passes=True)
    evidence |= {"inhabitants": facts.inhabitants, "enough_inhabitants": rule.inhabitants}
    is_large = rule.inhabitants is not None and facts.inhabitants > rule.inhabitants
    return _verdict(rule, evidence, passes=is_large, km=round(rule.least_km - km, 1))


def _conduct(rule: ConductRule, facts: Facts) -> Verdict:
    if not facts.has_conduct:
        return Verdict(rule.kind, Outcome.NOT_APPLICABLE)
    agreed_on = facts.conduct_on
    evidence = {"agreed_on": _iso(agreed_on)}
    return _verdict(rule, evidence, passes=agreed_on is not None, agree=1)


def _meetups(rule: MeetupsRule, facts: Facts) -> Verdict:
    met = facts.meetups
    if met is None:
        return Verdict(rule.kind, Outcome.NOT_APPLICABLE)
    due_on = (met.last_on or met.begun_on) + timedelta(rule.days)
    evidence = {
        "last_on": _iso(met.last_on), "begun_on": _iso(met.begun_on),
        "next_on": _iso(met.next_on), "due_on": _iso(due_on), "days": rule.days,
    }  # fmt: skip
    return _verdict(rule, evidence, passes=facts.today <= due_on, next_on=_iso(met.next_on))


def _reconfirmed(rule: ReconfirmedRule, facts: Facts) -> Verdict:
    if facts.confirmed_on is None:
        return Verdict(rule.kind, Outcome.NOT_APPLICABLE)
    due_on = facts.confirmed_on + timedelta(rule.days)
    evidence = {
        "confirmed_on": _iso(facts.confirmed_on), "due_on": _iso(due_on), "days": rule.days,
    }  # fmt: skip
    return _verdict(rule, evidence, passes=facts.today <= due_on, confirm=1)


def _verdict(
    rule: RuleInput, evidence: Mapping[str, Any], *, passes: bool, **remedy: Any
) -> Verdict:
    if passes:
        return Verdict(rule.kind, Outcome.PASS, evidence)
    return Verdict(rule.kind, Outcome.FAIL, evidence, remedy)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


_JUDGES: dict[RuleKind, Callable[[Any, Facts], Verdict]] = {
    RuleKind.ORGANIZERS: _organizers,
    RuleKind.EMPLOYERS: _employers,
    RuleKind.DISTANCE: _distance,
    RuleKind.CONDUCT: _conduct,
    RuleKind.MEETUPS: _meetups,
    RuleKind.RECONFIRMED: _reconfirmed,
}
