"""Answers about the map, compressed as they leave: they are long, and no two are stored."""

import brotli
from flask import Response, request

# Bytes that are worth it.
_LEAST = 1_000
# Of 11: more would cost longer than a millisecond.
_QUALITY = 4


def compressed(answer: Response) -> Response:
    """The answer in brotli for whoever takes it (RFC 7932); its ETag is weak and stays."""
    answer.vary.add("Accept-Encoding")
    body = answer.get_data()
    if len(body) >= _LEAST and request.accept_encodings["br"] > 0:
        answer.set_data(brotli.compress(body, quality=_QUALITY))
        answer.headers["Content-Encoding"] = "br"
    return answer
