"""Geocoders of other people, by geopy: where an address is that our own gazetteer cannot know.

They are asked through the guarded client, in background work only, one question a second.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderServiceError, GeopyError
from geopy.geocoders import Nominatim, Pelias, Photon
from geopy.geocoders.base import Geocoder

from usergroups.clients.http import Fetcher, FetchError
from usergroups.config import Config


@dataclass(frozen=True, slots=True)
class Position:
    """Where an address is, in degrees."""

    latitude: float
    longitude: float


class AddressFinder:
    """A geocoder that the operator set. Its own host may be private; nobody else's."""

    def __init__(self, kind: str, url: str, *, key: str = "", contact: str = "") -> None:
        """Nothing is asked yet."""
        parts = urlsplit(url)
        self._fetcher = Fetcher(contact=contact, allowed_hosts=[parts.hostname or ""])
        domain = f"{parts.netloc}{parts.path}".rstrip("/")
        self._geocoder = _made(kind, domain, parts.scheme, key, self._fetcher)

    def find(self, address: str) -> Position | None:
        """Where an address is; None where the server does not know it.

        Raises FetchError where the server cannot be asked or answers nonsense.
        """
        try:
            found = self._geocoder.geocode(address)
        except GeopyError as failed:
            raise FetchError(f"the geocoder could not be asked: {failed}") from failed
        # geopy trusts the shape of what it is told.
        except (ValueError, TypeError, LookupError, AttributeError) as nonsense:
            raise FetchError("the geocoder answered what nobody understands") from nonsense
        return Position(found.latitude, found.longitude) if found else None

    def close(self) -> None:
        """Let go of open connections."""
        self._fetcher.close()


def address_finder(config: Config) -> AddressFinder | None:
    """The geocoder of this installation's settings; None where there is only the gazetteer."""
    if config.geocoder == "embedded":
        return None
    return AddressFinder(
        config.geocoder,
        config.geocoder_url,
        key=config.geocoder_key,
        contact=config.contact or config.base_url,
    )


def _made(kind: str, domain: str, scheme: str, key: str, fetcher: Fetcher) -> Geocoder:
    def adapter(**_: Any) -> BaseSyncAdapter:
        return _Guarded(fetcher)

    given = {"scheme": scheme, "adapter_factory": adapter, "user_agent": "Usergroups"}
    if kind == "pelias":
        return Pelias(domain, key or None, **given)
    return {"nominatim": Nominatim, "photon": Photon}[kind](domain=domain, **given)


class _Guarded(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's way to a server, by our client: it knows the limits and sends who is asking."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__(proxies=None, ssl_context=None)
        self._fetcher = fetcher

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        del timeout, headers  # the client has its own
        try:
            return (self._fetcher.get(url).body or b"").decode("utf-8", "replace")
        except FetchError as failed:
            raise GeocoderServiceError(str(failed)) from failed

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text)
        except ValueError as broken:
            raise GeocoderParseError("the answer is no JSON") from broken
