"""The page's own logic, without a browser: `node --test` on its sources, where Node and the page's packages are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"


def test_the_logic_of_the_page_makes_what_it_should_of_figures() -> None:
    node = shutil.which("node")
    if node is None or not (WEB / "node_modules" / "vite").is_dir():
        pytest.skip("needs Node and the page's packages: npm ci in web")
    done = subprocess.run(
        [node, "--test", "tests/logic.test.mjs"], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
