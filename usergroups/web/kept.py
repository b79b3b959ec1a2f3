"""What is true as long as the federation stands as it does: worked out once, then kept a while.

Until the next version of the federation, and no longer than the hour, as the pages' ETags have it.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import current_app

from usergroups import clock
from usergroups.web import site

# So many answers take about a megabyte.
_MOST = 32

T = TypeVar("T")
_Kept = tuple[tuple[int, datetime], dict[Hashable, Any]]


def kept(make: Callable[[], T], *key: Hashable) -> T:
    """What `make` gives, or gave for the same key; at most one query more than it needs."""
    stands = site.federation().version, clock.now().replace(minute=0, second=0, microsecond=0)
    known: _Kept | None = current_app.extensions.get("kept")
    if known is None or known[0] != stands or len(known[1]) > _MOST:
        # A thread that still has the old one writes to nobody's.
        current_app.extensions["kept"] = known = (stands, {})
    if key not in known[1]:
        known[1][key] = make()
    return cast(T, known[1][key])
