"""A real SMTP server on the loopback, which notes what it takes and can be made to hesitate."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session


class MailServer:
    """What aiosmtpd asks at each step; some addresses are refused."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.encrypted: list[bool] = []
        self.signed_in: list[tuple[bytes, bytes]] = []
        self.url = ""
        # The step ("RCPT", "DATA", "QUIT") before whose answer the server waits, and that it does.
        self.hesitates_at = ""
        self.hesitates = threading.Event()

    def forget_hesitating(self) -> None:
        """Answer at once from here on."""
        self.hesitates_at = ""
        self.hesitates.clear()

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._answer("RCPT")
        if address.startswith("nobody@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("slow@"):
            await asyncio.sleep(60)
        if address.startswith("later@"):
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the same
        self, _server: Any, session: Session, envelope: Envelope
    ) -> str:
        if envelope.rcpt_tos == ["picky@example.org"]:
            return "554 5.7.1 not this one"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(mail)
        self.encrypted.append(session.ssl is not None)
        await self._answer("DATA")
        return "250 OK"

    async def handle_QUIT(  # noqa: N802  the same
        self, _server: Any, _session: Session, _envelope: Envelope
    ) -> str:
        await self._answer("QUIT")
        return "221 Bye"

    def authenticate(self, *asked: Any) -> AuthResult:
        """Note who signs in; everybody but `wrong` may."""
        data = asked[-1]
        self.signed_in.append((data.login, data.password))
        return AuthResult(success=data.password != b"wrong", handled=False)

    async def _answer(self, step: str) -> None:
        if step == self.hesitates_at:
            self.hesitates.set()
            while step == self.hesitates_at:  # noqa: ASYNC110  changed by another thread
                await asyncio.sleep(0.01)


@contextmanager
def serving(**options: Any) -> Iterator[MailServer]:
    """The server for the length of a with block, on a port of its own."""
    server = MailServer()
    with socket.socket() as probe:  # aiosmtpd wants to know its port beforehand
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port, **options)
    controller.start()
    server.url = f"smtp://127.0.0.1:{port}"
    try:
        yield server
    finally:
        server.forget_hesitating()
        controller.stop()
