import csv
import io

import pytest

from usergroups.formats.cells import guard, unguard, write_table


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_text(cell):
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Győr", "'quoted", "1-1", -5, 2.5, None])
def test_everything_else_stays_as_it_is(cell):
    assert guard(cell) == cell


def test_a_table_reads_back():
    rows = [["=1", 'a "b"', "two\nlines"], ["x", -1, ""]]
    text = write_table(["one", "two", "three"], rows)
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["one", "two", "three"],
        ["'=1", 'a "b"', "two\nlines"],
        ["x", "-1", ""],
    ]
