"""Every act that is recorded somewhere has a sentence, and every sentence an act."""

import ast
import re
from collections.abc import Iterator

from tests.code.source import Module, modules
from usergroups.web.audit_words import ACTS, nouns

ACT = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded() -> dict[str, str]:
    """Acts by the file that records them."""
    return {
        act: module.name
        for module in modules()
        if any(records(node) for node in ast.walk(module.tree))
        for act in acts(module)
    }


def records(node: ast.AST) -> bool:
    """Whether this calls audit.record."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in {"audit.record", "record"}


def acts(module: Module) -> Iterator[str]:
    """Every word of the form of an act in a file that records some: it may reach the call later."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if ACT.fullmatch(node.value):
                yield node.value
        elif isinstance(node, ast.JoinedStr) and ACT.fullmatch(plain := begun(node)):
            yield plain


def begun(node: ast.JoinedStr) -> str:
    """The act with a word in the place of what is filled in: `event.outcome_value`."""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "_filled_in" for part in node.values
    )


def has_sentence(act: str) -> bool:
    """Whether it has one; an act with something filled in, at least one like it."""
    pattern = re.compile(re.escape(act).replace("_filled_in", "[a-z_]+"))
    return any(pattern.fullmatch(known) for known in ACTS)


def test_there_are_acts() -> None:
    assert {"group.added", "charter.rule_changed", "event._filled_in"} <= set(recorded())


def test_every_act_has_a_sentence() -> None:
    assert {act: name for act, name in recorded().items() if not has_sentence(act)} == {}


def test_every_sentence_has_an_act() -> None:
    patterns = [act.replace("_filled_in", "[a-z_]+") for act in recorded()]
    idle = {act for act in ACTS if not any(re.fullmatch(pattern, act) for pattern in patterns)}
    assert idle == set()


def test_every_act_can_be_looked_for_by_its_noun() -> None:
    assert {act.partition(".")[0] + "." for act in ACTS} <= {noun for noun, _ in nouns()}


def test_no_details_hold_names() -> None:
    """What is given to an entry besides its states ends in `_id`, or is none of a person's."""
    personal = {"name", "email", "address", "user", "who", "text", "why", "reason"}
    found = {
        (module.name, keyword.arg)
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and records(node)
        for keyword in node.keywords
        if keyword.arg in personal
    }
    assert found == set()
