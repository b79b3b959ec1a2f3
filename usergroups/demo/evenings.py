"""A series of the demo: an evening for questions, every first Monday, online."""

from usergroups import clock
from usergroups.inputs.rule import Repeat, Weekday
from usergroups.inputs.series import SeriesInput
from usergroups.models import Attendance, Group
from usergroups.queries import series as queries
from usergroups.services import series


def plant(group: Group) -> None:
    """Give a group its series, or make what is due of it. Twice changes nothing."""
    known = queries.of_group(group.id)
    if known:
        series.extend(known[0][0])
        return
    given = SeriesInput(
        repeat=Repeat.WEEKDAY_OF_MONTH,
        nth=1,
        weekday=Weekday.MONDAY,
        begins_on=clock.today(),
        starts="19:00",
        ends="20:30",
        timezone=group.timezone,
        title="Questions and answers",
        description="Bring what does not work, and leave with what does. No talks, all levels.",
        attendance=Attendance.ONLINE,
        online_url=f"https://meet.example.org/{group.slug}-questions",
    )
    series.make(group, given, by=None)
