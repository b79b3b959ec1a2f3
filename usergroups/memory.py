"""What a process keeps of memory that it no longer needs, where the C library has a word in it."""

import ctypes
from functools import cache
from typing import Any

_M_ARENA_MAX = -8  # malloc.h


def share_heap() -> None:
    """One heap for all threads instead of eight a core, each of which keeps what it once held.

    mallopt(3); processes that are forked off inherit it. 5 to 10 MB less in each at the same speed:
    threads of Python take turns anyway.
    """
    if (mallopt := _of_the_c_library("mallopt")) is not None:
        mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Give the system what is free: after something large and rare. malloc_trim(3), 1 ms."""
    if (trim := _of_the_c_library("malloc_trim")) is not None:
        trim(0)


@cache
def _of_the_c_library(name: str) -> Any:
    return getattr(ctypes.CDLL(None), name, None)
