"""The numbers that order answers, shared by those who write the gazetteer and who read it."""

# While typing, a name that is complete goes before one that only begins so, up to this many
# times larger: "Rom" is Rome rather than Romford.
EXACT = 8
# Up to so many letters, suggestions come from a table of PREFIXED places each.
FEW_LETTERS = 3
PREFIXED = 12
# A country's name means its capital unless a city of this weight bears it ("Georgia", "Malta").
WEIGHTY = 50_000
# Of longer beginnings, so many places are looked at.
MANY = 200
# Misspelt names are sought among keys of at least this weight.
KNOWN = 2500
# The ids of those keys begin with their length, so that others are not even read.
PER_LENGTH = 1 << 20
# A letter wrong makes a place this many powers of ten less likely.
PER_EDIT = 2.2
GUESSES = 5


def edits_allowed(key: str) -> int:
    """How many letters of a name may be wrong: one of five, two of nine, three of more."""
    return 1 + (len(key) > 5) + (len(key) > 9)  # noqa: PLR2004 (the docstring names them)
