"""The one way out to other people's web servers: guarded against addresses, sizes and delays.

The address is checked when the connection is made, on the very address that is then connected
to, so that neither a redirect nor a name that answers differently the second time gets past.
"""

import contextlib
import ipaddress
import math
import socket
import ssl
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx
from werkzeug.http import parse_date

from usergroups import clock
from usergroups.errors import DomainError

SECONDS = 10.0
LARGEST = 10_000_000
REDIRECTS = 3
_LONGEST_REST = 10**7
_MOVED = {301, 302, 303, 307, 308}


class FetchError(DomainError):
    """An address could not be read; the message is fit for the person who gave it.

    `not_before` is how long its server asks to be left alone, if it does.
    """

    status = 502

    def __init__(self, message: str, not_before: timedelta | None = None) -> None:
        self.not_before = not_before
        super().__init__(message)


class TooLargeError(FetchError):
    """There is more at an address than is read."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `body` is None where it said "as last time" (304).

    `url` is where it was found after all redirects.
    """

    body: bytes | None
    etag: str
    last_modified: str
    url: str = ""


class Fetcher:
    """Fetches public http(s) addresses: 10 seconds, 10 MB after inflation, 3 redirects at most.

    `allowed_hosts` are let through although their addresses are private (development, tests).
    """

    def __init__(self, *, contact: str = "", allowed_hosts: Iterable[str] = ()) -> None:
        agent = "Usergroups calendar reader"
        self._headers = {
            "User-Agent": f"{agent} (+{contact})" if contact else agent,
            "Accept": "text/calendar, */*;q=0.1",
            "Accept-Encoding": "gzip",
        }
        # The environment's proxies are not asked: one of them would connect in our place.
        self._limit = _Limit()
        self._client = httpx.Client(
            transport=_GuardedTransport(frozenset(allowed_hosts), self._limit),
            timeout=SECONDS,
            trust_env=False,
        )

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """The answer of an address, asked with what it gave as validators last time.

        Raises FetchError for every way in which that can go wrong.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = self._headers | {name: value for name, value in validators.items() if value}
        deadline = self._limit.until = time.monotonic() + SECONDS
        for _ in range(REDIRECTS + 1):
            answer = _once(self._client, _webcal(url), headers, deadline)
            if isinstance(answer, Answer):
                return answer
            url = answer
        raise FetchError(f"more than {REDIRECTS} redirects")

    def close(self) -> None:
        """Let go of open connections."""
        self._client.close()


def _webcal(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"https://{rest}" if scheme.lower() in {"webcal", "webcals"} else url


def _once(client: httpx.Client, url: str, headers: dict[str, str], deadline: float) -> Answer | str:
    if url.partition(":")[0].lower() not in {"http", "https"}:
        raise FetchError("only http and https addresses are read")
    try:
        with client.stream("GET", url, headers=headers) as response:
            if response.status_code in _MOVED and "location" in response.headers:
                return urljoin(url, response.headers["location"])
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return Answer(None, headers.get("If-None-Match", ""), "")
            if response.status_code != httpx.codes.OK:
                why = f"the server answered {response.status_code}"
                raise FetchError(why, _left_alone(response.headers.get("retry-after", "")))
            body = _body(response, deadline)
            return Answer(
                body,
                response.headers.get("etag", ""),
                response.headers.get("last-modified", ""),
                url,
            )
    except httpx.TimeoutException as slow:
        raise FetchError(f"no complete answer within {SECONDS:.0f} s") from slow
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as broken:
        raise FetchError(f"the address could not be read: {broken}") from broken


def _left_alone(retry_after: str) -> timedelta | None:
    """How long a server asks to be left alone: seconds, or a date (RFC 9110 section 10.2.3)."""
    if retry_after.isdecimal():
        return timedelta(seconds=min(int(retry_after), _LONGEST_REST))
    when = parse_date(retry_after)
    return max(when - clock.now(), timedelta()) if when else None


def _body(response: httpx.Response, deadline: float) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", ""}:
        raise FetchError(f"the answer is encoded as {encoding}, which nobody asked for")
    inflate = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body = bytearray()
    for chunk in response.iter_raw():
        if time.monotonic() > deadline:
            raise FetchError(f"no complete answer within {SECONDS:.0f} s")
        try:
            body += inflate.decompress(chunk, LARGEST + 1 - len(body)) if inflate else chunk
        except zlib.error as broken:
            raise FetchError("the answer is not what its Content-Encoding says") from broken
        if len(body) > LARGEST:
            raise TooLargeError(f"the answer is larger than {LARGEST // 1_000_000} MB")
    if inflate and not inflate.eof:
        raise FetchError("the answer ended in the middle")
    return bytes(body)


class _GuardedTransport(httpx.HTTPTransport):
    """A transport whose connections are made by the backend below."""

    def __init__(self, allowed_hosts: frozenset[str], limit: "_Limit") -> None:
        super().__init__(retries=0)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            network_backend=_GuardedBackend(allowed_hosts, limit),
            max_connections=10,
        )


class _GuardedBackend(httpcore.SyncBackend):
    """Looks a name up once and connects to a public address among the answers, or not at all."""

    def __init__(self, allowed_hosts: frozenset[str], limit: "_Limit") -> None:
        self._allowed_hosts, self._limit = allowed_hosts, limit

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = host if host in self._allowed_hosts else _public_address(host, port)
        rest = self._limit.rest(timeout)
        stream = super().connect_tcp(address, port, rest, local_address, socket_options)
        return _LimitedStream(stream, self._limit)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no sockets of this machine")


@dataclass(slots=True)
class _Limit:
    """Until when the present question may last."""

    until: float = math.inf

    def rest(self, timeout: float | None) -> float:
        """The seconds that are left, or fewer. Raises ReadTimeout where none are."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return left if timeout is None else min(left, timeout)


class _LimitedStream(httpcore.NetworkStream):
    """A connection that lasts no longer than the question.

    A time for each read alone would let a server drip its headers for days.
    """

    def __init__(self, stream: httpcore.NetworkStream, limit: _Limit) -> None:
        self._stream, self._limit = stream, limit

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._limit.rest(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._limit.rest(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        rest = self._limit.rest(timeout)
        return _LimitedStream(
            self._stream.start_tls(ssl_context, server_hostname, rest), self._limit
        )

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _public_address(host: str, port: int) -> str:
    with contextlib.suppress(OSError):
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            if is_public(str(address[0])):
                return str(address[0])
        raise httpcore.ConnectError(f"{host} has no public address")
    raise httpcore.ConnectError(f"nobody knows the host {host}")


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also when it is wrapped in IPv6."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast
