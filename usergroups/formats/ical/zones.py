"""Which IANA zone is meant by the name of a time zone in a stranger's calendar."""

from functools import lru_cache

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from usergroups.inputs.fields import timezones

LONGEST_NAME = 100
UTC_NAMES = frozenset({"utc", "gmt", "z", "etc/utc", "etc/gmt", "etc/uct", "uct", "zulu"})


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    names = {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}
    return names | {name.lower(): name for name in timezones()}


@lru_cache(maxsize=1024)
def iana(name: str) -> str | None:
    """The IANA zone of this name, or None: its own, Windows', or either behind a vendor's prefix.

    Every name for universal time gives "UTC".
    """
    given = name.strip().strip('"').strip("/").lower()
    if not given or len(given) > LONGEST_NAME:
        return None
    if given in UTC_NAMES:
        return "UTC"
    parts = given.split("/")
    candidates = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((_known()[each] for each in candidates if each in _known()), None)
