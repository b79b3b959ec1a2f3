"""What a request finds ready: settings, addresses, place names, a session to read, the federation.

The scope for reading opens at the first question of a request and closes at its end.
"""

from threading import Lock
from typing import cast

from flask import Blueprint, Flask, current_app, g

from usergroups import db
from usergroups.config import Config
from usergroups.gazetteer.gazetteer import Gazetteer
from usergroups.links import Links
from usergroups.queries import federation as queries
from usergroups.queries.federation import FederationFacts

_opening = Lock()


def init_app(app: Flask) -> None:
    """Close what a request opened, whatever became of it."""
    app.teardown_request(lambda _error: close_reading())


def reads(blueprint: Blueprint) -> Blueprint:
    """Open a scope for reading before each request of a blueprint."""
    blueprint.before_request(open_reading)
    return blueprint


def open_reading() -> None:
    """Open the scope for reading, unless this request has it already."""
    if "scope" not in g:
        g.scope = db.Reading()


def close_reading() -> None:
    """Close it; a handler that writes does so first, since it opens a scope of its own."""
    scope: db.Reading | None = g.pop("scope", None)
    if scope is not None:
        scope.close()


def federation() -> FederationFacts:
    """The federation as it stands; one query a request."""
    if "federation" not in g:
        open_reading()
        g.federation = queries.facts()
    return cast(FederationFacts, g.federation)


def config() -> Config:
    """The settings of this process."""
    return cast(Config, current_app.extensions["config"])


def links() -> Links:
    """Absolute addresses."""
    return cast(Links, current_app.extensions["links"])


def gazetteer() -> Gazetteer:
    """The place names; opened by whoever asks first."""
    with _opening:
        if "gazetteer" not in current_app.extensions:
            current_app.extensions["gazetteer"] = Gazetteer(config().gazetteer)
    return cast(Gazetteer, current_app.extensions["gazetteer"])
