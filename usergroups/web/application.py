"""The Flask application, without what ours never needs and every answer would pay for."""

from collections.abc import Callable
from typing import Any

from flask import Flask


class Application(Flask):
    """Flask whose views are all plain functions."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: nothing here is async, and Flask looks some ten times a request."""
        return func
