"""From slider to repainted page on a real table, measured inside the browser, in both views.

Each move is asked, answered and painted; how long that may take is held where the machine has nothing else to do, which
only who starts it knows: with KALDOR_SPEED set.
"""

from __future__ import annotations

import os

import numpy as np
import pytest

from tests.page.conftest import WIOD, measures, settled, until, visit

pytestmark = [pytest.mark.page, pytest.mark.real]

MOVES = 100


@pytest.mark.parametrize(("view", "target"), [("Prices respond", 220.0), ("Fixed prices", 80.0)])
def test_slider_to_repainted_page(context, real, capsys, view, target):
    visited = visit(context, real)
    page = visited.open(f"#/simulator?{WIOD}")
    page.wait_for_selector(".dial .change")
    page.get_by_label(view, exact=True).check()
    for lever in ("Carbon price", "Cleaner electricity"):
        exact = page.get_by_role("spinbutton", name=lever)
        exact.fill("30")
        exact.blur()
    slider = page.get_by_role("slider", name="Material efficiency")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    page.evaluate("performance.clearMeasures()")
    for move in range(1, MOVES + 1):
        page.keyboard.press("ArrowRight" if move <= MOVES // 2 else "ArrowLeft")
        until(page, "(n) => performance.getEntriesByName('kaldor:move').length >= n", arg=move)
    found = measures(page)
    assert len(found) >= MOVES
    lines = []
    for part in ("solve", "transfer", "paint", "wait", "total"):
        p50, p95 = np.percentile([one[part] for one in found], [50, 95])
        lines.append(f"{part:<9} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms")
    with capsys.disabled():
        print(f"\nslider to repainted page, WIOD 2009 (n = 1,435), three levers, {view}, {len(found)} moves")
        print("\n".join(lines))
    assert visited.complaints == []
    p95 = float(np.percentile([one["total"] for one in found], 95))
    assert p95 <= target or not os.environ.get("KALDOR_SPEED"), f"p95 {p95:.0f} ms"
