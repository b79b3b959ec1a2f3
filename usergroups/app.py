"""The factory: settings in, a WSGI application out. Started by name; nothing below imports it."""

from functools import lru_cache
from typing import TYPE_CHECKING

from flask import Flask
from whitenoise import WhiteNoise

from usergroups import assets, db, paths, queue, tokens, web
from usergroups.config import Config
from usergroups.links import Links
from usergroups.web import feeds
from usergroups.web.application import Application

if TYPE_CHECKING:
    from usergroups.jobs.bell import Bell

_YEAR = 365 * 24 * 3600


def create_app(config: Config | None = None) -> Flask:
    """The application for these settings (those of the environment unless given).

    Raises SetupError where a setting is wrong or the assets are not built.
    """
    config = config or Config.from_env()
    db.connect(config.database)
    app = Application("usergroups", template_folder=str(paths.TEMPLATES), static_folder=None)
    app.secret_key = config.secret()
    tokens.sign_with(app.secret_key)
    app.config.update(
        SESSION_COOKIE_NAME="usergroups",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https:"),
        TEMPLATES_AUTO_RELOAD=False,
        MAX_CONTENT_LENGTH=2 << 20,
    )
    app.extensions["config"] = config
    app.extensions["links"] = Links(config.base_url)
    web.init_app(app)
    queue.announce_with(lambda job_id, kind: _bell(config).ring(job_id, kind))
    app.wsgi_app = feeds.before_flask(app, app.wsgi_app)  # type: ignore[assignment,method-assign]  # as below
    _serve_assets(app)
    return app


@lru_cache(maxsize=1)
def _bell(config: Config) -> "Bell":
    """What tells the workers of a job, hung up when the first one is left."""
    # huey brings the clients of Redis and PostgreSQL along, used or not: 15 MB.
    from usergroups.jobs.bell import Bell

    return Bell(config)


def _serve_assets(app: Flask) -> None:
    """Files under an address that changes with any of them: whoever has one never asks again."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask's documented way
        app.wsgi_app,
        root=str(paths.STATIC),
        prefix=assets.url(""),
        max_age=_YEAR,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: headers.add_header(
            "X-Content-Type-Options", "nosniff"
        ),
    )
