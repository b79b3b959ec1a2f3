"""`usergroups doctor`: what is wrong with this installation, and how to mend it."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import click
from rich.markup import escape
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from usergroups import clock, db
from usergroups.assets.release import missing, release
from usergroups.cli import schema
from usergroups.cli.door import out
from usergroups.clients import mailer
from usergroups.config import DEVELOPMENT_URL, PREFIX, Config
from usergroups.errors import DomainError
from usergroups.gazetteer import stamp
from usergroups.queries import jobs, messages, sources

# A job that has waited this long has nobody who does it.
_PATIENCE = timedelta(minutes=10)
_DRIFT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A remedy is given where it is not well."""

    what: str
    state: str
    remedy: str = ""


@click.command()
def doctor() -> None:
    """Say what is wrong with this installation, and how to mend it.

    Looks at settings, database, clock, background work, mail, limits, place names and assets. Exit
    code 1 if anything wants mending.
    """
    config = Config.from_env()
    db.connect(config.database)
    findings = [finding for look in _LOOKS for finding in _safely(look, config)]
    for finding in findings:
        mark = "[red]✗[/red]" if finding.remedy else "[green]✓[/green]"
        out.print(f"{mark} {finding.what:<16} {escape(finding.state)}")
        if finding.remedy:
            out.print(f"  → {escape(finding.remedy)}")
    if any(finding.remedy for finding in findings):
        raise click.exceptions.Exit(1)


def _configuration(config: Config) -> Iterator[Finding]:
    yield Finding("settings", f"{config.environment}, {config.base_url}")
    if config.environment == "production" and config.base_url == DEVELOPMENT_URL:
        yield Finding(
            "base address",
            "people elsewhere cannot reach it",
            f"set {PREFIX}BASE_URL to the address they use",
        )
    folder = config.instance_dir
    if folder.is_dir() and os.access(folder, os.W_OK):
        yield Finding("instance", str(folder))
    else:
        yield Finding(
            "instance", f"{folder} cannot be written", f"mkdir -p {folder}; mind its owner"
        )


def _database(_config: Config) -> Iterator[Finding]:
    try:
        with db.reading() as session:
            at, wanted = schema.revision(session.connection()), schema.newest()
    except SQLAlchemyError as refused:
        reason = str(refused).splitlines()[0]
        remedy = f"start it, or mend {PREFIX}DATABASE_URL"
        yield Finding("database", f"cannot be reached: {reason}", remedy)
        return
    if at != wanted:
        yield Finding("database", f"at {at}, wants {wanted}", "usergroups db upgrade")
        return
    yield Finding("database", f"{db.engine().dialect.name}, at {at}")


def _time(_config: Config) -> Iterator[Finding]:
    with db.reading() as session:
        there = session.scalar(select(func.current_timestamp(type_=db.UtcDateTime())))
    drift = abs(clock.now() - there) if there else timedelta(0)
    if drift > _DRIFT:
        remedy = "set both by NTP: offers and links run out by the clock"
        yield Finding("clock", f"{drift.total_seconds():.0f} s from the database's", remedy)
    else:
        yield Finding("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, as the database's")


def _background(_config: Config) -> Iterator[Finding]:
    with db.reading():
        waiting, oldest = jobs.waiting()
        failing = sources.failing()
    if oldest and clock.now() - oldest > _PATIENCE:
        since = f"{waiting} jobs wait, the oldest since {oldest:%Y-%m-%d %H:%M} UTC"
        yield Finding("background work", since, "usergroups worker, or serve --with-worker")
    else:
        yield Finding("background work", f"{waiting} jobs waiting")
    if failing:
        remedy = "usergroups sources sync --all names the reasons"
        yield Finding("calendars", f"{failing} cannot be read", remedy)


def _mail(config: Config) -> Iterator[Finding]:
    try:
        yield Finding("mail", mailer.mailer(config).check())
    except OSError as refused:  # smtplib's own are of this kind
        remedy = f"mend {PREFIX}MAIL_URL, or the server; mails wait meanwhile"
        yield Finding("mail", f"the server does not take mails: {refused}", remedy)
    with db.reading():
        lost = len(messages.given_up())
    if lost:
        remedy = "usergroups mail list names the reasons, usergroups mail again tries once more"
        yield Finding("mails", f"{lost} could not be sent", remedy)


def _limits(config: Config) -> Iterator[Finding]:
    if not config.redis_url:
        many = config.serving_processes
        divided = f"by each of {many} processes, a share each" if many > 1 else "by one process"
        yield Finding("limits", f"counted without Redis, {divided}")
        return
    from redis import Redis, RedisError  # no other command needs it

    try:
        Redis.from_url(config.redis_url, socket_connect_timeout=3).ping()
        yield Finding("limits", "counted in Redis")
    except RedisError as away:
        remedy = f"start it, or mend {PREFIX}REDIS_URL; meanwhile each process counts for itself"
        yield Finding("limits", f"Redis cannot be reached: {away}", remedy)


def _files(config: Config) -> Iterator[Finding]:
    if stamp.readable(config.gazetteer):
        yield Finding("gazetteer", str(config.gazetteer))
    else:
        remedy = "make setup, or python -m usergroups.gazetteer.build"
        yield Finding("gazetteer", "place names are missing or old", remedy)
    if absent := missing():
        remedy = "make setup, or python -m usergroups.assets.build"
        yield Finding("assets", f"static/{absent[0]} has not been built", remedy)
    else:
        yield Finding("assets", f"release {release()}")


_LOOKS: tuple[Callable[[Config], Iterator[Finding]], ...] = (
    _configuration,
    _database,
    _time,
    _background,
    _mail,
    _limits,
    _files,
)


def _safely(look: Callable[[Config], Iterator[Finding]], config: Config) -> Iterator[Finding]:
    """One thing that cannot even be looked at hides nothing of the others."""
    try:
        yield from look(config)
    except (SQLAlchemyError, DomainError, OSError) as refused:
        reason = str(refused).splitlines()[0]
        yield Finding(look.__name__.strip("_"), reason, "mend what stands above, then look again")
