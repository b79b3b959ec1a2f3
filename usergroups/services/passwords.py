"""Passwords: kept as argon2id (RFC 9106), compared at the same cost whether there is one or not."""

from functools import lru_cache
from typing import NewType

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from usergroups.errors import InvalidInputError, Refusal

# One as it is kept: argon2id in PHC form.
Password = NewType("Password", str)

SHORTEST = 10
# Of 4: guessed in fewer than 10^8 tries where it is less.
_STRONG_ENOUGH = 3

_hasher = PasswordHasher()


def hashed(password: str) -> Password:
    """The password as it is kept."""
    return Password(_hasher.hash(password))


def matches(kept: str, password: str) -> bool:
    """Whether it is the password. Where none is kept, a dummy is compared at the same cost."""
    try:
        return _hasher.verify(kept or _dummy(), password) and bool(kept)
    except VerificationError:
        return False


def refuse_weak(password: str, *about: str) -> None:
    """Raise InvalidInputError for a password that is short or among the first to be guessed.

    Guesses are counted by zxcvbn (Wheeler, 2016), against its lists of passwords that were found in
    breaches and the words given `about` the person; nothing is asked of a network.
    """
    if len(password) < SHORTEST:
        raise InvalidInputError(
            {
                "password": Refusal(
                    "password_short",
                    f"expected at least {SHORTEST} characters",
                    {"least": SHORTEST},
                )
            }
        )
    # Its lists weigh 20 MB, and few processes are ever asked.
    from zxcvbn import zxcvbn

    if zxcvbn(password[:100], user_inputs=list(about))["score"] < _STRONG_ENOUGH:
        raise InvalidInputError(
            {"password": Refusal("password_weak", "it is among the first that are guessed")}
        )


@lru_cache(maxsize=1)
def _dummy() -> str:
    return hashed("a password that nobody has")
