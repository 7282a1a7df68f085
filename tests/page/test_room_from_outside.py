"""A question from another package has its form and its table on the page, without a change to the page."""

from __future__ import annotations

import pytest

from tests.asking import test_room_from_outside as installed
from tests.page.conftest import AXE, STARTER, until, visit

pytestmark = pytest.mark.page
site, outside = installed.site, installed.outside


def test_it_is_asked_by_a_form(context, start, tmp_path, monkeypatch, outside):
    monkeypatch.setenv("PYTHONPATH", outside["PYTHONPATH"])
    server = start(tmp_path / "store")
    visited = visit(context, server)
    page = visited.open(f"#/economy?{STARTER}")
    page.get_by_role("tab", name="Several times").click()
    page.locator("main figure table").first.wait_for()
    assert page.get_by_label("Region").input_value() == "IND"  # required, so the country that is looked at
    assert page.get_by_role("spinbutton", name="Times").input_value() == "2"
    double = output(page)
    page.get_by_role("spinbutton", name="Times").fill("3")
    page.get_by_role("spinbutton", name="Times").press("Tab")
    until(page, "() => location.hash.includes('question=twice') && location.hash.includes('times=3')")
    answer = page.request.get(f"{server.address}api/economies/starter/2018/twice?region=IND&times=3").json()
    expected = answer["tables"][0]["rows"][0]["output"]
    page.get_by_role("cell", name=f"{expected:,.0f}"[:5]).first.wait_for()
    assert output(page) == pytest.approx(1.5 * double, rel=1e-3)
    page.get_by_role("spinbutton", name="Times").fill("6")  # beyond its bounds
    page.get_by_role("spinbutton", name="Times").press("Tab")
    assert page.get_by_role("spinbutton", name="Times").get_attribute("aria-invalid") == "true"
    assert "times=3" in page.url  # the last right one stays in force
    page.get_by_label("Language").select_option("es")
    page.get_by_role("tab", name="Varias veces", selected=True).wait_for()
    if AXE.exists():
        assert visited.axe() == []
    assert visited.complaints == []


def output(page) -> float:
    """The only figure of the table."""
    text = page.locator("main figure table").first.locator("tbody td.number").first.inner_text()
    return float(text.replace(",", "").replace("\u202f", "").replace("\u00a0", ""))
