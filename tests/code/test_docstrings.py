"""What the domain offers says what it gives."""

import ast

from tests.code.source import Module, modules

DOMAIN = ("services", "queries", "formats", "gazetteer", "federation", "clients", "permissions.py")


def undescribed(module: Module) -> set[str]:
    """Public functions, classes and methods of public classes without a docstring."""
    missing = set()
    for node in module.tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            missing |= {f"{node.name}.{name}" for name in _bare(node.body)}
    return missing | _bare(module.tree.body)


def _bare(body: list[ast.stmt]) -> set[str]:
    return {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    }


def test_public_functions_of_the_domain_say_what_they_give() -> None:
    found = {f"{module.name}:{name}" for module in modules(*DOMAIN) for name in undescribed(module)}
    assert found == set()


def test_every_file_says_what_it_is_for() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []
