"""The charter in plain words: what a rule asks, how something stands by it, what would mend it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask import Flask

from usergroups.charter import Outcome, Verdict
from usergroups.inputs.charter import (
    DistanceRule,
    EmployersRule,
    MeetupsRule,
    OrganizersRule,
    ReconfirmedRule,
    RuleInput,
)
from usergroups.models import Finding, QuestionKind, RuleKind
from usergroups.web import dates
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext

Numbers = Mapping[str, Any]


def init_app(app: Flask) -> None:
    """Put them where templates find them."""
    app.jinja_env.filters.update(
        rule_name=rule_name,
        rule_told=rule_told,
        question_kind=question_kind,
        verdict_state=verdict_state,
        verdict_told=verdict_told,
        remedy_told=remedy_told,
    )


def rule_name(kind: RuleKind) -> str:
    """A rule in two or three words."""
    return {
        RuleKind.ORGANIZERS: _("Enough organizers"),
        RuleKind.EMPLOYERS: _("Different employers"),
        RuleKind.DISTANCE: _("Room between groups"),
        RuleKind.CONDUCT: _("Code of conduct"),
        RuleKind.MEETUPS: _("Regular meetups"),
        RuleKind.RECONFIRMED: _("Going on"),
    }[kind]


def rule_told(rule: RuleInput) -> str:
    """What a rule asks for, with its numbers."""
    match rule:
        case OrganizersRule(least=least):
            return ngettext(
                "At least one person organizes the group.",
                "At least %(num)d people organize the group.",
                least,
            )
        case EmployersRule(least=least):
            return ngettext(
                "At least one of them has named an employer.",
                "They work for at least %(num)d different employers, so that no company owns it.",
                least,
            )
        case DistanceRule():
            return _distance_told(rule)
        case MeetupsRule(days=days):
            return _("There is a meetup at least every %(days)s.", days=_span(days))
        case ReconfirmedRule(days=days):
            return _("Every %(days)s its organizers say that the group goes on.", days=_span(days))
    return _("Its organizers have agreed to the code of conduct.")


def _distance_told(rule: DistanceRule) -> str:
    told = _(
        "It is at least %(km)s km from every living group that was there before.",
        km=dates.number(rule.least_km),
    )
    if rule.inhabitants is None:
        return told
    larger = _(
        "Cities of more than %(number)s people have room for several.",
        number=dates.number(rule.inhabitants),
    )
    return f"{told} {larger}"


def _span(days: int) -> str:
    """A number of days as people say it, where they have a word for it."""
    if days in {365, 366}:
        return _("year")
    if days in {182, 183, 184}:
        return _("half year")
    return ngettext("%(num)d day", "%(num)d days", days)


def question_kind(kind: QuestionKind) -> str:
    """Whether something is answered or agreed to."""
    return _("Question") if kind is QuestionKind.QUESTION else _("Agreement")


def verdict_state(verdict: Verdict) -> str:
    """How something stands by a rule, in a word or two."""
    return {
        "pass": _("Met"),
        "fail": _("Not met"),
        "waived": _("Waived"),
        "not_applicable": _("Does not apply"),
    }[verdict.state]


def verdict_told(verdict: Verdict | Finding) -> str:
    """The evidence as a sentence or two."""
    if isinstance(verdict, Verdict) and verdict.outcome is Outcome.NOT_APPLICABLE:
        return ""
    return {
        RuleKind.ORGANIZERS: _organizers,
        RuleKind.EMPLOYERS: _employers,
        RuleKind.DISTANCE: _distance,
        RuleKind.CONDUCT: _conduct,
        RuleKind.MEETUPS: _meetups,
        RuleKind.RECONFIRMED: _reconfirmed,
    }[verdict.kind](verdict.evidence)


def _organizers(evidence: Numbers) -> str:
    here = ngettext(
        "%(num)d organizer, where it takes at least %(least)d.",
        "%(num)d organizers, where it takes at least %(least)d.",
        evidence["organizers"],
        least=evidence["least"],
    )
    if not evidence["asked"]:
        return here
    asked = ngettext(
        "%(num)d more was asked and has not answered yet.",
        "%(num)d more were asked and have not answered yet.",
        evidence["asked"],
    )
    return f"{here} {asked}"


def _employers(evidence: Numbers) -> str:
    here = ngettext(
        "%(num)d employer, where it takes at least %(least)d.",
        "%(num)d different employers, where it takes at least %(least)d.",
        evidence["employers"],
        least=evidence["least"],
    )
    if not evidence["unnamed"]:
        return here
    unnamed = ngettext(
        "%(num)d organizer has named none.",
        "%(num)d organizers have named none.",
        evidence["unnamed"],
    )
    return f"{here} {unnamed}"


def _distance(evidence: Numbers) -> str:
    if "km" not in evidence:
        return _("There was no other group before it.")
    told = _(
        "%(name)s is the nearest group that was there before: %(km)s km away, where it takes "
        "at least %(least)s km.",
        name=evidence["name"],
        km=dates.decimal(evidence["km"]),
        least=dates.number(evidence["least_km"]),
    )
    return f"{told} {_inhabitants(evidence)}".rstrip()


def _inhabitants(evidence: Numbers) -> str:
    here, enough = evidence.get("inhabitants"), evidence.get("enough_inhabitants")
    if enough is None:
        return ""
    if not here:
        return _("How many people live in its city is not known yet.")
    told = _("Its city has %(number)s inhabitants:", number=dates.number(here))
    room = (
        _("room for several groups.")
        if here > enough
        else _("several groups may share one of more than %(n)s.", n=dates.number(enough))
    )
    return f"{told} {room}"


def _conduct(evidence: Numbers) -> str:
    if evidence["agreed_on"] is None:
        return _("Nobody has agreed to the code of conduct as it is today.")
    return _("Agreed on %(day)s.", day=_day(evidence["agreed_on"]))


def _meetups(evidence: Numbers) -> str:
    due = _day(evidence["due_on"])
    if evidence["last_on"]:
        last = _day(evidence["last_on"])
        told = _("The last meetup was on %(last)s; the next is due by %(due)s.", last=last, due=due)
    else:
        begun = _day(evidence["begun_on"])
        told = _("No meetup since %(begun)s; the first is due by %(due)s.", begun=begun, due=due)
    if not evidence["next_on"]:
        return told
    return f"{told} {_('One is planned for %(day)s.', day=_day(evidence['next_on']))}"


def _reconfirmed(evidence: Numbers) -> str:
    return _(
        "Last said on %(day)s; to be said again by %(due)s.",
        day=_day(evidence["confirmed_on"]),
        due=_day(evidence["due_on"]),
    )


def remedy_told(verdict: Verdict) -> str:
    """What would mend a failure; empty where nothing has failed."""
    if verdict.outcome is not Outcome.FAIL:
        return ""
    sentences: dict[RuleKind, Callable[[Numbers], str]] = {
        RuleKind.ORGANIZERS: _more_organizers,
        RuleKind.EMPLOYERS: _more_employers,
        RuleKind.DISTANCE: _further,
        RuleKind.CONDUCT: lambda _remedy: _("An organizer agrees to it."),
        RuleKind.MEETUPS: _meet,
        RuleKind.RECONFIRMED: lambda _remedy: _("An organizer says at its desk that it goes on."),
    }
    return sentences[verdict.kind](verdict.remedy)


def _more_organizers(remedy: Numbers) -> str:
    more = remedy["more"]
    return ngettext("One more organizer mends it.", "%(num)d more organizers mend it.", more)


def _more_employers(remedy: Numbers) -> str:
    told = ngettext(
        "An organizer from one more employer mends it.",
        "Organizers from %(num)d more employers mend it.",
        remedy["more"],
    )
    if not remedy["unnamed"]:
        return told
    return f"{told} {_('Those who have named none can do so on their own page.')}"


def _further(remedy: Numbers) -> str:
    further = dates.decimal(remedy["km"])
    return _("Join that group, or find a place %(km)s km further off.", km=further)


def _meet(remedy: Numbers) -> str:
    if remedy["next_on"]:
        return _("The meetup on %(day)s mends it.", day=_day(remedy["next_on"]))
    return _("Announce a meetup, and hold it.")


def _day(day: str) -> str:
    return dates.short_day(date.fromisoformat(day))
