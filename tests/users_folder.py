"""An ordinary folder of a user's, whose names happen to be those of a store, and a way to see that nothing changed."""

from __future__ import annotations

from pathlib import Path


def users_folder(root: Path) -> Path:
    """`proj` with files in folders that a store has too, links among them; one leads outside, to `elsewhere`."""
    proj, elsewhere = root / "proj", root / "elsewhere"
    for name in ("datasets/survey/answers.csv", "staging/draft.txt", "incoming/mail.eml", "jobs/offer.txt", "read.me"):
        (proj / name).parent.mkdir(parents=True, exist_ok=True)
        (proj / name).write_text(f"mine: {name}", encoding="utf-8")
    elsewhere.mkdir()
    (elsewhere / "outside.txt").write_text("mine, outside", encoding="utf-8")
    (proj / "datasets" / "linked").symlink_to(elsewhere)
    (proj / "staging" / "outside.txt").symlink_to(elsewhere / "outside.txt")
    return proj


def looked_at(root: Path) -> dict[str, object]:
    """Everything below a folder, links unfollowed: what kind it is, what is in it, its rights and its last change."""
    found: dict[str, object] = {}
    for path in sorted(root.rglob("*")):
        about = path.lstat()
        content = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        found[path.relative_to(root).as_posix()] = (about.st_mode, about.st_mtime_ns, content)
    return found
