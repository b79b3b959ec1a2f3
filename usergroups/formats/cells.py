"""Tables for spreadsheets: CSV (RFC 4180), its cells such that no spreadsheet runs them."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that a spreadsheet would run as a formula (OWASP "CSV injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_table(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """The rows below their header, each cell guarded."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(map(guard, header))
    for row in rows:
        writer.writerow(guard(cell) for cell in row)
    return out.getvalue()


def guard(cell: object) -> object:
    """The cell with an apostrophe before it where it begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def unguard(cell: str) -> str:
    """What was guarded."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
