"""One style sheet out of one file per component, joined when the process starts."""

import gzip
import hashlib
from functools import lru_cache

import brotli
from flask import Blueprint, Response, request

from usergroups import paths
from usergroups.errors import NotFoundError
from usergroups.web import caching
from usergroups.web.access import public

blueprint = Blueprint("stylesheet", __name__)

# Later layers win over earlier ones, however the rules are written.
_LAYERS = ("tokens", "base", "layout", "components")
# Brought along by the map itself, on the pages that have one.
_APART = {"map.css"}


@lru_cache(maxsize=1)
def _sheet() -> tuple[str, dict[str, bytes]]:
    """Its digest, and its bytes by content coding."""
    css = paths.STATIC / "css"
    parts = [f"@layer {', '.join(_LAYERS)};"]
    for layer in _LAYERS:
        single = css / f"{layer}.css"
        files = [single] if single.exists() else sorted((css / layer).glob("*.css"))
        text = "".join(file.read_text() for file in files if file.name not in _APART)
        parts.append(f"@layer {layer} {{\n{text}}}")
    plain = "\n".join(parts).encode()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    return digest, {"br": brotli.compress(plain), "gzip": gzip.compress(plain), "": plain}


def address() -> str:
    """Where the sheet is; another address whenever it changes."""
    return f"/style/{_sheet()[0]}.css"


@blueprint.get("/style/<digest>.css")
@public
def show(digest: str) -> Response:
    """The sheet, for ever."""
    current, bodies = _sheet()
    if digest != current:
        raise NotFoundError("there is no such style sheet")
    accepted = request.headers.get("Accept-Encoding", "")
    coding = next((name for name in ("br", "gzip") if name in accepted), "")
    answer = Response(bodies[coding], mimetype="text/css")
    answer.headers["Cache-Control"] = caching.FOREVER
    answer.headers["Vary"] = "Accept-Encoding"
    if coding:
        answer.headers["Content-Encoding"] = coding
    return answer
