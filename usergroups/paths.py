"""Where what is not Python stands: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_BUNDLED = PACKAGE / "_beside"
ROOT = _BUNDLED if _BUNDLED.is_dir() else PACKAGE.parent
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
MIGRATIONS = ROOT / "migrations"
IN_CHECKOUT = not _BUNDLED.is_dir()
