"""Charts of months on the desks: a picture, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from usergroups.formats.bars_svg import Step, render_bars
from usergroups.web import dates


@dataclass(frozen=True, slots=True)
class MonthsChart:
    """Numbers by month, drawn; `lines` are the table's rows, the latest month first."""

    drawn: Markup
    label: str
    lines: Sequence[tuple[date, int]]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look at."""
        return not any(number for _, number in self.lines)


def by_month(months: Sequence[date], numbers: Sequence[int], label: str) -> MonthsChart:
    """A chart that is called `label`: in words, what is counted."""
    steps = [
        Step(dates.month_in_short(month), [number])
        for month, number in zip(months, numbers, strict=True)
    ]
    drawn = render_bars(steps, title=label, number=dates.number)
    return MonthsChart(
        Markup(drawn),  # noqa: S704  numbers, and words of ours that it has escaped
        label,
        list(zip(months, numbers, strict=True))[::-1],
    )
