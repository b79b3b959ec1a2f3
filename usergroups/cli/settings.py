"""What commands that need the database begin with, and one that only tries something ends with."""

from collections.abc import Iterator
from contextlib import contextmanager

from usergroups import db, tokens
from usergroups.cli import schema
from usergroups.config import Config
from usergroups.errors import SetupError


def settings() -> Config:
    """The settings, with this process bound to the database they name."""
    config = Config.from_env()
    db.connect(config.database)
    tokens.sign_with(config.secret())
    return config


def ready() -> Config:
    """The settings, with a database that has the tables of this release."""
    config = settings()
    with db.reading() as session:
        at = schema.revision(session.connection())
    if at != schema.newest():
        raise SetupError("the database is not up to date: run `usergroups db upgrade`")
    return config


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that leaves nothing behind (`--dry-run`)."""
    with db.transaction() as session:
        yield
        session.rollback()
