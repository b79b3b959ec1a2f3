"""How often a door that mails or guesses may be used: by one machine, and for one address.

Counted by `limits`, the engine of Flask-Limiter, and asked at these doors alone, so that no other
answer pays for it. The window moves: whoever is refused does not begin another by asking again.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from math import ceil
from time import time
from typing import ParamSpec, TypeVar

from flask import request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from usergroups.config import Config
from usergroups.errors import DomainError
from usergroups.web import site

P = ParamSpec("P")
R = TypeVar("R")


class TooOftenError(DomainError):
    """This was done too often; again in so many seconds."""

    status = 429

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"too often: again in {seconds} s")


def limited(
    *, machine: str, field: str = "", address: str = ""
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a handler be used so often ("20 per hour") by one machine, and for what a field holds.

    Raises TooOftenError before the handler is reached.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            count(machine, view.__name__, "machine", request.remote_addr or "")
            if field and (value := request.form.get(field, "").strip().lower()):
                count(address, view.__name__, field, value[:254])
            return view(*args, **kwargs)

        return counted

    return decorate


def count(rate: str, *what: str) -> None:
    """Count one more of something; raises TooOftenError where that is more than the rate allows."""
    config = site.config()
    counter = _counter(config)
    item = _divided(rate, 1 if config.redis_url else config.serving_processes)
    if not counter.hit(item, *what):
        opens_at = counter.get_window_stats(item, *what).reset_time
        raise TooOftenError(max(1, ceil(opens_at - time())))


@lru_cache(maxsize=4)
def _counter(config: Config) -> MovingWindowRateLimiter:
    """In Redis where several processes must agree, else in the memory of this one."""
    return MovingWindowRateLimiter(storage_from_string(config.redis_url or "memory://"))


@lru_cache(maxsize=64)
def _divided(rate: str, processes: int) -> RateLimitItem:
    """What one of so many processes may allow, that all together allow about the rate."""
    whole = parse(rate)
    return type(whole)(max(1, whole.amount // processes), whole.multiples)
