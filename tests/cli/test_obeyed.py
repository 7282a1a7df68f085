"""No text of anybody's is obeyed by a terminal: on the screen, in a bar, as JSON or in an error."""

from __future__ import annotations

import json
import re

import pytest

from kaldor.atlas.store import Store
from kaldor.cli import screen
from kaldor.errors import printable_json
from tests.atlas.plain_folders import small_economy
from tests.hostile.doors import kaldor

ESC, CSI, TURNED = "\x1b[2J", "\x9b2J", "\u202egpj"
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
SCENARIO = 'id = "a"\ntitle = "@"\n[[levers]]\nlever = "material-efficiency"\nstrength = 20\nregions = ["IND"]\n'
SHOCK = 'id = "a"\ntitle = "@"\n[[events]]\nkind = "capacity"\nregions = ["IND"]\nsectors = ["metals"]\nshare = 0.1\ndays = 7\n'  # noqa: E501
EVENT = 'id = "a"\ntitle = "@"\nwhen = "w"\ndeclared = "d"\nmay_miss = "m"\nruns = []\npublished = []\n'
STUDY = 'title = "@"\ncountry = "IND"\npeers = ["CHN"]\nyear = 2018\neconomy = "starter"\n'
FILES = {
    "twin run": (SCENARIO, ["--on=starter"]),
    "twin compare": (SCENARIO, ["--on=starter"]),
    "twin shock": (SHOCK, ["--on=starter"]),
    "twin events": (EVENT, ["--on=starter"]),
    "run": (STUDY, []),
}


UNSEEN = {
    r"T\u001b[2J": "a control character (U+001B)",
    r"T\u202e 10": "a control character (U+202E)",
    r"T\u2067 10": "a control character (U+2067)",
    r"T\uffff": "U+FFFF, which is no character",
    r"T\U0001fffe": "U+1FFFE, which is no character",
}


@pytest.mark.parametrize("command", FILES)
@pytest.mark.parametrize("title", UNSEEN)
def test_a_declared_text_with_what_no_reader_sees_is_refused(tmp_path, command, title):
    text, options = FILES[command]
    (tmp_path / "given.toml").write_text(text.replace("@", title), "utf-8")
    ended = kaldor(*command.split(), str(tmp_path / "given.toml"), *options)
    assert ended.code == 2
    assert f"title: holds {UNSEEN[title]}" in ended.err
    assert not OBEYED.search(ended.err)


def test_what_a_store_holds_from_before_is_shown_written_out(tmp_path, monkeypatch):
    """Titles with control characters were once taken; the store is older than the check."""
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    assert kaldor("data", "add", str(small_economy(tmp_path / "own")), "--as", "own").code == 0
    manifest = next(tmp_path.glob("store/**/manifest.json"))
    held = json.loads(manifest.read_text("utf-8"))
    held["source"] |= {"title": f"T{CSI}{TURNED}", "citation": f"c{TURNED}", "notes": [f"n{CSI}"]}
    manifest.write_text(json.dumps(held), "utf-8")
    assert Store(tmp_path / "store").path.is_dir()
    for command in (["data", "list"], ["data", "info", "own"], ["data", "check"], ["economy", "linkages", "--on=own"]):
        for more in ([], ["--json"]):
            ended = kaldor(*command, *more)
            assert not OBEYED.search(ended.out + ended.err), (command, more)


def test_json_says_the_same():
    value = {"a": f"x{ESC}{CSI}{TURNED}\u2028", "b": ["é", "中"]}
    shown = printable_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(shown) == value
    assert not OBEYED.search(shown)
    assert "中" in shown


def test_a_console_and_a_bar_write_them_out(capsys):
    screen.console().print(f"a{ESC}b\nc", markup=False)
    assert capsys.readouterr().out == "a\\x1b[2Jb\nc\n"
    assert screen.escaped(f"reading {ESC}[red]") == "reading \\x1b[2J\\[red]"
