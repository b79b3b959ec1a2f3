"""What every answer says to browsers about what they may do with it."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response

from usergroups.config import Config
from usergroups.web import caching


def for_frames(map_tile_url: str = "") -> str:
    """The same for a page that anybody may show in theirs: it has no form and asks for no place."""
    policy = content_security_policy(map_tile_url)
    return policy.replace("frame-ancestors 'none'", "frame-ancestors *").replace(
        "form-action 'self'", "form-action 'none'"
    )


def content_security_policy(map_tile_url: str = "") -> str:
    """What a page may load: our own files, and pictures of the host whose tiles are set."""
    tiles = urlsplit(map_tile_url)
    host = tiles.netloc.replace("{s}", "*")  # tiles.example.org, or *.tiles.example.org
    images = f"'self' data: {tiles.scheme}://{host}" if host else "'self' data:"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {images}; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; manifest-src 'self'"
    )


def init_app(app: Flask) -> None:
    """Set them on every answer that does not say otherwise itself."""
    config: Config = app.extensions["config"]
    app.after_request(_securing(config.map_tile_url))


def _securing(map_tile_url: str) -> Callable[[Response], Response]:
    of_pages = {
        "Content-Security-Policy": content_security_policy(map_tile_url),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        # "Near me" on the map asks for the place; nothing asks for more.
        "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
    }

    def secure(answer: Response) -> Response:
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers.setdefault("Cache-Control", caching.PRIVATE)
        if answer.mimetype == "text/html":
            for name, value in of_pages.items():
                answer.headers.setdefault(name, value)
        return answer

    return secure
