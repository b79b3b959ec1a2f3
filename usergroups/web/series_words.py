"""Rules of series in words."""

from datetime import date, datetime, time

from babel.lists import format_list

from usergroups.formats import recurrence
from usergroups.inputs.rule import LAST, WEEKDAYS, Repeat, Rule, Weekday
from usergroups.web import dates, language
from usergroups.web.language import gettext as _


def rule_told(rule: Rule | str) -> str:
    """The rule as people say it; it may be given as RRULE writes it."""
    if isinstance(rule, str):
        rule = recurrence.rule(rule)
    if rule.repeat is Repeat.WEEKLY:
        return _weekly(rule)
    if rule.repeat is Repeat.WEEKDAY_OF_MONTH:
        which, day = nth(rule.nth), weekday(rule.weekday)
        if rule.every == 1:
            return _("On the %(which)s %(day)s of each month", which=which, day=day)
        return _("Every %(n)s months, on the %(which)s %(day)s", n=rule.every, which=which, day=day)
    return _monthly(rule)


def _weekly(rule: Rule) -> str:
    days = format_list(
        [weekday(day) for day in WEEKDAYS if day in rule.weekdays], locale=language.locale()
    )
    if rule.every == 1:
        return _("Every week on %(days)s", days=days)
    return _("Every %(n)s weeks on %(days)s", n=rule.every, days=days)


def _monthly(rule: Rule) -> str:
    if rule.month_day == LAST:
        if rule.every == 1:
            return _("On the last day of each month")
        return _("Every %(n)s months, on the last day", n=rule.every)
    if rule.every == 1:
        return _("On day %(day)s of each month", day=rule.month_day)
    return _("Every %(n)s months, on day %(day)s", n=rule.every, day=rule.month_day)


def weekday(day: Weekday) -> str:
    """Thursday."""
    return str(language.locale().days["stand-alone"]["wide"][WEEKDAYS.index(day)])


def clock_of_day(at: time) -> str:
    """18:30, as the language writes it."""
    return dates.clock_time(datetime.combine(date.min, at))


def known_day(given: str) -> date | None:
    """The day that an address or a form gives, None where that is none."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def nth(number: int) -> str:
    """The third: which of a month's Thursdays."""
    return {
        1: _("first"),
        2: _("second"),
        3: _("third"),
        4: _("fourth"),
        5: _("fifth"),
        LAST: _("last"),
    }[number]


def choices() -> dict[str, list[tuple[str, str]]]:
    """What a form of a rule has to choose from."""
    numbers = (1, 2, 3, 4, 5, LAST)
    days = [(str(day), str(day)) for day in range(1, 32)]
    return {
        "weekday_names": [(day.value, weekday(day)) for day in WEEKDAYS],
        "numbers": [(str(number), nth(number)) for number in numbers],
        "month_days": [*days, (str(LAST), _("the last"))],
        "attendances": [
            ("in_person", _("In person")),
            ("online", _("Online")),
            ("hybrid", _("Both: in person and online")),
        ],
    }
