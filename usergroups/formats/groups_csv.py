"""The groups file: CSV ⇄ rows. Every row that is wrong is named by its line, with the reason."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from usergroups.errors import DomainError, InvalidInputError
from usergroups.formats.cells import unguard, write_table
from usergroups.inputs.fields import read
from usergroups.inputs.group_row import COLUMNS, REQUIRED, GroupRow
from usergroups.models import Group, LinkKind
from usergroups.text import slugify


class GroupsFileError(DomainError):
    """The file as a whole cannot be read; the message says what was expected."""

    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its line number, and either what it says or why it cannot stand."""

    number: int
    row: GroupRow | None
    reason: str = ""


def read_groups(content: bytes) -> list[Line]:
    """All rows of a file, good and bad.

    Raises GroupsFileError where the file is not UTF-8, has unknown or missing columns, or the
    same slug twice would leave it open which row counts: that one is a bad row, not an error.
    """
    reader = csv.DictReader(io.StringIO(_decode(content), newline=""), strict=True)
    _check_header(reader.fieldnames)
    return list(_without_repeats(_lines(reader)))


def write_groups(groups: Iterable[Group]) -> str:
    """The same columns for groups whose links are loaded; reading them again changes nothing."""
    return write_table(COLUMNS, map(_cells, groups))


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content.count(b"\n", 0, wrong.start) + 1
        column = wrong.start - content.rfind(b"\n", 0, wrong.start)
        raise GroupsFileError(
            f"line {line}, column {column}: expected UTF-8, found the byte "
            f"0x{content[wrong.start]:02x}; save the file as UTF-8"
        ) from wrong


def _check_header(names: Iterable[str] | None) -> None:
    header = list(names or ())
    if not header:
        raise GroupsFileError(f"line 1: expected the columns {','.join(COLUMNS)}, found nothing")
    for name in header:
        if name not in COLUMNS:
            raise GroupsFileError(
                f"line 1, column {header.index(name) + 1}: {name!r} is no column; "
                f"expected some of {','.join(COLUMNS)}"
            )
        if header.count(name) > 1:
            raise GroupsFileError(f"line 1: the column {name!r} stands there twice")
    if absent := [name for name in REQUIRED if name not in header]:
        raise GroupsFileError(f"line 1: the column {absent[0]!r} is missing")


def _lines(reader: "csv.DictReader[str]") -> Iterator[Line]:
    while True:
        number = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as broken:
            yield Line(number, None, f"not CSV: {broken}")
            return
        yield _line(number, dict(values))


def _line(number: int, values: dict[str | None, str | list[str] | None]) -> Line:
    if None in values or None in values.values():
        return Line(number, None, "it has more or fewer cells than the first line has columns")
    try:
        cells = {str(name): unguard(str(cell)) for name, cell in values.items()}
        return Line(number, read(GroupRow, cells))
    except InvalidInputError as refused:
        return Line(number, None, str(refused))


def _without_repeats(lines: Iterable[Line]) -> Iterator[Line]:
    first: dict[str, int] = {}
    for line in lines:
        slug = line.row.slug or slugify(line.row.name) if line.row else None
        if slug and slug in first:
            reason = f"slug: {slug!r} stands on line {first[slug]} already; slugs are unique"
            yield Line(line.number, None, reason)
        else:
            if slug:
                first[slug] = line.number
            yield line


def _cells(group: Group) -> tuple[object, ...]:
    website = next((link.url for link in group.links if link.kind is LinkKind.WEBSITE), "")
    return (
        group.name, group.slug, group.city, group.region, group.country, group.latitude,
        group.longitude, group.timezone, group.founded_on or "", website, group.status.value,
        group.members_elsewhere,
    )  # fmt: skip
