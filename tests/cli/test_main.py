from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "pandas", "pyarrow", "ibis", "scipy", "matplotlib", "typst", "duckdb")


@pytest.mark.parametrize("arguments", [["--help"], ["data", "--help"], ["framework", "--help"], ["run", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys; sys.argv = ['kaldor', *sys.argv[1:]]\n"
        "from kaldor.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_reads_like_a_table_of_contents():
    done = _kaldor("--help")
    assert done.returncode == 0
    for command in ("demo", "run", "data", "framework"):
        assert command in done.stdout


def test_an_error_is_one_message_and_exit_code_2(tmp_path):
    done = _kaldor("run", str(tmp_path / "nowhere.toml"))
    assert done.returncode == 2
    assert done.stderr.startswith("kaldor: ")
    assert "nowhere.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_printed():
    assert _kaldor("--version").stdout.startswith("kaldor 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ("economy", "footprint", "--on=starter", "--extension=co2", "--region=DEU\n=cmd"),
        ("economy", "footprint", "--on=starter", "--extension=co2", "--out=a\nb.csv"),
        ("economy", "foot\x1b[2Jprint"),
        ("\x1b]0;title\x07",),
    ],
)
def test_no_control_character_that_was_typed_reaches_the_terminal(arguments, tmp_path):
    done = _kaldor(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
    (line,) = done.stderr.splitlines()
    assert line.isprintable()
    assert line.endswith("holds a line break or another control character. Type it without.")


def test_no_control_character_of_a_file_reaches_the_terminal(tmp_path):
    (tmp_path / "study.toml").write_text('title = "x"\n"a\\u001b[2Jb" = 1\n')
    done = _kaldor("run", str(tmp_path / "study.toml"), cwd=tmp_path)
    assert done.returncode == 2
    assert all(line.isprintable() for line in done.stderr.splitlines())
    assert "a\\x1b[2Jb" in done.stderr


def _kaldor(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kaldor", *arguments]
    return subprocess.run(command, capture_output=True, cwd=cwd, text=True, check=False)


def test_a_command_does_not_look_for_garbage_all_the_time_and_a_server_does_as_usual():
    code = (
        "import gc, sys; usual = gc.get_threshold(); sys.argv = ['kaldor', 'economy', 'upstream', '--on', 'starter']\n"
        "from kaldor.cli import collector\n"
        "from kaldor.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        "looks = sum(one['collections'] for one in gc.get_stats())\n"
        "collector.look_as_usual()\n"
        "print(looks, gc.get_threshold() == usual)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    looks, usual = done.stdout.splitlines()[-1].split()
    assert int(looks) < 100  # some 300 where Python decides; those of the imports before `main` stay
    assert usual == "True"
