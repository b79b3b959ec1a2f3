"""Secrets that go out in mails: made again from what is stored, recognized by a hash.

A secret is HMAC-SHA256(key, purpose + nonce) (RFC 2104). A mail that is written twice carries the
same one, and whoever reads the database alone can make none. A signed value needs no row: it
stands in the token itself, readable, and the secret made of it beside it.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from usergroups.errors import SetupError

_key: bytes | None = None


def sign_with(key: str) -> None:
    """Bind this process to the secret key."""
    global _key  # noqa: PLW0603  one process has one key
    _key = key.encode()


def nonce() -> str:
    """A new random value that no secret was made of before."""
    return secrets.token_urlsafe(18)


def secret(purpose: str, nonce: str) -> str:
    """The secret for a purpose and a nonce: 43 characters that may stand in an address.

    Raises SetupError before `sign_with`.
    """
    if _key is None:
        raise SetupError("no secret key: tokens.sign_with() comes first")
    made = hmac.digest(_key, f"{purpose}\n{nonce}".encode(), "sha256")
    return urlsafe_b64encode(made).decode().rstrip("=")


def code(purpose: str, nonce: str) -> str:
    """Six digits for a purpose and a nonce, for people to type: good for a few tries only."""
    return f"{int.from_bytes(secret(purpose, nonce).encode()) % 1_000_000:06}"


def signed(purpose: str, value: str) -> str:
    """A token that says a value and proves that we wrote it, good for this purpose alone."""
    return f"{value}.{secret(purpose, value)}"


def value_of(purpose: str, token: str) -> str | None:
    """The value of a token that we signed for this purpose; None for any other."""
    value, _, proof = token.rpartition(".")
    ours = hmac.compare_digest(proof.encode(), secret(purpose, value).encode())
    return value if ours else None


def hashed(secret: str) -> str:
    """What is stored of a secret, and what it is found by."""
    return hashlib.sha256(secret.encode()).hexdigest()
