"""Handing a mail on: to an SMTP server (RFC 5321), or into files where no server is named."""

import contextlib
import ipaddress
import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from usergroups.config import Config
from usergroups.errors import DomainError

# Of each step; there are at most nine, so that a mail takes less time than a job's lease of it.
TIMEOUT = 10.0
_RELAY, _SUBMISSION, _SUBMISSION_TLS = 25, 587, 465
_PERMANENT = 500


class MailRefusedError(DomainError):
    """The server will never take this mail; trying again is no use."""

    status = 502


class Mailer(Protocol):
    """Whoever takes mails."""

    def send(self, mail: EmailMessage) -> None:
        """Hand it on. Raises MailRefusedError for good, anything else for now."""

    def check(self) -> str:
        """Where mails go, having looked that they can. Raises OSError or SMTPException."""


def mailer(config: Config) -> Mailer:
    """Who takes the mails of this installation."""
    if config.mail_url:
        return SmtpMailer.at(config.mail_url)
    return FileMailer(config.mailbox)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """An SMTP server, spoken to through TLS wherever it offers that."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    tls_at_once: bool = False

    @classmethod
    def at(cls, url: str) -> "SmtpMailer":
        """The server of a setting: `smtp://` asks for TLS (RFC 3207), `smtps://` begins with it."""
        parts = urlsplit(url)
        at_once = parts.scheme == "smtps"
        usual = _SUBMISSION_TLS if at_once else _SUBMISSION if parts.username else _RELAY
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or usual,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls_at_once=at_once,
        )

    def send(self, mail: EmailMessage) -> None:
        """Hand it on; done once the server has said 250 after DATA."""
        server = self._connected()
        try:
            server.send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as refused:
            code, reason = _said(refused)
            if code >= _PERMANENT:
                raise MailRefusedError(f"{code} {reason}") from refused
            raise
        except smtplib.SMTPNotSupportedError as refused:  # an address beyond ASCII (RFC 6531)
            raise MailRefusedError(str(refused)) from refused
        finally:
            _leave(server)

    def check(self) -> str:
        """Connect and sign in, and send nothing."""
        _leave(self._connected())
        return f"{self.host}:{self.port}"

    def _connected(self) -> smtplib.SMTP:
        """Connected and signed in; whatever is wrong here is the set-up's fault, not the mail's."""
        trusted = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=trusted)
            if self.tls_at_once
            else smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
        )
        try:
            server.ehlo()
            if not self.tls_at_once:
                self._begin_tls(server, trusted)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _begin_tls(self, server: smtplib.SMTP, trusted: ssl.SSLContext) -> None:
        if self._is_here():  # what never leaves this machine needs no proof of who takes it
            trusted.check_hostname = False
            trusted.verify_mode = ssl.CERT_NONE
        if server.has_extn("starttls"):
            server.starttls(context=trusted)
        elif self.user and not self._is_here():
            raise smtplib.SMTPNotSupportedError("no TLS: the password is not sent in the clear")

    def _is_here(self) -> bool:
        with contextlib.suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"


@dataclass(frozen=True, slots=True)
class FileMailer:
    """A folder with one file for each mail, for development; the same mail is the same file."""

    folder: Path

    def send(self, mail: EmailMessage) -> None:
        """Write it whole or not at all, readable for the owner alone: mails hold secrets."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        stamp = mail["Date"].datetime.strftime("%Y%m%d-%H%M%S")
        digest = sha256(mail["Message-ID"].encode()).hexdigest()[:12]
        half = self.folder / f".{stamp}-{digest}"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(mail.as_bytes(policy=SMTP))
        half.replace(self.folder / f"{stamp}-{digest}.eml")

    def check(self) -> str:
        """The folder, made if it is not there."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return f"{self.folder} (files, nothing is sent)"


def _said(refused: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> tuple[int, str]:
    """Code and words of the server; a mail has one recipient."""
    words: bytes | str
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(refused.recipients.values()))
    else:
        code, words = refused.smtp_code, refused.smtp_error
    return code, words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)


def _leave(server: smtplib.SMTP) -> None:
    """Say good-bye; whatever becomes of it, the mail was taken or not before."""
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()
