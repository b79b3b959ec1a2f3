"""The mails that are files: what a set-up without a mail server has written."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from usergroups.errors import NotFoundError

_NAME = re.compile(r"\d{8}-\d{6}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a list says of one mail."""

    name: str
    address: str
    subject: str
    written_at: datetime


def newest(folder: Path, most: int = 100) -> list[Envelope]:
    """The mails written last, the newest first."""
    names = sorted((file.stem for file in folder.glob("*.eml")), reverse=True)
    return [_envelope(name, mail(folder, name)) for name in names[:most]]


def mail(folder: Path, name: str) -> EmailMessage:
    """One mail. Raises NotFoundError where there is none of this name."""
    file = folder / f"{name}.eml"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFoundError("there is no such mail")
    return message_from_bytes(file.read_bytes(), policy=default)


def _envelope(name: str, found: EmailMessage) -> Envelope:
    return Envelope(name, str(found["To"]), str(found["Subject"]), found["Date"].datetime)
