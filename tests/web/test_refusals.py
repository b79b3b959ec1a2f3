import ast
import inspect
from collections import Counter

from usergroups.web import refusals


def test_each_code_has_one_sentence():
    """The sentences of several parts are merged: a second one would hide the first in silence."""
    tree = ast.parse(inspect.getsource(refusals))
    parts = [part for part in ast.walk(tree) if isinstance(part, ast.Dict)]
    codes = Counter(ast.literal_eval(key) for part in parts for key in part.keys if key)
    assert "empty" in codes
    assert [code for code, times in codes.items() if times > 1] == []
