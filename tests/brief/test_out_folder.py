"""The folder of a brief: what runs made in it is replaced whole, everything else stays as it is."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import nullcontext
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.brief import replacing, strangers
from kaldor.brief.made import RECORD, made_in
from kaldor.brief.replacing import new_folder
from kaldor.brief.run import run_study
from kaldor.cli.main import app
from kaldor.errors import InputError, KaldorError
from tests.users_folder import looked_at, users_folder

STARTER = Path(str(files("kaldor.brief") / "studies" / "starter.toml"))


def small_study(folder: Path, title: str = "First") -> Path:
    """The starter study with one short section, so that a run takes a moment."""
    lines = STARTER.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("title", "sections"))]
    file = folder / "study.toml"
    file.write_text("\n".join([f'title = "{title}"', 'sections = ["accounts"]', *kept]), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brief as HTML and PDF, made once, to be copied."""
    folder = tmp_path_factory.mktemp("first")
    return run_study(small_study(folder), out=folder / "brief").folder


@pytest.fixture
def brief(first: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first, tmp_path / "brief")


@pytest.fixture
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study that gives another brief than the first."""
    return small_study(tmp_path_factory.mktemp("study"), "Second")


def add_strangers(brief: Path) -> None:
    """Put files, folders and links of the user's into a brief's folder."""
    outside = brief.parent / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "far.txt").write_text("far")
    (brief / "notes.txt").write_text("mine")
    (brief / "results" / "own.csv").write_text("a,b")
    (brief / "drafts" / "old" / "empty").mkdir(parents=True)
    (brief / "drafts" / "old" / "letter.txt").write_text("dear")
    (brief / "drafts" / "old").chmod(0o750)
    (brief / "away").symlink_to(outside)
    (brief / "results" / "away.csv").symlink_to(outside / "deep" / "far.txt")
    (brief / "nowhere").symlink_to("does-not-exist")
    os.mkfifo(brief / "pipe")


def not_made(brief: Path) -> dict[str, object]:
    """What is in a brief's folder, and beside it, but for what runs made."""
    made = {f"{brief.name}/{name}" for name in (*(made_in(brief) or {}), "results")} | {brief.name}
    return {name: what for name, what in looked_at(brief.parent).items() if name not in made}


def title_of(brief: Path) -> str:
    return str(json.loads((brief / "brief.json").read_text("utf-8"))["title"])


# -- what is the user's ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "demo"])
@pytest.mark.parametrize("through", ["itself", "link"])
def test_a_folder_of_the_users_stays_as_out_and_as_store(
    tmp_path: Path, study: Path, monkeypatch: pytest.MonkeyPatch, command: str, through: str
) -> None:
    proj = users_folder(tmp_path)
    if through == "link":
        (tmp_path / "link").symlink_to(proj)
        proj = tmp_path / "link"
    monkeypatch.setenv("KALDOR_STORE", str(proj))
    before = looked_at(tmp_path)
    command_line = [command, *([str(study)] if command == "run" else []), "--format", "json"]
    refused = CliRunner().invoke(app, [*command_line, "--out", str(proj)])
    assert isinstance(refused.exception, InputError)
    assert str(proj) in str(refused.exception)
    assert looked_at(tmp_path) == before
    other = CliRunner().invoke(app, [*command_line, "--out", str(tmp_path.parent / f"{tmp_path.name}-brief")])
    assert other.exit_code == 0
    assert looked_at(tmp_path) == before


def test_whatever_else_is_in_the_folder_stays_as_it_is(brief: Path, study: Path) -> None:
    add_strangers(brief)
    before = not_made(brief)
    assert len(before) == 13
    run_study(study, out=brief, formats=["html"])
    assert title_of(brief) == "Second"
    assert not_made(brief) == before
    run_study(study, out=brief, formats=["html"])
    assert not_made(brief) == before


def test_where_a_disk_knows_no_links_and_no_exchange_everything_stays_too(
    brief: Path, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no links here")

    add_strangers(brief)
    (brief / "pipe").unlink()  # cannot be copied: refused
    before, number = not_made(brief), (brief / "notes.txt").stat().st_ino
    monkeypatch.setattr(strangers.os, "link", refuse)
    monkeypatch.setattr(replacing, "exchange", lambda one, other: False)
    run_study(study, out=brief, formats=["html"])
    assert title_of(brief) == "Second"
    after = not_made(brief)
    assert after.keys() == before.keys()
    assert all(after[name] == before[name] for name in before if "." in name)  # a folder's own time may be another
    assert (brief / "notes.txt").stat().st_ino == number  # the file itself, not its copy


def test_a_folder_keeps_its_rights(brief: Path, study: Path) -> None:
    brief.chmod(0o700)
    run_study(study, out=brief, formats=[])
    assert brief.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *((name, kind) for name in ("brief.html", "results/accounts.parquet") for kind in ("file", "folder", "link")),
        ("results.json", "link"),
        ("results", "file"),
        ("results", "link"),
    ],
)
def test_something_of_the_users_under_the_name_of_an_output_is_refused(
    brief: Path, study: Path, name: str, kind: str
) -> None:
    place, elsewhere = brief / name, brief.parent / "elsewhere"
    shutil.rmtree(place) if place.is_dir() else place.unlink()
    elsewhere.mkdir()
    if kind == "file":
        place.write_text("mine")
    elif kind == "link":
        place.symlink_to(elsewhere)
    else:
        place.mkdir()
    before = looked_at(brief.parent)
    with pytest.raises(InputError) as refused:
        run_study(study, out=brief, formats=["html"])
    assert f"{place}: was not made by Kaldor" in str(refused.value)
    assert "Move or delete it" in str(refused.value)
    assert looked_at(brief.parent) == before


def test_an_output_that_the_user_changed_is_the_users(brief: Path, study: Path) -> None:
    (brief / "brief.pdf").write_bytes(b"with my remarks")
    result = run_study(study, out=brief, formats=["html"])
    assert (brief / "brief.pdf").read_bytes() == b"with my remarks"
    assert result.earlier == ()
    with pytest.raises(InputError, match=r"brief\.pdf: was not made by Kaldor, or was changed since"):
        run_study(study, out=brief, formats=["pdf"])


@pytest.mark.parametrize("text", ["[]", "{", '{"made": {"../outside.txt": {"fingerprint": "f", "sha256": "0"}}}'])
def test_a_record_that_somebody_else_wrote_gives_nothing_away(tmp_path: Path, study: Path, text: str) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "outside.txt").write_text("mine")
    (tmp_path / "mine" / RECORD).write_text(text)
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    with pytest.raises(KaldorError) if ".." not in text else nullcontext():
        run_study(study, out=tmp_path / "mine", formats=[])
    assert (tmp_path / "outside.txt").read_text() == (tmp_path / "mine" / "letter.txt").read_text() == "mine"


# -- what Kaldor made --------------------------------------------------------------------------------------------------


def test_results_that_the_new_study_lacks_go(brief: Path, study: Path) -> None:
    text = study.read_text("utf-8").replace('sections = ["accounts"]', 'sections = ["sources"]')
    study.write_text(text, encoding="utf-8")
    run_study(study, out=brief, formats=[])
    assert not (brief / "results" / "accounts.parquet").exists()
    listed = json.loads((brief / "results.json").read_text("utf-8"))["tables"].values()
    assert {table["file"] for table in listed} == {f"results/{path.name}" for path in (brief / "results").iterdir()}


def test_a_pdf_of_other_inputs_stays_and_is_said_to_be_of_an_earlier_run(brief: Path, study: Path) -> None:
    pdf = (brief / "brief.pdf").read_bytes()
    for _ in range(2):  # the record of the second run knows it too
        said = CliRunner().invoke(app, ["run", str(study), "--out", str(brief), "--format", "html"])
        assert said.exit_code == 0, said.output
        assert (brief / "brief.pdf").read_bytes() == pdf
        assert said.output.splitlines()[-1] == "brief.pdf is of an earlier run."
    as_json = CliRunner().invoke(app, ["run", str(study), "--out", str(brief), "--format", "html", "--json"])
    assert json.loads(as_json.stdout)["of_an_earlier_run"] == ["brief.pdf"]
    run_study(study, out=brief, formats=["pdf"])
    assert (brief / "brief.pdf").read_bytes() != pdf


def test_a_pdf_of_the_same_inputs_stays_without_a_word(brief: Path, tmp_path: Path) -> None:
    same = small_study(tmp_path)
    before = looked_at(brief)["brief.pdf"]
    said = CliRunner().invoke(app, ["run", str(same), "--out", str(brief), "--format", "html"])
    assert looked_at(brief)["brief.pdf"] == before
    assert "earlier" not in said.output


def test_a_folder_of_version_0_1_tells_by_lock_and_results_what_was_made(brief: Path, study: Path) -> None:
    (brief / RECORD).unlink()
    (brief / "brief.pdf").write_bytes(b"%PDF-1.7 /Author(Kaldor)")  # 0.1 left its name readable; today's is packed
    add_strangers(brief)
    before, pdf = not_made(brief), (brief / "brief.pdf").read_bytes()
    result = run_study(study, out=brief, formats=["html"])
    assert title_of(brief) == "Second"
    assert not_made(brief) == before
    assert (brief / "brief.pdf").read_bytes() == pdf
    assert result.earlier == ("brief.pdf",)


def test_a_pdf_of_the_users_in_a_folder_of_version_0_1_is_the_users(brief: Path, study: Path) -> None:
    (brief / RECORD).unlink()
    (brief / "brief.pdf").write_bytes(b"%PDF-1.7 mine")
    with pytest.raises(InputError, match=r"brief\.pdf: was not made by Kaldor"):
        run_study(study, out=brief)
    assert (brief / "brief.pdf").read_bytes() == b"%PDF-1.7 mine"


def test_another_lock_file_makes_no_brief(tmp_path: Path, study: Path) -> None:
    (tmp_path / "study.lock.json").write_text('{"name": "a lock of another program"}')
    before = looked_at(tmp_path)
    with pytest.raises(InputError, match="holds something else than a brief"):
        run_study(study, out=tmp_path, formats=[])
    assert looked_at(tmp_path) == before


# -- what killed runs leave --------------------------------------------------------------------------------------------


POINTS = ("_put_in_place", "carry", "after-carry", "_write_note", "after-_write_note", "after-exchange")


def killed(brief: Path, study: Path, prepare: Callable[[], None]) -> None:
    """Run a study in a process of its own that kills itself (-9) where `prepare` made it."""
    child = os.fork()
    if child == 0:
        try:
            prepare()
            run_study(study, out=brief, formats=["html"])
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def dying(at: str) -> Callable[[], None]:
    """Die when a function of `replacing` is called or, "after-", has done its work."""
    name = at.removeprefix("after-")
    real = getattr(replacing, name)

    def die(*arguments: object) -> None:
        if at != name:
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    return lambda: setattr(replacing, name, die)


@pytest.mark.parametrize("at", POINTS)
def test_wherever_a_run_ends_the_next_clears_what_it_left_and_keeps_what_is_the_users(
    brief: Path, study: Path, at: str
) -> None:
    add_strangers(brief)
    (brief.parent / ".brief-mine").mkdir()
    (brief.parent / ".brief-mine" / "draft.txt").write_text("mine")
    before = not_made(brief)
    killed(brief, study, dying(at))
    assert title_of(brief) == ("Second" if at == "after-exchange" else "First")
    left = not_made(brief)
    assert {name: left[name] for name in before} == before
    assert len(left) > len(before)
    run_study(study, out=brief, formats=["html"])
    assert not_made(brief) == before


def test_between_two_renames_the_older_brief_comes_back(brief: Path, study: Path) -> None:
    def die_after_the_first() -> None:
        real = Path.rename

        def rename(path: Path, target: Path) -> None:
            real(path, target)
            if path == brief:
                os.kill(os.getpid(), signal.SIGKILL)

        replacing.exchange = lambda one, other: False
        Path.rename = rename

    add_strangers(brief)
    before = not_made(brief)
    killed(brief, study, die_after_the_first)
    assert not brief.exists()
    with new_folder(brief):
        assert title_of(brief) == "First"
        assert not_made(brief).items() >= before.items()


def test_what_the_user_saves_while_the_folders_change_places_is_kept(
    brief: Path, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_strangers(brief)
    real = replacing._write_note

    def save_meanwhile(folder: Path, *rest: object) -> None:
        real(folder, *rest)
        (folder / "late.txt").write_text("late")
        (folder / "late").mkdir()
        (folder / "late" / "deep.txt").write_text("late")
        (folder / "results" / "late.csv").write_text("late")
        (folder / "new").write_text("a newer version")  # as editors save: a new file takes the name
        (folder / "new").replace(folder / "notes.txt")
        with (folder / "drafts" / "old" / "letter.txt").open("a") as letter:
            letter.write(" madam")

    monkeypatch.setattr(replacing, "_write_note", save_meanwhile)
    run_study(study, out=brief, formats=["html"])
    assert title_of(brief) == "Second"
    read = {name: (brief / name).read_text() for name in ("late.txt", "late/deep.txt", "results/late.csv")}
    assert set(read.values()) == {"late"}
    assert (brief / "notes.txt").read_text() == "a newer version"
    assert (brief / "drafts" / "old" / "letter.txt").read_text() == "dear madam"
    assert {path.name for path in brief.parent.iterdir()} == {"brief", "outside"}


def test_after_a_kill_what_the_user_changed_in_the_new_brief_wins(brief: Path, study: Path) -> None:
    add_strangers(brief)
    killed(brief, study, dying("after-exchange"))
    (brief / "newer").write_text("changed in the new brief")
    (brief / "newer").replace(brief / "notes.txt")
    (brief / "drafts" / "old" / "letter.txt").unlink()
    run_study(study, out=brief, formats=["html"])
    assert (brief / "notes.txt").read_text() == "changed in the new brief"
    assert not (brief / "drafts" / "old" / "letter.txt").exists()
    assert {path.name for path in brief.parent.iterdir()} == {"brief", "outside"}
