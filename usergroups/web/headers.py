"""What every answer says to browsers about what they may do with it."""

from flask import Flask, Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
# "Near me" on the map asks for the place; nothing asks for more.
_OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
}


def init_app(app: Flask) -> None:
    """Set them on every answer that does not say otherwise itself."""
    app.after_request(_secure)


def _secure(answer: Response) -> Response:
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if answer.mimetype == "text/html":
        for name, value in _OF_PAGES.items():
            answer.headers.setdefault(name, value)
    return answer
