"""The mailbox of a development set-up: what was written as files, and a sample of every mail.

Mails hold links that sign people in, so that it is for browsers on the same machine alone.
"""

import base64
import hashlib
import ipaddress
from email.message import EmailMessage

from flask import Blueprint, Response, request

from usergroups import clock, emails
from usergroups.errors import NotFoundError
from usergroups.models import Message, MessageKind
from usergroups.queries import mailbox
from usergroups.web import headers, site
from usergroups.web.access import public
from usergroups.web.templating import render

blueprint = Blueprint("mailbox", __name__)


@blueprint.before_request
def _only_here() -> None:
    """Nobody finds it elsewhere than in development, from this machine, without a mail server."""
    config = site.config()
    near = ipaddress.ip_address(request.remote_addr or "::").is_loopback
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    if config.environment != "development" or config.mail_url or not near or passed_on:
        raise NotFoundError("there is no such page")


@blueprint.get("/dev/mail")
@public
def index() -> str:
    """The newest mails, and samples of all kinds."""
    return render(
        "mailbox/index.html", mails=mailbox.newest(site.config().mailbox), kinds=emails.kinds()
    )


@blueprint.get("/dev/mail/<name>")
@public
def show(name: str) -> Response:
    """One mail: who, what, as text and as HTML."""
    answer = Response(render("mailbox/show.html", name=name, mail=_mail(name)))
    policy = headers.content_security_policy()
    answer.headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
    return answer


@blueprint.get("/dev/mail/<name>/html")
@public
def html(name: str) -> Response:
    """Its HTML, for the frame: without scripts, and with no style but the mails' own."""
    part = _mail(name).get_body(("html",))
    if part is None:
        raise NotFoundError("this mail has no HTML")
    written = part.get_content().replace("\r\n", "\n")  # as the style sheet has its lines
    answer = Response(written.replace("<head>", '<head><base target="_top">', 1))
    digest = base64.b64encode(hashlib.sha256(emails.style().encode()).digest()).decode()
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'self'"
    )
    return answer


def _mail(name: str) -> EmailMessage:
    """The mail of this name; the sample of a kind by the name of the kind."""
    if name in set(MessageKind):
        return _sample(MessageKind(name))
    return mailbox.mail(site.config().mailbox, name)


def _sample(kind: MessageKind) -> EmailMessage:
    message = Message(
        kind=kind,
        user_id=0,
        address="ada@example.org",
        language="en",
        arguments=emails.sample(kind),
        nonce="sample",
        message_id=f"<{kind}@usergroups.invalid>",
        created_at=clock.now(),
    )
    name = site.federation().name
    return emails.compose(message, site.links(), name).message(site.config().sender, name)
