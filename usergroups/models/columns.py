"""Column types and checks that several tables share."""

import secrets
from enum import StrEnum

from sqlalchemy import CheckConstraint, Enum

# No vowels, no look-alikes: nothing is spelt by chance and nothing misread from a poster.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 10


def public_id() -> str:
    """What a row is known by in addresses: ten letters and digits that nobody can guess."""
    number, letters = secrets.randbelow(len(_ALPHABET) ** _LENGTH), ""
    for _ in range(_LENGTH):
        number, letter = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[letter]
    return letters


def enum_column(kind: type[StrEnum], *, grows: bool = False) -> Enum:
    """A state, stored as its word; the database refuses other words.

    A kind that grows with every release is held by its handlers and their tests instead.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=not grows,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda states: [state.value for state in states],
    )


def position_checks() -> tuple[CheckConstraint, ...]:
    """Latitude and longitude in degrees, both or neither."""
    return (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="position_whole"),
    )
