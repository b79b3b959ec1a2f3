"""What folium puts into a page as program text must never come from people."""

import ast
from pathlib import Path

import pytest

from usergroups import paths

# folium writes the words given to these into JavaScript template literals, or as HTML.
UNSAFE = {
    "Popup", "Tooltip", "DivIcon", "GeoJsonTooltip", "GeoJsonPopup", "FeatureGroup",
    "FastMarkerCluster", "Html", "IFrame",
}  # fmt: skip
USERS_OF_FOLIUM = {"formats/group_map.py", "formats/map_layers.py"}


def names(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            found |= {alias.name.split(".")[-1] for alias in node.names}
            found |= set((getattr(node, "module", None) or "").split("."))
    return found


def sources() -> list[Path]:
    return sorted(paths.PACKAGE.rglob("*.py"))


def uses_folium(path: Path) -> bool:
    return bool({"folium", "branca", "map_layers"} & names(ast.parse(path.read_text())))


def test_folium_is_used_in_two_files() -> None:
    found = {path.relative_to(paths.PACKAGE).as_posix() for path in sources() if uses_folium(path)}
    assert found == USERS_OF_FOLIUM


@pytest.mark.parametrize("path", sorted(USERS_OF_FOLIUM))
def test_nothing_of_folium_that_takes_markup_is_used(path: str) -> None:
    assert UNSAFE & names(ast.parse((paths.PACKAGE / path).read_text())) == set()


@pytest.mark.parametrize(
    "script", sorted((paths.STATIC / "map").glob("*.js")), ids=lambda it: it.name
)
def test_our_scripts_write_text_and_no_markup(script: Path) -> None:
    text = script.read_text()
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                 "new Function", "bindPopup", "bindTooltip", "divIcon", "://"):  # fmt: skip
        assert word not in text.replace("http://www.w3.org/2000/svg", ""), word
