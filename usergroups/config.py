"""Every setting, named, typed and documented once.

Settings come from environment variables called USERGROUPS_<NAME>; docs/configuration.md is
checked against this file. What a steward changes while the system runs lives in the database.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

from usergroups import paths
from usergroups.errors import SetupError

PREFIX = "USERGROUPS_"
DEVELOPMENT_URL = "http://127.0.0.1:8000"


def _setting(doc: str, default: Any = MISSING) -> Any:
    return field(metadata={"doc": doc}, default=default)


def _home() -> Path:
    """Beside a checkout; for an installed wheel in the folder it is started from."""
    return (paths.ROOT if paths.IN_CHECKOUT else Path.cwd()) / "instance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings of one process. Nothing in here changes after the start."""

    instance_dir: Path = field(
        default_factory=_home,
        metadata={"doc": "Folder for everything this installation keeps on disk."},
    )
    database_url: str = _setting(
        "SQLAlchemy address of the database: `sqlite:///…` or `postgresql+psycopg://…`. "
        "Empty: `usergroups.sqlite` in the instance folder.",
        "",
    )
    secret_key: str = _setting(
        "Signs sessions and links. Must be set in production; else it is made once and kept in "
        "the instance folder.",
        "",
    )
    base_url: str = _setting(
        "Address under which people reach this installation, without a slash at the end.",
        DEVELOPMENT_URL,
    )
    redis_url: str = _setting(
        "Redis for background work over several machines. Empty: a file in the instance folder.",
        "",
    )
    mail_url: str = _setting(
        "Mail server: `smtp://host:port` (TLS where it is offered) or `smtps://host:port` (TLS at "
        "once), with `user:password@` before the host where it wants them. Must be set in "
        "production. Empty: files in `mail/` of the instance folder.",
        "",
    )
    mail_from: str = _setting(
        "The address that mails come from, such as `groups@example.org`. Must be set in "
        "production. Empty: `usergroups@localhost`.",
        "",
    )
    map_tile_url: str = _setting(
        "Optional XYZ tiles below the groups, such as `https://tiles.example.org/{z}/{x}/{y}.png`. "
        "Empty: our own map, which asks nothing of third parties.",
        "",
    )
    map_tile_attribution: str = _setting("The credit that the tiles' owner asks for.", "")
    geocoder: Literal["embedded", "nominatim", "photon", "pelias"] = _setting(
        "Who finds the addresses of venues: `nominatim`, `photon` or `pelias` at "
        "USERGROUPS_GEOCODER_URL, asked in the background, once a second at most. `embedded`: "
        "nobody, venues stand where their city is until somebody places them.",
        "embedded",
    )
    geocoder_url: str = _setting(
        "Address of that server, such as `https://nominatim.example.org`. Mind its rules.", ""
    )
    geocoder_key: str = _setting("The key that the server asks for, if it does (Pelias).", "")
    source_hosts: str = _setting(
        "Hosts, comma-separated, that calendars may be fetched from although their addresses are "
        "private (development and tests). Empty: public addresses only.",
        "",
    )
    contact: str = _setting(
        "An address for the owners of the servers we fetch from, sent in the User-Agent.",
        "",
    )
    serving_processes: int = _setting(
        "How many processes serve, where no Redis lets them count together: limits are divided by "
        "it. `serve --workers` sets it by itself.",
        1,
    )
    proxies: int = _setting(
        "How many reverse proxies stand before the server, each of which adds whom it serves to "
        "X-Forwarded-For: limits count the machines behind them. With 0 that header is ignored.",
        0,
    )
    environment: Literal["development", "production"] = _setting(
        "`production` refuses to start with settings that are only good enough to try things out.",
        "development",
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read the settings; raises SetupError naming the variable that is wrong or unknown."""
        known = {PREFIX + f.name.upper(): f.name for f in fields(cls)}
        unknown = sorted(k for k in environ if k.startswith(PREFIX) and k not in known)
        if unknown:
            raise SetupError(f"{unknown[0]} is no setting; docs/configuration.md lists them all")
        hints = get_type_hints(cls)
        given = {
            name: _read(variable, environ[variable], hints[name])
            for variable, name in known.items()
            if environ.get(variable)
        }
        return cls(**given).checked()

    def checked(self) -> Self:
        """Itself, or SetupError where settings contradict one another."""
        if urlsplit(self.base_url).scheme not in {"http", "https"} or self.base_url.endswith("/"):
            raise SetupError(
                f"{PREFIX}BASE_URL must be http(s)://host without a slash at the end, "
                f"not {self.base_url!r}"
            )
        self._check_mail()
        is_server = urlsplit(self.geocoder_url).scheme in {"http", "https"}
        if self.geocoder != "embedded" and not is_server:
            raise SetupError(f"{PREFIX}GEOCODER_URL must be the http(s) address of the geocoder")
        if self.environment == "production":
            for name in ("secret_key", "contact", "mail_url", "mail_from"):
                if not getattr(self, name):
                    raise SetupError(f"{PREFIX}{name.upper()} must be set in production")
            if self.source_hosts:
                raise SetupError(f"{PREFIX}SOURCE_HOSTS opens private addresses: not in production")
        return self

    def _check_mail(self) -> None:
        if self.mail_url and not _is_mail_server(self.mail_url):
            # The address is not repeated: it may hold a password.
            raise SetupError(f"{PREFIX}MAIL_URL must be smtp://host:port or smtps://host:port")
        try:
            Address(addr_spec=self.sender)
        except (ValueError, HeaderParseError) as wrong:
            raise SetupError(
                f"{PREFIX}MAIL_FROM must be an address such as groups@example.org, "
                f"not {self.mail_from!r}"
            ) from wrong

    @property
    def database(self) -> str:
        """The database's address, the default filled in."""
        return self.database_url or f"sqlite:///{self.instance_dir / 'usergroups.sqlite'}"

    @property
    def gazetteer(self) -> Path:
        """The place names, a SQLite file made at set-up."""
        return self.instance_dir / "gazetteer.sqlite"

    @property
    def queue_file(self) -> Path:
        """The message file between doors and workers on one machine."""
        return self.instance_dir / "queue.sqlite"

    @property
    def mailbox(self) -> Path:
        """Where mails are written while no server takes them."""
        return self.instance_dir / "mail"

    @property
    def sender(self) -> str:
        """The address that mails come from, the default filled in."""
        return self.mail_from or "usergroups@localhost"

    @property
    def uploads(self) -> Path:
        """Files that people gave us."""
        return self.instance_dir / "uploads"

    def secret(self) -> str:
        """The secret key; in development made at the first call and kept for the owner alone."""
        if self.secret_key:
            return self.secret_key
        kept = self.instance_dir / "secret_key"
        self.instance_dir.mkdir(parents=True, exist_ok=True)
        try:
            # Exclusive creation: of two processes that start together one writes, both read.
            with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
                made.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return kept.read_text()


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _read(variable: str, text: str, kind: Any) -> Any:
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise SetupError(f"{variable} must be one of {', '.join(get_args(kind))}, not {text!r}")
        return text
    return kind(text)
