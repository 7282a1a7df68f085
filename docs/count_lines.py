"""Prints the tables of docs/decisions/0010-declare-once.md: `./run python docs/count_lines.py BEFORE AFTER`.

Lines of Python by part of the house at two commits, and what each imports: packages from outside, and imports of one
module of Kaldor by another.
"""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

UPPER = ("cli", "server", "brief", "sections", "asking", "questions", "rooms", "framework")
"""The parts that the decision is about; `framework` is what the issue calls the frame."""

PARTS = (*UPPER, "mcp", "notebook", "declared", "atlas", "economy", "challenges", "twin", "ground")
_CHALLENGES = ("sustainability", "resilience", "technology", "workforce", "society")
_ROOMS = ("room.py", "rooms.py")


def part_of(path: PurePosixPath) -> str:
    """The part of the house that a file of `src/kaldor` stands in."""
    first, *rest = path.parts
    if "questions" in rest:
        return "questions"
    if first == "brief" and rest[0] in {"sections", "section.py"}:
        return "sections"
    if path.name == "mcp.py":
        return "mcp"
    if first in _ROOMS:
        return "rooms"
    if first in _CHALLENGES:
        return "challenges"
    return first.removesuffix(".py") if first.removesuffix(".py") in PARTS else "ground"


def files_at(commit: str) -> Iterator[tuple[PurePosixPath, str]]:
    """Every Python file of the package at a commit, and its text."""
    packed = subprocess.run(["git", "archive", commit, "src/kaldor"], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".py"):
                text = archive.extractfile(member)
                assert text is not None
                yield PurePosixPath(member.name).relative_to("src/kaldor"), text.read().decode("utf-8")


def imported(text: str) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def counted(commit: str) -> tuple[Mapping[str, int], Mapping[str, int], set[str], int]:
    """Lines and files by part, packages from outside, and imports of one module of the house by another."""
    lines, files, outside, inside = Counter[str](), Counter[str](), set[str](), 0
    for path, text in files_at(commit):
        lines[part_of(path)] += len(text.splitlines())
        files[part_of(path)] += 1
        modules = imported(text)
        inside += sum(name.split(".")[0] == "kaldor" for name in modules)
        outside |= {name.split(".")[0] for name in modules}
    return lines, files, outside - set(sys.stdlib_module_names) - {"kaldor"}, inside


def main() -> None:
    """Print the table of lines, then what is imported."""
    before, after = (counted(commit) for commit in sys.argv[1:3])
    print("| part | files before | lines before | files after | lines after | change |\n|---|--:|--:|--:|--:|--:|")
    groups = {**{part: (part,) for part in PARTS}, "the upper half": UPPER, "all of src/kaldor": PARTS}
    for name, parts in groups.items():
        (was_files, was), (files, now) = (
            (sum(found[1][part] for part in parts), sum(found[0][part] for part in parts)) for found in (before, after)
        )
        change = f"{100 * (now / was - 1):+.0f} %".replace("-", "−") if was else "new"
        print(f"| {name} | {was_files} | {was:,} | {files} | {now:,} | {change} |")
    print(f"\nImports of one module of the house by another: {before[3]:,} before, {after[3]:,} after.")
    print(f"Packages from outside that left: {', '.join(sorted(before[2] - after[2])) or 'none'}.")
    print(f"Packages from outside that came: {', '.join(sorted(after[2] - before[2])) or 'none'}.")


if __name__ == "__main__":
    main()
