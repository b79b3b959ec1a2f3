"""Templates compiled for one language: phrases without variables are translated beforehand.

A page has some forty of them; looking each up again for every reader costs more than its queries.
"""

from functools import lru_cache
from threading import RLock
from typing import Any

from flask import current_app
from jinja2 import Environment, Template, nodes
from jinja2.visitor import NodeTransformer

from usergroups.web import language

_NAMES = {"_", "gettext"}
# Of threads that want a page at once, after a start, one compiles it and the others wait.
_compiling = RLock()


class _Phrases(NodeTransformer):
    """Puts the translation in the place of `_("…")`, as the markup that it is."""

    def visit_Output(self, output: nodes.Output) -> nodes.Node:  # noqa: N802  the visitor's way
        """Where it is written out it becomes one piece with the markup around it."""
        output.nodes = [
            node if said is None else nodes.TemplateData(said, lineno=node.lineno)
            for node, said in ((node, _said(node)) for node in output.nodes)
        ]
        return self.generic_visit(output)

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802  the visitor's way
        """Anywhere else it is a value."""
        said = _said(call)
        if said is None:
            return self.generic_visit(call)
        value = nodes.Const(said, lineno=call.lineno)
        return nodes.MarkSafeIfAutoescape(value, lineno=call.lineno)


def _said(node: nodes.Node) -> str | None:
    """What a call of gettext with nothing but a constant says; None for all other nodes."""
    if not isinstance(node, nodes.Call) or not isinstance(node.node, nodes.Name):
        return None
    if node.node.name not in _NAMES or node.kwargs or len(node.args) != 1:
        return None
    said = node.args[0]
    return str(language.gettext(said.value)) if isinstance(said, nodes.Const) else None


class _Template(Template):
    """A template whose macros are made once: those of Jinja are made again where globals differ.

    Here all templates have the globals of their environment and no others, and finding that out
    for each `{% from … import … %}` of each page costs more than most macros.
    """

    def _get_default_module(self, _ctx: Any = None) -> Any:
        return super()._get_default_module()


class _Translated(Environment):
    """An environment whose templates speak the language that is chosen when they are compiled."""

    template_class = _Template

    def _load_template(self, name: str, globals: Any) -> Template:  # noqa: A002  Jinja's own name
        with _compiling:
            return super()._load_template(name, globals)

    def _generate(self, source: nodes.Template, *rest: Any, **options: Any) -> str:
        translated = _Phrases().visit(source)
        return super()._generate(translated, *rest, **options)


@lru_cache(maxsize=16)
def _environment(base: Environment, _language: str) -> Environment:
    made = base.overlay()
    made.__class__ = type("Translated", (_Translated, type(base)), {})
    return made


def environment() -> Environment:
    """The environment of templates for the language of this answer."""
    with _compiling:
        return _environment(current_app.jinja_env, language.chosen())
