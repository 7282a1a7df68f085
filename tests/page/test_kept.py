"""What the page shows of what a server keeps: two tabs on one study, and records that cannot be read."""

from __future__ import annotations

import pytest

from tests.atlas.plain_folders import small_economy
from tests.page.conftest import AXE, STARTER, fresh, settled, visit
from tests.server.test_uploads import packed_folder

pytestmark = pytest.mark.page

INDIA = {
    "title": "India",
    "country": "IND",
    "peers": ["CHN"],
    "year": 2018,
    "economy": "starter",
    "sections": ["accounts"],
}
REFUSED = ("412", "Precondition Failed")
"""What the browser itself notes of an answer that the page expects."""


@pytest.fixture
def server(start, tmp_path):
    return start(tmp_path / "store")


@pytest.fixture
def two_tabs(browser, server):
    """Two tabs of one browser on the list of studies, in which one is saved."""
    context = fresh(browser)
    made = context.request.post(f"{server.address}api/studies", data={"study": INDIA, "id": "india"})
    assert made.ok, made.text()
    tabs = [visit(context, server) for _ in range(2)]
    yield tabs
    for tab in tabs:
        assert [line for line in tab.complaints if not any(word in line for word in REFUSED)] == []
    context.close()


def titles(page) -> list[str]:
    return page.locator("[data-study] h3").all_inner_texts()


def studies_of(tab) -> dict[str, dict]:
    return {one["id"]: one["study"] for one in tab.page.request.get(f"{tab.address}api/studies").json()}


def changed_in_one_then_in_the_other(tabs):
    """Both tabs read India beside China; the first puts Brazil into the study, then the second South Africa."""
    theirs, mine = tabs
    for tab, country in zip(tabs, ("BRA", "ZAF"), strict=True):
        tab.open(f"#/studies?{STARTER}")
        tab.page.get_by_label("Country", exact=True).select_option(country)
        tab.page.locator("[data-study=india]").wait_for()
    theirs.page.get_by_role("button", name="Update to the present choice: India").click()
    theirs.page.get_by_text("Saved: India.").wait_for()
    mine.page.get_by_role("button", name="Update to the present choice: India").click()
    alert = mine.page.get_by_role("alert")
    alert.get_by_text("“India” was changed in another tab").wait_for()
    assert studies_of(mine)["india"]["country"] == "BRA"
    return mine, alert


def test_the_second_tab_saves_its_own_as_a_copy(two_tabs):
    mine, alert = changed_in_one_then_in_the_other(two_tabs)
    if AXE.exists():
        assert mine.axe() == []
    alert.get_by_role("button", name="Save mine as a copy").click()
    mine.page.get_by_role("heading", name="Copy of India").wait_for()
    kept = studies_of(mine)
    assert {id: study["country"] for id, study in kept.items()} == {"india": "BRA", "copy-of-india": "ZAF"}
    assert mine.page.get_by_role("alert").count() == 0


def test_the_second_tab_takes_the_other_version_and_can_then_change_it(two_tabs):
    mine, alert = changed_in_one_then_in_the_other(two_tabs)
    alert.get_by_role("button", name="Show the other version").click()
    mine.page.locator("[data-study=india]").get_by_text("Brazil · 2018").wait_for()
    assert mine.page.get_by_role("alert").count() == 0
    mine.page.get_by_role("button", name="Update to the present choice: India").click()
    mine.page.get_by_text("Saved: India.").wait_for()
    assert studies_of(mine)["india"]["country"] == "ZAF"


def test_a_study_changed_in_another_tab_is_not_deleted(two_tabs):
    theirs, mine = two_tabs
    for tab in two_tabs:
        tab.open(f"#/studies?{STARTER}")
        tab.page.locator("[data-study=india]").wait_for()
    theirs.page.get_by_role("button", name="Update to the present choice: India").click()
    theirs.page.get_by_text("Saved: India.").wait_for()
    mine.page.on("dialog", lambda dialog: dialog.accept())
    mine.page.get_by_role("button", name="Delete: India").click()
    alert = mine.page.get_by_role("alert")
    alert.get_by_text("Nothing was changed.").wait_for()
    assert alert.get_by_role("button").all_inner_texts() == ["Show the other version"]
    assert list(studies_of(mine)) == ["india"]
    alert.get_by_role("button", name="Show the other version").click()
    mine.page.get_by_role("alert").wait_for(state="detached")
    mine.page.get_by_role("button", name="Delete: India").click()
    mine.page.locator("[data-study=india]").wait_for(state="detached")
    assert studies_of(mine) == {}


@pytest.mark.parametrize("choice", ["Save mine as a copy", "Open the other version here"])
def test_the_simulator_asks_before_it_saves_over_another_tab(two_tabs, choice):
    theirs, mine = two_tabs
    for tab, strength in zip(two_tabs, ("20", "35"), strict=True):
        tab.open(f"#/simulator?{STARTER}")
        tab.page.wait_for_selector(".dial .change")
        exact = tab.page.get_by_label("Material efficiency, exact value in %")
        exact.fill(strength)
        exact.blur()
        settled(tab.page)
        tab.page.get_by_role("button", name="Save to a study").click()
        tab.page.get_by_role("dialog").get_by_label("Into").select_option(label="India")
    for tab in two_tabs:
        tab.page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
        if tab is theirs:
            tab.page.get_by_text("Saved: India.").wait_for()
    dialog = mine.page.get_by_role("dialog")
    dialog.get_by_text("“India” was changed in another tab").wait_for()
    strengths = lambda study: [lever["strength"] for one in study["scenarios"] for lever in one["levers"]]  # noqa: E731
    assert strengths(studies_of(mine)["india"]) == [20]
    dialog.get_by_role("button", name=choice).click()
    exact = mine.page.get_by_label("Material efficiency, exact value in %")
    if choice == "Save mine as a copy":
        dialog.get_by_text("Saved: Copy of India.").wait_for()
        kept = studies_of(mine)
        assert {id: strengths(study) for id, study in kept.items()} == {"india": [20], "copy-of-india": [35]}
    else:
        dialog.wait_for(state="detached")
        settled(mine.page)
        assert exact.input_value() == "20"
        mine.page.get_by_role("button", name="Undo").click()
        settled(mine.page)
        assert exact.input_value() == "35"
        assert list(studies_of(mine)) == ["india"]


def test_a_study_that_cannot_be_read_is_marked_replaced_and_deleted(browser, server, tmp_path):
    studies = tmp_path / "store" / "studies"
    for id, content in {"latin": "title = 'España'".encode("latin-1"), "newer": b"horizon = 2050\n"}.items():
        (studies / id).mkdir(parents=True)
        (studies / id / "study.toml").write_bytes(content)
    context = fresh(browser)
    context.request.post(f"{server.address}api/studies", data={"study": INDIA, "id": "india"})
    tab = visit(context, server)
    page = tab.open("#/studies")
    page.locator("[data-study=latin]").get_by_text("This file cannot be used as it is.").wait_for()
    assert "not a text file in UTF-8" in page.locator("[data-study=latin]").inner_text()
    assert "horizon" in page.locator("[data-study=newer]").inner_text()
    assert set(titles(page)) == {"India", "latin", "newer"}
    if AXE.exists():
        assert tab.axe() == []
    page.screenshot(path=tmp_path / "studies.png", full_page=True)
    mine = tmp_path / "mine.toml"
    mine.write_bytes(page.request.get(f"{server.address}api/studies/india/export").body().replace(b"India", b"Spain"))
    page.get_by_label("Replace by a study file: latin").set_input_files(mine)
    page.get_by_text("Saved: Spain.").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete: newer").click()
    page.locator("[data-study=newer]").wait_for(state="detached")
    assert set(titles(page)) == {"India", "Spain"}
    assert tab.complaints == []
    context.close()


@pytest.mark.parametrize(
    ("locale", "mark"),
    [("en-GB", "In the store, but this Kaldor cannot read it"), ("fr-FR", "ce Kaldor ne sait pas le lire"),
     ("es-ES", "este Kaldor no lo puede leer")],
)  # fmt: skip
def test_a_dataset_that_cannot_be_read_is_marked_added_anew_and_deleted(browser, server, tmp_path, locale, mark):
    """Also one with the id of the starter world, which version 0.1 let in and which broke this page for good."""
    datasets = tmp_path / "store" / "datasets"
    own = small_economy(tmp_path / "own")
    for id in ("broken", "starter"):
        (datasets / id).mkdir(parents=True)
        (datasets / id / "manifest.json").write_text("{")
    context = fresh(browser, locale=locale)
    tab = visit(context, server)
    page = tab.open("#/data")
    broken, reserved = (page.locator(f"[data-unreadable={id}]") for id in ("broken", "starter"))
    broken.get_by_text(mark).wait_for()
    assert "damaged" in broken.inner_text()
    assert page.locator("[data-dataset=starter]").count() == 1
    if AXE.exists():
        assert tab.axe() == []
    page.screenshot(path=tmp_path / f"data-{locale}.png", full_page=True)
    if locale == "en-GB":
        (tmp_path / "own.zip").write_bytes(packed_folder(own))
        with page.expect_file_chooser() as choosing:
            broken.get_by_role("button", name="Add it anew").click()
        choosing.value.set_files(tmp_path / "own.zip")
        page.get_by_role("button", name="Check and add").click()
        page.locator("[data-dataset=broken]").wait_for()
        assert broken.count() == 0
        page.on("dialog", lambda dialog: dialog.accept())
        reserved.get_by_role("button", name="Delete").click()
        reserved.wait_for(state="detached")
        assert page.locator("[data-dataset=starter]").count() == 1
    assert tab.complaints == []
    context.close()
