"""What a rule about calendars is: how grave, where it is written, what is shown wrong, the remedy.

The sentences are English here and translated where they are told (`Finding.message`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from usergroups.language import gettext


class Severity(StrEnum):
    """How grave a finding is, gravest first."""

    # Something is lost, or shown wrong, in a program that many use.
    ERROR = "error"
    # Some programs show it wrong, or tell more than was meant.
    WARNING = "warning"
    # Nothing is wrong; it could be better.
    HINT = "hint"


class Client(StrEnum):
    """The programs most people have."""

    OUTLOOK = "Outlook"
    GOOGLE = "Google"
    APPLE = "Apple"


def marked(sentence: str) -> str:
    """The sentence itself; named `_` where it is used, so that translators find what is in it."""
    return sentence


@dataclass(frozen=True, slots=True)
class Rule:
    """What is known of one thing that can be wrong. Sentences may hold a finding's values."""

    severity: Severity
    clause: str
    what: str
    mend: str
    outlook: str = ""
    google: str = ""
    apple: str = ""

    @property
    def shown(self) -> dict[Client, str]:
        """What each of the programs makes of it, where it does not get it right."""
        told = {
            Client.OUTLOOK: self.outlook,
            Client.GOOGLE: self.google,
            Client.APPLE: self.apple,
        }
        return {client: sentence for client, sentence in told.items() if sentence}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a calendar: what, where first, and in how many places.

    Lines are counted from 1 as they stand in the file, columns in octets from 1.
    """

    code: str
    rule: Rule = field(repr=False)
    line: int
    column: int = 1
    times: int = 1
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How grave it is."""
        return self.rule.severity

    @property
    def clause(self) -> str:
        """Where it is written, such as "RFC 5545 3.1"."""
        return self.rule.clause

    @property
    def what(self) -> str:
        """What is wrong, in the language that is spoken."""
        return self._told(self.rule.what)

    @property
    def mend(self) -> str:
        """What to do about it."""
        return self._told(self.rule.mend)

    @property
    def shown(self) -> dict[Client, str]:
        """What each of Outlook, Google and Apple makes of it, where it is not right."""
        return {client: self._told(sentence) for client, sentence in self.rule.shown.items()}

    @property
    def message(self) -> str:
        """All of it in one: what is wrong, who shows it how, how to mend it."""
        return " ".join([self.what, *self.shown.values(), self.mend])

    def _told(self, sentence: str) -> str:
        said = gettext(sentence)
        return said % self.values if self.values else said
