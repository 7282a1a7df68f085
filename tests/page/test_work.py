"""Studies, uploads and jobs: saved, kept over a restart, refused with a reason, cancelled."""

from __future__ import annotations

import re

import pytest

from tests.atlas.plain_folders import small_economy
from tests.page.conftest import STARTER, fresh, until, visit
from tests.server.test_uploads import packed, packed_folder

pytestmark = pytest.mark.page


def test_a_study_is_saved_survives_a_restart_and_gives_a_brief(browser, start, tmp_path):
    first = start(tmp_path / "store")
    context = fresh(browser)
    page = visit(context, first).open(f"#/studies?{STARTER}")
    page.get_by_label("Title").fill("India beside China and Brazil")
    page.get_by_label("Scopes of industries").uncheck()
    page.get_by_role("button", name="Save study").click()
    page.get_by_text("Saved: India beside China and Brazil.").wait_for()
    context.close()
    first.stop()

    second = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, second)
    page = visited.open("#/studies")
    study = page.locator("[data-study]")
    study.first.wait_for()
    assert study.count() == 1
    assert "India · 2018 · Kaldor's starter world" in study.inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export TOML: India beside China and Brazil").click()
    text = waiting.value.path().read_text("utf-8")
    assert 'country = "IND"' in text
    assert '"scopes"' not in text

    page.get_by_role("button", name="Make the brief: India").click()
    read = study.get_by_role("link", name="read")
    read.wait_for()
    with context.expect_page() as opening:
        read.click()
    brief = opening.value
    brief.wait_for_load_state()
    assert "India beside China and Brazil" in brief.inner_text("body")
    with page.expect_download() as waiting:
        study.get_by_role("link", name="Download the brief as PDF").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")

    page.get_by_role("button", name="Duplicate: India").click()
    page.get_by_role("heading", name="Copy of India beside China and Brazil").wait_for()
    page.get_by_role("button", name="Open: India beside China and Brazil").first.click()
    page.get_by_role("heading", name="What would an industrial strategy change?").wait_for()
    assert page.get_by_label("Country", exact=True).input_value() == "IND"
    assert visited.complaints == []
    context.close()


def test_a_job_can_be_cancelled_and_is_found_again_after_a_reload(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    page = visit(context, server).open(f"#/shocks?{STARTER}")
    page.get_by_role("button", name="Industry stands still").click()
    page.get_by_label("Days to simulate").fill("1500")
    page.get_by_role("button", name="Run the shock").click()
    ours = page.locator("[data-state=running]").filter(has_text="stands still")  # beside the event that opens
    ours.wait_for()
    page.reload()
    job = page.locator("[data-state=running]").filter(has_text="stands still")
    job.wait_for()
    job.get_by_role("button", name="Cancel").click()
    page.locator("[data-state=cancelled]").wait_for()
    context.close()


def upload(page, path, name=""):
    page.get_by_label("File to add").set_input_files(str(path))
    page.get_by_label("Name in the store (optional)").fill(name)
    page.get_by_role("button", name="Check and add").click()


def test_one_good_and_five_bad_files(browser, start, tmp_path):
    server = start(tmp_path / "store", "--limit", "upload_mb=2", "--limit", "unpacked_mb=5")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open("#/data")

    own = small_economy(tmp_path / "ruritania")
    sectors = own / "sectors.csv"
    sectors.write_text(sectors.read_text().replace("Sector s0", "<img src=x onerror=alert(1)>"))
    good = tmp_path / "ruritania.zip"
    good.write_bytes(packed_folder(own))
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    upload(page, good, "mine")
    page.locator("[data-state=done]").get_by_text("Added: mine.").wait_for()
    page.locator("[data-dataset=mine]").wait_for()

    text = small_economy(tmp_path / "text")
    (text / "F_co2.csv").write_text("region,sector,2009\nR0,s0,many\n")
    (text / "extensions.csv").write_text("id,name,unit\nco2,CO2,kt\n")
    wide = b"indicator" + b"".join(b",c%d" % number for number in range(100_000)) + b"\n"
    bad = {
        "bomb.zip": (packed({"a.csv": bytes(60_000_000)}), "this is no table"),
        "path.zip": (packed({"../../outside.csv": b"a\n"}), "leads out of the archive"),
        "wide.csv": (wide, "100,001 columns"),
        "text.zip": (packed_folder(text), "'many' is not a finite number"),
        "nothing.zip": (b"no zip", "neither a zip file nor one of"),
    }
    for number, (name, (content, says)) in enumerate(bad.items(), start=1):
        path = tmp_path / name
        path.write_bytes(content)
        upload(page, path)
        until(page, "(n) => document.querySelectorAll('[data-state=failed]').length === n", arg=number)
        assert says in page.locator("[data-state=failed]").first.inner_text(), name
    assert page.locator("[data-dataset]").count() == 2  # the starter world, and the good one

    large = tmp_path / "large.zip"
    large.write_bytes(bytes(3_000_000))
    upload(page, large)
    assert re.search(r"large|MB", page.get_by_role("alert").inner_text())

    page.get_by_role("button", name="Look at it").nth(1).click()
    page.get_by_role("heading", name="What would an industrial strategy change?").wait_for()
    page.goto(f"{server.address}#/emissions")
    page.wait_for_timeout(500)
    assert alerts == []
    context.close()


def test_a_read_only_server_offers_nothing_that_changes_it(browser, start, tmp_path):
    server = start(tmp_path / "store", "--read-only")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open("#/studies")
    page.get_by_text("This server is read-only").wait_for()
    assert page.get_by_role("button", name="Save study").count() == 0
    page.goto(f"{server.address}#/data")
    page.get_by_text("This server is read-only").wait_for()
    assert page.get_by_role("button", name="Check and add").count() == 0
    assert visited.complaints == []
    context.close()


def test_a_server_with_a_token_asks_for_it_once(browser, start, tmp_path):
    token = "a-token-that-is-long-enough"
    server = start(tmp_path / "store", "--token", token)
    context = fresh(browser)
    page = visit(context, server).open()
    page.get_by_label("Token").fill("not-this-one-not-this-one")
    page.get_by_role("button", name="Open").click()
    page.get_by_text("This is not the token of this server.").wait_for()
    page.get_by_label("Token").fill(token)
    page.get_by_role("button", name="Open").click()
    page.get_by_role("heading", name="What would an industrial strategy change?").wait_for()
    page.reload()
    page.get_by_role("heading", name="What would an industrial strategy change?").wait_for()
    assert token not in page.url
    context.close()
