"""Nothing grows beyond what one can take in: files, functions, handlers, hidden imports."""

import ast
from collections.abc import Iterator

from tests.code.source import Function, Module, modules

FILE, FUNCTION, HANDLER = 400, 40, 15
ROUTES = {"route", "get", "post", "put", "patch", "delete"}

# What may be longer, and why: "usergroups/path.py" or "usergroups/path.py:function".
EXCEPTIONS: dict[str, str] = {}


def body_lines(function: Function) -> int:
    """Lines from the first statement to the last, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def is_handler(module: Module, function: Function) -> bool:
    """Whether an address leads to this function."""
    return module.name.startswith("usergroups/web/") and any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in ROUTES
        for decorator in function.decorator_list
    )


def over_budget() -> Iterator[tuple[str, int]]:
    """What is longer than it may be, and by how many lines it stands."""
    for module in modules():
        if len(module.lines) > FILE:
            yield module.name, len(module.lines)
        for function in module.functions():
            budget = HANDLER if is_handler(module, function) else FUNCTION
            if (length := body_lines(function)) > budget:
                yield f"{module.name}:{function.name}", length


def test_files_functions_and_handlers_are_short() -> None:
    assert {name: lines for name, lines in over_budget() if name not in EXCEPTIONS} == {}


def test_every_exception_is_still_needed_and_has_a_reason() -> None:
    assert set(EXCEPTIONS) <= dict(over_budget()).keys()
    assert all(EXCEPTIONS.values())


def test_imports_inside_functions_say_why() -> None:
    silent = {
        f"{module.name}:{line}"
        for module in modules()
        for function in module.functions()
        for line in beginnings(module, function)
        if not module.explains(line)
    }
    assert silent == set()


def beginnings(module: Module, function: Function) -> Iterator[int]:
    """Where each run of imports in a function begins; blank lines within it do not end it."""
    previous = 0
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom):
            between = module.lines[previous : node.lineno - 1]
            if not previous or any(line.strip() for line in between):
                yield node.lineno
            previous = node.end_lineno or node.lineno
