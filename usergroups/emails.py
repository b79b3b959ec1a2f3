"""Writing a mail: from a message row to subject, text and HTML. Sending it is the mailer's matter.

How to add a mail:

1. A `MessageKind` in models/message.py, with its topic there if people may refuse it.
2. `queue.send(MessageKind.X, to=user, group=group.name, slug=group.slug)` in a service. Arguments
   are plain values (words, numbers, lists, instants as isoformat), never ids to look up.
3. A folder templates/email/<kind>/ with `subject.txt` (one line), `text.txt`, `body.html`, and
   `sample.json`: the same arguments with made-up values. Only the body: letterhead and footer come
   from layout.txt and layout.html. In text.txt each paragraph is one line, and is wrapped here. In
   body.html begin with <h1>, and import `button` from "email/parts.html"; what a macro in a .txt
   file says is not escaped for HTML.

Templates find each argument by its name, `federation` (its name), `links` (links.py, absolute;
`links.base` for other addresses), `address` (whom it goes to), and these:

    {{ secret("sign_in") }}      the secret for a purpose, made of the message's nonce
    {{ code("rsvp") }}           six digits to type, made of the same
    {{ text|quoted }}            what somebody wrote, set apart from our own words
    {{ until|day }}              the day of an instant or a day in isoformat, as people write it
    {{ starts|moment }}          the day and the time of an instant in isoformat, on its own clock
    {{ starts|moment(zone) }}    the same on the clock of a zone
    {{ signed("offer", offer) }} a value with the proof that we wrote it, for an address

An argument `meetup` (formats/ical/carried.py) comes along as a calendar file.

What people wrote is on one line, except arguments called as in _PROSE. An argument `reply_to` is
the address that answers go to.
tests/test_emails.py renders every kind with its sample, and compares samples with calls of `send`.
"""

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from functools import lru_cache
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_eval_context,
    select_autoescape,
)
from jinja2.nodes import EvalContext
from markupsafe import Markup

from usergroups import language, paths, text, tokens
from usergroups.formats.ical import carried
from usergroups.language import gettext as _
from usergroups.links import Links
from usergroups.models import MailTopic, Message, MessageKind

UNSUBSCRIBE = "unsubscribe"
_PROSE = {"text", "reason", "changes", "note"}
_WIDTH = 72
_LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class Email:
    """A mail as it is read. Of subject and addresses each is on one line."""

    address: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    written_at: datetime
    # Whom an answer goes to; empty: nobody reads answers.
    reply_to: str = ""
    # Refuses mails of this kind at one click (RFC 8058); empty for those that cannot be refused.
    unsubscribe: str = ""
    # A meetup as a calendar file that comes along; empty for none.
    calendar: bytes = b""

    def message(self, sender: str, name: str) -> EmailMessage:
        """It as it goes over the wire (RFC 5322, MIME), the same each time.

        Raises ValueError for an address that is none.
        """
        made = EmailMessage(SMTP)
        made["From"] = _address(sender, text.one_line(name))
        made["To"] = _address(self.address)
        made["Subject"] = self.subject
        made["Date"] = self.written_at
        made["Message-ID"] = self.message_id
        made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no "I am on holiday" in return
        if self.reply_to:
            made["Reply-To"] = _address(self.reply_to)
        if self.unsubscribe:
            made["List-Unsubscribe"] = f"<{self.unsubscribe}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        made.set_content(self.text, cte="quoted-printable")
        made.add_alternative(self.html, subtype="html", cte="quoted-printable")
        if self.calendar:
            made.add_attachment(
                self.calendar.decode(), subtype="calendar", filename="meetup.ics",
                cte="quoted-printable",
            )  # fmt: skip
        made["Content-Language"] = self.language  # filling it clears what it says of its content
        # "=_" never stands in quoted-printable text (RFC 2045 section 6.7).
        named = sha256(self.message_id.encode()).hexdigest()[:32]
        for depth, part in enumerate(one for one in made.walk() if one.is_multipart()):
            part.set_boundary(f"=_{named}{depth or ''}")
        return made


def compose(message: Message, links: Links, federation: str) -> Email:
    """The mail that a message row stands for, in its recipient's language.

    The same row gives the same mail each time. Raises jinja2's UndefinedError where the message
    lacks an argument that its templates name.
    """
    unsubscribe = _unsubscribe(message, links)
    given = {name: _clean(name, value) for name, value in message.arguments.items()}
    with language.spoken(language.nearest(message.language)):
        known = {
            **given,
            "address": message.address,
            "federation": text.one_line(federation),
            "folder": f"email/{message.kind.value}",
            "lang": language.tag(),
            "direction": language.direction(),
            "links": links,
            "secret": lambda purpose: tokens.secret(purpose, message.nonce),
            "signed": lambda purpose, value: quote(tokens.signed(purpose, value)),
            "code": lambda purpose: tokens.code(purpose, message.nonce),
            "unsubscribe": unsubscribe,
            "why": _why(message),
        }
        subject = text.one_line(_rendered(f"{known['folder']}/subject.txt", known))
        return Email(
            address=message.address,
            subject=textwrap.shorten(subject, _LONGEST_SUBJECT, placeholder="…"),
            text=_wrapped(_rendered("email/layout.txt", known)),
            html=_rendered("email/layout.html", {**known, "subject": subject}),
            language=known["lang"],
            message_id=message.message_id,
            written_at=message.created_at,
            reply_to=given.get("reply_to", ""),
            unsubscribe=unsubscribe,
            calendar=carried.attachment(given["meetup"], links) if "meetup" in given else b"",
        )


def sample(kind: MessageKind) -> dict[str, Any]:
    """Made-up arguments for a kind of mail, to see what it looks like."""
    file = paths.TEMPLATES / "email" / kind.value / "sample.json"
    made: dict[str, Any] = json.loads(file.read_text())
    return made


def kinds() -> list[MessageKind]:
    """The kinds of mail that have templates."""
    return [kind for kind in MessageKind if (paths.TEMPLATES / "email" / kind.value).is_dir()]


@lru_cache(maxsize=1)
def style() -> str:
    """The style sheet that stands in each mail: a mail cannot bring files along."""
    return (paths.TEMPLATES / "email" / "style.css").read_text().strip()


def _address(spec: str, name: str = "") -> Address:
    try:
        return Address(name, addr_spec=spec)
    except HeaderParseError as wrong:
        raise ValueError(f"{spec!r} is no address") from wrong


def _unsubscribe(message: Message, links: Links) -> str:
    if message.kind.topic is None or message.user_id is None:
        return ""
    return links.unsubscribe(tokens.signed(UNSUBSCRIBE, f"{message.user_id}.{message.kind.topic}"))


def _why(message: Message) -> str:
    """Why somebody gets this mail, for its footer."""
    if message.user_id is None:
        return _("You get this because somebody named this address here.")
    return {
        MailTopic.APPLICATIONS: _("You get this because you take part in an application."),
        MailTopic.REVIEWS: _("You get this because you look after groups here."),
        MailTopic.ORGANIZING: _("You get this because you organize a group."),
        MailTopic.GROUPS: _("You get this because you are a member of the group."),
        MailTopic.MEETUPS: _("You get this because you answered a meetup."),
        None: _("You get this because it concerns your account; it cannot be switched off."),
    }[message.kind.topic]


def _clean(name: str, value: Any) -> Any:
    """A value without line breaks (unless it is prose), controls and direction overrides."""
    if isinstance(value, str):
        return text.plain(value).strip() if name in _PROSE else text.one_line(value)
    if isinstance(value, list):
        return [_clean(name, each) for each in value]
    if isinstance(value, dict):
        return {inner: _clean(inner, each) for inner, each in value.items()}
    return value


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja without Flask: a worker has no request, and no need of one."""
    made = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        autoescape=select_autoescape(("html",)),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_callables(language.gettext, language.plural, newstyle=True)  # type: ignore[attr-defined]  # of Jinja's i18n extension
    made.filters.update(quoted=_quoted, day=_day, moment=_moment)
    made.globals["style"] = Markup(style())  # noqa: S704  our own file, and nothing but CSS
    return made


def _rendered(template: str, known: Mapping[str, Any]) -> str:
    return environment().get_template(template).render(known)


@pass_eval_context
def _quoted(context: EvalContext, written: str) -> str:
    """What somebody wrote, apart from our own words: Markdown in HTML, "> " in text."""
    if context.autoescape:
        return Markup("<blockquote>%s</blockquote>") % Markup(text.markdown(written))  # noqa: S704  nh3 has cleaned it
    return "\n".join(f"> {line}".rstrip() for line in written.splitlines())


def _day(iso: str) -> str:
    """Wednesday, 10 June 2026."""
    return format_date(date.fromisoformat(iso[:10]), "full", locale=language.locale())


def _moment(iso: str, zone: str = "") -> str:
    """Wednesday, 10 June 2026, 18:30: on its own clock, or on that of a zone."""
    at = datetime.fromisoformat(iso)
    at = at.astimezone(ZoneInfo(zone)) if zone else at
    time = format_time(at, "short", locale=language.locale())
    return f"{format_date(at.date(), 'full', locale=language.locale())}, {time}"


def _wrapped(written: str) -> str:
    """Lines of at most 72 characters, addresses whole; never two blank lines in a row."""
    lines: list[str] = []
    for line in written.strip().splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.extend(_folded(line) or [""])
    return "\n".join(lines) + "\n"


def _folded(line: str) -> list[str]:
    if line == "-- ":  # what begins a signature (RFC 3676 section 4.3) ends in a space
        return [line]
    deeper = "> " if line.startswith("> ") else "  " if line.startswith(("- ", "  ")) else ""
    return textwrap.wrap(
        line,
        _WIDTH,
        subsequent_indent=deeper,
        break_long_words=False,
        break_on_hyphens=False,
    )
