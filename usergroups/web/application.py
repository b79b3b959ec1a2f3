"""The Flask application, without what ours never needs and every start or answer would pay for."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import Rule


class Route(Rule):
    """A route that learns to build its address when it is first asked for it.

    Ours come from `links`, so nearly none ever is; werkzeug writes two functions for each of some
    hundreds beforehand, which is a tenth of a start.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002  werkzeug's own
        write = super()._compile_builder
        written: list[Callable[..., tuple[str, str]]] = []

        def build(route: Rule, **values: Any) -> tuple[str, str]:
            if not written:
                written.append(write(append_unknown))
            return written[0](route, **values)

        return build


class Application(Flask):
    """Flask whose views are all plain functions."""

    url_rule_class = Route

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: nothing here is async, and Flask looks some ten times a request."""
        return func
