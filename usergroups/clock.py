"""The only reader of the clock, so that tests can stop it."""

from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC, to the second as in a calendar."""
    return _frozen.get() or datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """The present day in UTC."""
    return now().date()


def frozen_at(instant: datetime) -> AbstractContextManager[None]:
    """Hold the clock at an instant for the length of a with block (tests, and the demo's dates)."""
    return _freeze(instant)


@contextmanager
def _freeze(instant: datetime) -> "Iterator[None]":
    token = _frozen.set(instant)
    try:
        yield
    finally:
        _frozen.reset(token)
