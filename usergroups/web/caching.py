"""Public pages that any cache may keep, with an ETag decided before a page is made.

A page is a function of what its versions count, the hour (what is coming and what is past), the
language, this release, and the address asked for: the hash of these names its bytes.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache

from flask import Response, request

from usergroups import assets, clock, paths
from usergroups.web import language

PUBLIC = "public, max-age=60, stale-while-revalidate=600"
PRIVATE = "private, no-cache"
FOREVER = "public, max-age=31536000, immutable"
_VARY = "Accept-Language, Cookie"


def page(make: Callable[[], str], *versions: object, status: int = 200) -> Response:
    """The page, made only if the asker has not got this very one (304 then)."""
    etag = tag(language.tag(), *versions)
    if is_known(etag):
        answer = Response(status=304)
    else:
        answer = Response(make(), status=status, mimetype="text/html")
    return _dressed(answer, etag, _VARY)


def json(make: Callable[[], bytes], *versions: object) -> Response:
    """The same for JSON, which speaks no language."""
    etag = tag(*versions)
    if is_known(etag):
        return _dressed(Response(status=304), etag, "")
    return _dressed(Response(make(), mimetype="application/json"), etag, "")


def tag(*versions: object) -> str:
    """The name of an answer's bytes."""
    hour = clock.now().replace(minute=0, second=0)
    parts = (*versions, hour, release(), request.full_path)
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


@lru_cache(maxsize=1)
def release() -> str:
    """What else makes a page: our assets, templates and code, as one hash made at the start."""
    digest = hashlib.sha256(assets.release().encode())
    for folder in (paths.TEMPLATES, paths.PACKAGE):
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in {".html", ".py"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def is_known(etag: str) -> bool:
    """Whether the asker says that they have it (RFC 9110 section 13.1.2: compared weakly)."""
    return "If-None-Match" in request.headers and request.if_none_match.contains_weak(etag)


def _dressed(answer: Response, etag: str, vary: str) -> Response:
    answer.headers["ETag"] = f'W/"{etag}"'
    answer.headers["Cache-Control"] = PUBLIC
    if vary:
        answer.headers["Vary"] = vary
    return answer
