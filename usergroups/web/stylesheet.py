"""One style sheet out of one file per component, joined when the process starts."""

import gzip
import hashlib
from functools import lru_cache

import brotli
from flask import Blueprint, Response, request

from usergroups import paths
from usergroups.formats import palette
from usergroups.web import caching, site
from usergroups.web.access import public

blueprint = site.reads(Blueprint("stylesheet", __name__))

# Later layers win over earlier ones, however the rules are written.
_LAYERS = ("tokens", "theme", "base", "layout", "components")
# Brought along by the map itself, on the pages that have one.
_APART = {"map.css"}


@lru_cache(maxsize=4)
def _sheet(colour: str) -> tuple[str, dict[str, bytes]]:
    """Its digest, and its bytes by content coding; with the federation's colour in its place."""
    css = paths.STATIC / "css"
    parts = [f"@layer {', '.join(_LAYERS)};"]
    for layer in _LAYERS:
        single = css / f"{layer}.css"
        files = [single] if single.exists() else sorted((css / layer).glob("*.css"))
        text = "".join(file.read_text() for file in files if file.name not in _APART)
        if layer == "theme":
            text = palette.sheet(colour) if colour else ""
        parts.append(f"@layer {layer} {{\n{text}}}")
    plain = "\n".join(parts).encode()
    digest = hashlib.sha256(plain).hexdigest()[:12]
    return digest, {"br": brotli.compress(plain), "gzip": gzip.compress(plain), "": plain}


def usual() -> str:
    """Where the sheet is with our own colour."""
    return _address(_sheet("")[0])


def address() -> str:
    """Where the sheet is; another address whenever it, or the federation's colour, changes."""
    return _address(_sheet(site.federation().colour)[0])


@blueprint.get("/style/<digest>.css")
@public
def show(digest: str) -> Response:
    """The sheet, for ever; whoever has a page from before a change is led to the present one."""
    current, bodies = _sheet("")
    if digest != current:  # our own colour needs no database: the page of its failure has it
        current, bodies = _sheet(site.federation().colour)
    if digest != current:
        moved = {"Location": _address(current), "Cache-Control": "no-store"}
        return Response(status=302, headers=moved)
    accepted = request.headers.get("Accept-Encoding", "")
    coding = next((name for name in ("br", "gzip") if name in accepted), "")
    answer = Response(bodies[coding], mimetype="text/css")
    answer.headers["Cache-Control"] = caching.FOREVER
    answer.headers["Vary"] = "Accept-Encoding"
    if coding:
        answer.headers["Content-Encoding"] = coding
    return answer


def _address(digest: str) -> str:
    return f"/style/{digest}.css"
