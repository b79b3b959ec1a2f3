"""The style guide: every token and component as it is, beside one another (docs/design.md).

For those who build, so its words are in English and go past the translators.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from flask import Blueprint

from usergroups import paths
from usergroups.errors import InvalidInputError, NotFoundError, Refusal
from usergroups.formats.palette import contrast
from usergroups.models import Attendance, EventStatus, GroupStatus, Precision
from usergroups.queries.events import ListedEvent
from usergroups.queries.groups import ListedGroup
from usergroups.web import charts, forms, site
from usergroups.web.access import public
from usergroups.web.templating import render

blueprint = Blueprint("styleguide", __name__)

_RULE = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_DARK, _MORE = "@media (prefers-color-scheme: dark)", "@media (prefers-contrast: more)"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
SIZES = ("size-1", "size-2", "size-3", "size-large", "size-body", "size-small")
_EVENING = datetime(2027, 6, 10, 16, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Colour:
    """A colour of tokens.css by day and by night, and its contrast with the paper of each."""

    name: str
    day: str
    night: str
    ratios: tuple[float, float]


@lru_cache(maxsize=1)
def tokens() -> tuple[dict[str, str], dict[str, str]]:
    """The tokens by day, and those that differ by night."""
    sheet = (paths.STATIC / "css" / "tokens.css").read_text()
    by_day, rest = sheet.split(_DARK, 1)
    return dict(_RULE.findall(by_day)), dict(_RULE.findall(rest.split(_MORE)[0]))


def colours() -> list[Colour]:
    """The colours among them."""
    day, night = tokens()
    return [
        Colour(
            name,
            value,
            night.get(name, value),
            (
                contrast(value, day["paper"]),
                contrast(night.get(name, value), night["paper"]),
            ),
        )
        for name, value in day.items()
        if _COLOUR.fullmatch(value)
    ]


@blueprint.get("/dev/styleguide")
@public
def show() -> str:
    """All of it; in development alone."""
    if site.config().environment != "development":
        raise NotFoundError("there is no such page")
    day, _night = tokens()
    return render(
        "dev/styleguide.html",
        colours=colours(),
        sizes=[(name, day[name]) for name in SIZES],
        spaces=[(name, value) for name, value in day.items() if name.startswith("space-")],
        states=list(GroupStatus)[:-1],
        events=_events(),
        groups=[_group(status) for status in (GroupStatus.ACTIVE, GroupStatus.FORMING)],
        form=_form(),
        chart=charts.by_month(*_grown(), "Meetups"),
        say=_WORDS,
    )


def _events() -> list[ListedEvent]:
    kinds = (
        ("A meetup as lists show it", EventStatus.CONFIRMED, Attendance.IN_PERSON),
        ("One whose day may still change", EventStatus.TENTATIVE, Attendance.ONLINE),
        ("One that was called off", EventStatus.CANCELLED, Attendance.HYBRID),
    )
    return [
        ListedEvent(
            "bcdfghjkmn", title, _EVENING, _EVENING + timedelta(hours=2), "Europe/London", False,
            Precision.EXACT, status, attendance, "The Weavers’ Hall", "example", "Example London",
            "London", "GB",
        )
        for title, status, attendance in kinds
    ]  # fmt: skip


def _group(status: GroupStatus) -> ListedGroup:
    summary = "What the group is about, in a sentence that may well take two lines of a card."
    return ListedGroup(
        1, "example", "Example London", summary, "London", "England", "GB", 51.5, -0.1, status,
        (("python", "Python"), ("maps", "Maps")), _events()[0], 12.4,
    )  # fmt: skip


def _form() -> forms.Form:
    wrong = InvalidInputError({"wrong": Refusal("missing", "filled in")})
    return forms.Form({"right": "As it was written"}, wrong.refusals)


def _grown() -> tuple[list[date], list[int]]:
    months = [date(2026, month, 1) for month in range(1, 13)]
    return months, [2, 3, 3, 5, 8, 6, 4, 1, 7, 9, 11, 10]


_WORDS = {
    "title": "Style guide",
    "lead": "Every token and component as pages have them. What they are for: docs/design.md.",
    "type": "Type",
    "sample": "Find your people, near you",
    "colours": "Colours",
    "colour": "Token",
    "by_day": "By day, on paper",
    "by_night": "By night, on paper",
    "space": "Space",
    "buttons": "Buttons and links",
    "main": "Main act",
    "quiet": "Quiet act",
    "link": "A link in a sentence",
    "plain": "A button like a link",
    "badges": "Badges",
    "rows": "Date block and list row",
    "cards": "Cards",
    "next": "Next:",
    "notices": "Notices and toasts",
    "notice": "Something to know.",
    "done": "Done. You can take it back.",
    "wrong": "Something has to be mended first.",
    "empty": "Empty state",
    "empty_title": "Nothing here yet.",
    "empty_text": "What will stand here, and what to do about it.",
    "fields": "Form fields",
    "right": "A field",
    "hint": "What is wanted, where it is not plain.",
    "stepper": "Stepper",
    "first": "Place",
    "second": "Group",
    "third": "Send",
    "more": "More, when it is wanted",
    "detail": "What opens in its place: no dialog covers a page.",
    "chart": "Chart, and its table",
    "motion": "Motion",
    "still": "Only scrolling moves, and not for those who asked for less motion.",
}
