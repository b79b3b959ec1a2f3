"""What saving something did."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a thing that was saved."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def assign(row: object, values: dict[str, object]) -> bool:
    """Set the attributes that differ; answers whether any did."""
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)
