"""Answers about the map, compressed as they leave: they are long, and no two are stored."""

import brotli
from flask import Response, request

_LEAST, _QUALITY = (
    1_000,
    4,
)  # bytes that are worth it; of 11, so that it costs less than a millisecond


def compressed(answer: Response) -> Response:
    """The answer in brotli for whoever takes it (RFC 7932); its ETag is weak and stays."""
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) >= _LEAST and "br" in request.accept_encodings:
        answer.set_data(brotli.compress(body, quality=_QUALITY))
        answer.headers["Content-Encoding"] = "br"
    return answer
