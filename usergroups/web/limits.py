"""How often a door that mails or guesses may be used: by one machine, and for one address.

Counted by `limits`, the engine of Flask-Limiter, and asked at these doors alone, so that no other
answer pays for it. The window moves: whoever is refused does not begin another by asking again.
"""

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from time import time
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import request

from usergroups.errors import DomainError
from usergroups.web import site

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import MovingWindowRateLimiter

_MEMORY = "memory://"
# What a household or a rented server commonly has of IPv6 addresses (RFC 6177): one machine.
_IPV6_PREFIX = 64

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
            count(machine, view.__name__, "machine", asking_machine())
            if field and (value := request.form.get(field, "").strip().lower()):
                count(address, view.__name__, field, value[:254])
            return view(*args, **kwargs)

        return counted

    return decorate


def asking_machine() -> str:
    """The address of whoever asks, as far as it can be believed; of IPv6 its network.

    Each reverse proxy adds whom it serves to the end of X-Forwarded-For. What stands before those
    that the settings know of, anybody can have written.
    """
    known = site.config().proxies
    passed = request.access_route if known and "X-Forwarded-For" in request.headers else []
    told = passed[-known] if len(passed) >= known > 0 else request.remote_addr or ""
    try:
        address = ip_address(told)
    except ValueError:
        return told
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return str(address)


def count(rate: str, *what: str) -> None:
    """Count one more of something; raises TooOftenError where that is more than the rate allows.

    While Redis is away each process counts for itself: the doors stay open, and limited.
    """
    # 2 MB, here and below, that nobody needs who only reads.
    from limits import parse
    from limits.errors import StorageError

    config = site.config()
    alone = _divided(rate, config.serving_processes)
    if not config.redis_url:
        return _count(_MEMORY, alone, *what)
    try:
        return _count(config.redis_url, parse(rate), *what)
    except StorageError as away:
        logging.getLogger(__name__).warning("limits are counted without Redis: %s", away)
        return _count(_MEMORY, alone, *what)


def _count(storage: str, rate: "RateLimitItem", *what: str) -> None:
    counter = _counter(storage)
    if not counter.hit(rate, *what):
        opens_at = counter.get_window_stats(rate, *what).reset_time
        raise TooOftenError(max(1, ceil(opens_at - time())))


@lru_cache(maxsize=4)
def _counter(storage: str) -> "MovingWindowRateLimiter":
    """In Redis where several processes must agree, else in the memory of this one."""
    from limits.storage import storage_from_string  # as above
    from limits.strategies import MovingWindowRateLimiter

    options = {} if storage == _MEMORY else {"socket_connect_timeout": 1, "socket_timeout": 1}
    return MovingWindowRateLimiter(storage_from_string(storage, wrap_exceptions=True, **options))


@lru_cache(maxsize=64)
def _divided(rate: str, processes: int) -> "RateLimitItem":
    """What one of so many processes may allow, that all together allow about the rate."""
    from limits import parse  # as above

    whole = parse(rate)
    return type(whole)(max(1, whole.amount // processes), whole.multiples)
