"""Calendars to import where the machine has no real ones: the same number, made up."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

GROUPS = 199
MEETUPS = 4_150


def write(folder: Path) -> tuple[Path, Path]:
    """A groups file and a folder of calendars, as meetup sites publish them."""
    dice = random.Random(2)
    calendars = folder / "calendars"
    calendars.mkdir()
    rows = ["name,slug,city,country,latitude,longitude,timezone"]
    for n in range(GROUPS):
        rows.append(f"Group {n},made-{n},Paris,FR,{dice.uniform(40, 60):.4f},2.35,Europe/Paris")
        count = MEETUPS // GROUPS + (n < MEETUPS % GROUPS)
        (calendars / f"made-{n}.ics").write_text(_calendar(n, count, dice), "utf-8", newline="\r\n")
    (folder / "groups.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder / "groups.csv", calendars


def _calendar(group: int, count: int, dice: random.Random) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "X-WR-TIMEZONE:Europe/Paris"]
    for n in range(count):
        starts = datetime(2020, 1, 1, 18, tzinfo=UTC) + timedelta(days=dice.randrange(1_000))
        lines += [
            "BEGIN:VEVENT",
            f"UID:event_{group}_{n}@meetups.example.org",
            "DTSTAMP:20200101T000000Z",
            f"DTSTART:{starts:%Y%m%dT%H%M%SZ}",
            f"DTEND:{starts + timedelta(hours=2):%Y%m%dT%H%M%SZ}",
            f"SUMMARY:Évening number {n} about open clouds",
            f"URL:https://meetups.example.org/{group}/{n}",
            "STATUS:CONFIRMED" if dice.random() < 0.95 else "STATUS:CANCELLED",
            "LOCATION:House of Volunteers\\, 12 Harbour Street\\, Paris\\, FR",
            "GEO:48.85;2.35",
            "END:VEVENT",
        ]
    return "\n".join([*lines, "END:VCALENDAR", ""])
