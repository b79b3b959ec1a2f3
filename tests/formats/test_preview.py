import os
import subprocess
import sys

import pytest

from usergroups import assets
from usergroups.formats import preview
from usergroups.formats.preview import Preview

pytestmark = pytest.mark.skipif(
    bool(assets.missing()) and os.environ.get("CI") != "true",
    reason="needs built assets: make setup",
)


@pytest.mark.parametrize("name", ["UG Paris", "<b>" * 60, "京都 " * 40, "", "x" * 300])
def test_any_name_and_place_can_be_drawn(name):
    for at in ((48.85, 2.35), (-16.8, 179.99), (90.0, 0.0)):
        made = preview.render(
            Preview(name=name, place=name, federation=name, latitude=at[0], longitude=at[1])
        )
        assert made.startswith(b"\x89PNG")
        assert len(made) < 150_000


def test_whoever_asks_for_it_does_not_load_pillow():
    told = "import sys, usergroups.web.place_maps; print('PIL' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_whoever_waits_too_long_is_sent_away(monkeypatch):
    monkeypatch.setattr(preview, "_PATIENCE", 0.01)
    with preview._drawing, pytest.raises(preview.BusyError):
        preview.draw(Preview("only", "here", "now", 1.0, 2.0))
