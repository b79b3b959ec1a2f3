"""Whatever our reader has to say of a calendar is said in words."""

import re
from itertools import chain
from pathlib import Path

import pytest

from usergroups.formats import ical
from usergroups.web import calendar_words

_CODE = "\n".join(file.read_text() for file in Path(ical.__path__[0]).glob("*.py"))
WARNINGS = {
    *re.findall(r'warnings\["(\w+)"\]', _CODE),
    *chain(*re.findall(r'warnings\["(\w+)" if \w+ else "(\w+)"\]', _CODE)),
    *re.findall(r'return "(not_utf8|bad_rrule|rrule_too_dense)"', _CODE),
}
REASONS = {
    *re.findall(r'UnreadableError\("(\w+)"\)', _CODE),
    *re.findall(r'skipped\.append\(\(uid, "(\w+)"\)\)', _CODE),
    *("nested", "unclosed"),
}


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_each_warning_has_a_sentence(app, code):
    assert len(WARNINGS) > 25
    with app.test_request_context():
        (said,) = calendar_words.warnings({"warnings": [code]})
    assert said.endswith(".")


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_each_reason_of_leaving_out_has_words_of_its_own(app, reason):
    def said(why: str) -> str:
        return calendar_words.left_out({"left_out": 1, "skipped": [{"uid": "x", "reason": why}]})

    assert len(REASONS) > 6
    with app.test_request_context():
        assert reason == "unreadable" or said(reason) != said("a code of another release")
        assert said("a code of another release") == "1 entry is left out: that cannot be read."
