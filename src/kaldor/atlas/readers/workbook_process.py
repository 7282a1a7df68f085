"""The process that reads a workbook: bytes on standard input, one line of JSON and npy arrays on standard output.

`python -m kaldor.atlas.readers.workbook_process BYTES SHEET …`, where BYTES is the memory it may take, is
started by `kaldor.atlas.readers.workbook`.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from kaldor.atlas.readers.workbook_cells import without_value

MOST_CELLS = 64 * 2**20


def main(memory: int, sheets: list[str]) -> None:
    """Read what is on standard input and answer on standard output."""
    limit_memory(memory)
    body = io.BytesIO()
    line: dict[str, Any]
    try:
        line = {"answer": answer(sys.stdin.buffer.read(), sheets, body)}
    except (Exception, MemoryError) as error:
        line = {"problem": f"is not read as a workbook ({str(error)[:120].rstrip('.') or type(error).__name__})."}
        body = io.BytesIO()
    sys.stdout.buffer.write(json.dumps(line).encode() + b"\n" + body.getvalue())


def limit_memory(limit: int) -> None:
    """Let an allocation beyond the limit fail, where the system knows such limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def answer(data: bytes, sheets: list[str], body: io.BytesIO) -> list[dict[str, Any]]:
    """The name of each sheet and its texts with their places; its numbers go to `body`, NaN where there is none."""
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    missing = [sheet for sheet in sheets if sheet not in workbook.sheet_names]
    if missing:
        found = ", ".join(workbook.sheet_names)[:200]
        raise ValueError(f"there is no sheet {', '.join(missing)}; found: {found}")
    described, cells, names = [], 0, list(sheets or workbook.sheet_names)
    empty = without_value(data, names)
    for name in names:
        sheet: Any = workbook.get_sheet_by_name(name)
        if not sheet.start and name in sheets:
            but = ", but for formulas whose values are not saved" if empty.get(name) else ""
            raise ValueError(f"sheet {name} is empty{but}")
        if not sheet.start:
            continue
        cells += (sheet.end[0] + 1) * (sheet.end[1] + 1)
        if cells > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS:,} cells")
        described.append({"name": name, "texts": [*texts_of(sheet, body), *empty.get(name, ())]})
    return described


def texts_of(sheet: Any, body: io.BytesIO) -> list[tuple[int, int, str]]:
    """The texts of a sheet as (row, column, text); its numbers go to `body`."""
    import numpy as np

    values = np.full((sheet.end[0] + 1, sheet.end[1] + 1), np.nan)
    texts = []
    left = sheet.start[1]  # rows come from the first on, cells from the first that is filled
    for number, cells in enumerate(sheet.iter_rows()):
        for column, cell in enumerate(cells, left):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                values[number, column] = cell
            elif cell != "":
                texts.append((number, column, str(cell)))
    np.lib.format.write_array(body, values, allow_pickle=False)
    return texts


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
