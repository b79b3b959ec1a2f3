"""Asking one thing again and again over a few open connections, as fast as it is answered."""

import socket
import threading
import time
from dataclasses import dataclass, field

CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and the status its answer must have."""

    path: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def as_bytes(self, port: int) -> bytes:
        """The request as it goes over the wire."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def answers_per_second(port: int, question: Question, seconds: float) -> float:
    """How many right answers came in a second, over all connections."""
    counts = [0] * CONNECTIONS
    failures: list[BaseException] = []
    until = time.perf_counter() + seconds

    def ask(number: int) -> None:
        try:
            counts[number] = _ask_until(until, port, question)
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(f"{question.path}: {failures[0]}") from failures[0]
    return sum(counts) / (time.perf_counter() - began)


def headers_of(port: int, question: Question) -> dict[str, str]:
    """The headers of one answer, by lower-case name."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(question.as_bytes(port))
        head, _ = _read(connection, b"")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }


def _ask_until(until: float, port: int, question: Question) -> int:
    request, wanted = question.as_bytes(port), f"HTTP/1.1 {question.status} ".encode()
    count, rest = 0, b""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            connection.sendall(request)
            head, rest = _read(connection, rest)
            if not head.startswith(wanted):
                raise RuntimeError(f"expected {question.status}, got {head[:60]!r}")
            count += 1
    return count


def _read(connection: socket.socket, rest: bytes) -> tuple[bytes, bytes]:
    """One answer's head, its body thrown away, and what came after it."""
    while b"\r\n\r\n" not in rest:
        rest += _more(connection)
    head, _, rest = rest.partition(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 304"):
        return head, rest
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise RuntimeError("an answer without Content-Length")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    while len(rest) < length:
        rest += _more(connection)
    return head, rest[length:]


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(1 << 18)
    if not data:
        raise RuntimeError("the server hung up")
    return data
