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
        f"{module.name}:{node.lineno}"
        for module in modules()
        for function in module.functions()
        for first, node in enumerate_imports(function)
        if not module.explains(first)
    }
    assert silent == set()


def enumerate_imports(function: Function) -> Iterator[tuple[int, ast.stmt]]:
    """The imports in a function, each with the line its run of imports begins at."""
    previous, first = -1, -1
    for node in ast.walk(function):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if node.lineno != previous + 1:
                first = node.lineno
            previous = node.end_lineno or node.lineno
            yield first, node
