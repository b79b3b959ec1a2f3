"""The style guide shows every token and component, and is for those who build."""

import re
from dataclasses import replace

from tests.conftest import CHECKOUT
from usergroups.app import create_app
from usergroups.web import styleguide

CSS = CHECKOUT / "static" / "css"


def test_it_shows_every_token(client, database):
    page = client.get("/dev/styleguide").text
    day, night = styleguide.tokens()
    shown = {*re.findall(r"<code>([a-z0-9-]+)", page)}
    told_elsewhere = {
        "sans",
        "serif",
        "round",
        "round-small",
        "shadow",
        "target",
        "wide",
        "measure",
    }
    assert day.keys() - shown == told_elsewhere
    assert night.keys() <= day.keys()


def test_words_can_be_read_by_day_and_by_night():
    for one in styleguide.colours():
        if one.name in {"ink", "soft", "accent", "accent-strong", "link", "leaf", "warn", "hold"}:
            assert min(one.ratios) >= 4.5, one
        if one.name.startswith("state-"):
            assert min(one.ratios) >= 4.5, one
        if one.name == "edge":
            assert min(one.ratios) >= 3, one


def test_more_contrast_is_more():
    sheet = (CSS / "tokens.css").read_text()
    light = sheet.split("@media (prefers-contrast: more) {")[1].split("@media")[0]
    dark = sheet.split("and (prefers-color-scheme: dark) {")[1].split("@media")[0]
    for text, paper in ((light, "#ffffff"), (dark, "#000000")):
        tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", text))
        for name, value in tokens.items():
            if name not in {"paper", "raised", "sunk"} and not name.endswith("wash"):
                assert styleguide.contrast(value, paper) >= 7, (name, value)


def test_the_design_names_every_token_and_every_sheet():
    said = (CHECKOUT / "docs" / "design.md").read_text()
    sheets = {file.name for file in (CSS / "components").glob("*.css")}
    assert [name for name in sheets if f"`{name}`" not in said] == []
    day, _night = styleguide.tokens()
    families = {re.sub(r"(-\d|-ink|-wash|-strong|-small)$", "", name) for name in day}
    assert [name for name in families if f"`{name}" not in said] == []


def test_nobody_finds_it_in_production(config):
    app = create_app(replace(config, environment="production", secret_key="x" * 40))
    assert app.test_client().get("/dev/styleguide").status_code == 404
