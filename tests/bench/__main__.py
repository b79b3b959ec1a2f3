"""`make bench`: measures, and writes docs/benchmarks.md. No test depends on a clock; this does."""

import platform
import tempfile
from pathlib import Path

import psutil
from rich.console import Console

from tests.bench import calendars, feeds, imports, pages, places, search, seats, sync
from tests.bench import map as map_bench
from tests.bench.servers import CHECKOUT, Server, serving
from tests.bench.world import plant

GAZETTEER = CHECKOUT / "instance" / "gazetteer.sqlite"
REAL = CHECKOUT.parent / "shared" / "data" / "rladies"
TABLE = CHECKOUT / "docs" / "benchmarks.md"
console = Console()


def main() -> None:
    """Measure everything, one after the other, and write the table."""
    imported = _imported()  # first: a command, too, begins with nothing in memory
    with tempfile.TemporaryDirectory(prefix="usergroups-bench-") as folder:
        with console.status("planting a thousand groups"):
            world = plant(Path(folder), GAZETTEER)
        with console.status("building feeds"):
            rebuilt = feeds.measure(world)
        with (
            serving("usergroups.app:create_app", world.environ) as ours,
            serving("tests.bench.servers:hello", {}) as bare,
            console.status("") as status,
        ):
            measured = pages.measure(ours, bare, world, status.update)
            sizes = _sizes(ours, bare)
    with console.status("reading a large calendar"):
        synced = sync.measure()
    with console.status("searching"):
        searched = search.measure(GAZETTEER)
    with console.status("answering meetups"):
        answered = seats.measure(GAZETTEER)
    with console.status("looking places up"):
        looked_up = places.measure(GAZETTEER)
    with console.status("drawing the map"):
        drawn, asked = map_bench.draw(GAZETTEER), map_bench.ask()
    text = "\n".join(
        [
            *(
                _HEAD,
                *_pages(measured),
                "",
                *_rebuilds(rebuilt),
                "",
                *sizes,
                "",
                *_imports(imported),
                "",
                *_synced(synced),
                "",
                *_searched(searched),
                "",
            ),
            *(*_seats(*answered), "", *_map(drawn, asked), "", *_places(looked_up), "", _machine()),
        ]
    )
    TABLE.write_text(text + "\n")
    console.print(text, markup=False, highlight=False)


def _imported() -> imports.Import:
    with console.status("importing"), tempfile.TemporaryDirectory() as made:
        if REAL.is_dir():
            files = REAL / "groups.csv", REAL / "calendars"
        else:
            files = calendars.write(Path(made))
        return imports.measure(*files, GAZETTEER)


_HEAD = """# Benchmarks

Written by `make bench`. Rates are of one worker on one machine and mean little by themselves;
the ratios are to bare Flask saying hello under the same server, flags and run, the median of
five interleaved rounds.

| what | answers/s | of bare Flask | to reach |
| --- | ---: | ---: | ---: |"""


def _pages(measured: list[pages.Measured]) -> list[str]:
    return [
        f"| {line.what} | {line.per_second:,.0f} | {line.ratio:.3f} | {line.goal} |"
        for line in measured
    ]


def _rebuilds(done: feeds.Rebuilds) -> list[str]:
    return [
        f"| a feed of {done.meetups} meetups, made anew | ms of CPU | to reach |",
        "| --- | ---: | --- |",
        f"| from nothing | {done.cold:.0f} | |",
        f"| after one change | {done.changed:.1f} | 5 |",
        f"| that of the federation, after one change | {done.wide:.1f} | |",
        f"| compressing it: gzip, brotli | {done.gzip:.1f}, {done.brotli:.1f} | |",
    ]


def _sizes(ours: Server, bare: Server) -> list[str]:
    return [
        "| process | start to first answer | memory after the load | to reach |",
        "| --- | ---: | ---: | --- |",
        f"| a worker of ours | {ours.seconds_to_start:.2f} s | {ours.megabytes():.0f} MB "
        "| under 3 s, under 150 MB |",
        f"| bare Flask | {bare.seconds_to_start:.2f} s | {bare.megabytes():.0f} MB | |",
    ]


def _seats(lines: list[seats.Measured], desks: list[seats.Desk]) -> list[str]:
    return [
        f"| {seats.CLIENTS} clients at once, one worker | a second | of a bare insert | p99 |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {line.what} | {line.per_second:,.0f} | {line.ratio:.2f} | {line.p99:.0f} ms |"
            for line in lines
        ),
        "",
        f"| list of attendees, pages a second | with {seats.FEW} answers "
        f"| with {seats.MANY:,} | ratio |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {desk.database} | {desk.few:,.0f} | {desk.many:,.0f} | {desk.many / desk.few:.2f} |"
            for desk in desks
        ),
    ]


def _imports(done: imports.Import) -> list[str]:
    ratio = done.importing / done.parsing
    return [
        f"| {done.groups:,} groups and {done.meetups:,} meetups | seconds | of bare parsing "
        "| to reach |",
        "| --- | ---: | ---: | ---: |",
        f"| icalendar parses the calendars | {done.parsing:.2f} | 1 | |",
        f"| `groups import` and `sources add --from` | {done.importing:.2f} | {ratio:.2f} | 3 |",
        f"| the same again, nothing changed | {done.again:.2f} | "
        f"{done.again / done.parsing:.2f} | |",
    ]


def _synced(done: sync.Synced) -> list[str]:
    return [
        f"| a calendar of {sync.MEETUPS:,} meetups, read and taken in | CPU | to reach |",
        "| --- | ---: | --- |",
        f"| new | {done.new:.2f} s | |",
        f"| one in a hundred changed | {done.changed:.2f} s | |",
        f"| the same, with new stamps | {done.stamped:.2f} s | 0.3 s |",
        f"| the same, byte for byte | {done.unchanged:.2f} s | 0.3 s |",
        f"| memory of that process at its largest | {done.megabytes:.0f} MB | |",
    ]


def _searched(done: search.Searched) -> list[str]:
    return [
        "| the search over 50,000 entries, SQLite | processor time | to reach |",
        "| --- | ---: | --- |",
        f"| one question, median | {done.median:.1f} ms | |",
        f"| one question, 99 of 100 | {done.late:.1f} ms | 10 ms |",
        f"| its page, median | {done.page:.1f} ms | |",
        f"| making all entries | {done.filled:.1f} s | |",
    ]


def _places(lines: list[places.Measured]) -> list[str]:
    return [
        "| one question about places | processor time, median | 99 of 100 | to reach |",
        "| --- | ---: | ---: | --- |",
        *(
            f"| {one.what} | {one.median:.2f} ms | {one.late:.1f} ms | {one.goal} |"
            for one in lines
        ),
    ]


def _map(drawn: list[map_bench.Drawn], asked: list[map_bench.Asked]) -> list[str]:
    return [
        "| groups on the map | first sight, of a map without groups | one step nearer, of the same "
        "| heap | over the wire: world | Europe |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {line.groups:,} | {line.first:.2f} | {line.step:.2f} | {line.megabytes:.1f} MB "
            f"| {line.world / 1000:.0f} kB | {line.europe / 1000:.0f} kB |"
            for line in drawn
        ),
        "",
        "To reach: 50,000 groups in at most 1.3 times the time of 100; 150 kB for the world, "
        "230 kB for Europe.",
        "",
        "| one view of 50,000 groups, zoom | processor time, median | worst | rows | its list "
        "| to reach |",
        "| ---: | ---: | ---: | ---: | ---: | --- |",
        *(
            f"| {line.zoom} | {line.median:.1f} ms | {line.worst:.1f} ms | {line.rows} "
            f"| {line.list:.1f} ms | 4 ms |"
            for line in asked
        ),
    ]


def _machine() -> str:
    return (
        f"Python {platform.python_version()}, {psutil.cpu_count()} cores, "
        f"{psutil.virtual_memory().total / 1e9:.0f} GB, {platform.system()}."
    )


if __name__ == "__main__":
    main()
