"""The places on the web where meetups are announced: their names, by the address of a page."""

import re
from urllib.parse import urlsplit

# By the end of a host's name.
_NAMES = {
    "meetup.com": "Meetup",
    "lu.ma": "Luma",
    "luma.com": "Luma",
    "eventbrite.com": "Eventbrite",
    "facebook.com": "Facebook",
    "linkedin.com": "LinkedIn",
    "guild.host": "Guild",
    "connpass.com": "connpass",
    "doorkeeper.jp": "Doorkeeper",
    "pretix.eu": "pretix",
    "ti.to": "Tito",
    "heylo.com": "Heylo",
    "partiful.com": "Partiful",
    "xing.com": "XING",
    "mobilizon.fr": "Mobilizon",
    "gancio.cisti.org": "Gancio",
    "kommunity.com": "Kommunity",
    "sympla.com.br": "Sympla",
    "weezevent.com": "Weezevent",
    "helloasso.com": "HelloAsso",
}
# Those that call themselves by the same name in every country.
_IN_MANY_COUNTRIES = {"eventbrite": "Eventbrite"}
# Luma names a meetup's page in its text alone.
_IN_TEXT = re.compile(r"https://(?:lu\.ma|luma\.com)/[\w\-./]+\w")


def platform(address: str) -> str:
    """What people call the site of an address; its host where that has no name we know."""
    host = (urlsplit(address).hostname or address).removeprefix("www.")
    for end, name in _NAMES.items():
        if host == end or host.endswith(f".{end}"):
            return name
    return _IN_MANY_COUNTRIES.get(host.split(".", maxsplit=1)[0], host)


def page_of(url: str, description: str) -> str:
    """Where a meetup's page is elsewhere; empty where neither says."""
    found = _IN_TEXT.search(description)
    return url or (found[0] if found else "")
