"""Every page opens without complaint, asks nothing of other machines, and is usable without sight or mouse."""

from __future__ import annotations

import pytest

from tests.page.conftest import AXE, STARTER, fresh, settled, until, visit

pytestmark = pytest.mark.page

PAGES = {
    "home": "What would an industrial strategy change?",
    "framework": "Five grand challenges",
    "emissions": "Carbon dioxide from fuels and cement: who emits, for whom",
    "economy": "Questions to an economy",
    "simulator": "Simulator",
    "shocks": "Shocks",
    "data": "Data",
    "studies": "Studies",
}


def opened(visited, name):
    page = visited.open(f"#/{name}?{STARTER}")
    until(page, "document.querySelector('main h1') && !document.querySelector('main [role=status].quiet')")
    page.wait_for_load_state("networkidle")
    return page


@pytest.mark.parametrize(("name", "heading"), PAGES.items())
def test_a_page_opens(context, starter, name, heading):
    visited = visit(context, starter)
    page = opened(visited, name)
    assert page.locator("main h1").inner_text() == heading
    assert page.title().endswith("– Kaldor")
    assert visited.complaints == []
    assert visited.outside == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser, starter, name, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci in web/")
    context = fresh(browser, color_scheme=scheme)
    visited = visit(context, starter)
    opened(visited, name)
    assert visited.axe() == []
    context.close()


@pytest.mark.parametrize("viewport", [(1440, 1000), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_was_done(browser, starter, scheme, viewport):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci in web/")
    context = fresh(browser, color_scheme=scheme, viewport=dict(zip(("width", "height"), viewport, strict=True)))
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("slider", name="Carbon price").fill("100")
    settled(page)
    for tab in page.get_by_role("tab").all():
        tab.click()
        until(page, "!document.querySelector('.views [role=status].quiet')")
        assert visited.axe() == [], tab.inner_text()
    page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("dialog").wait_for()
    assert visited.axe() == [], "share"
    page.keyboard.press("Escape")
    for name in ("home", "shocks"):
        page = visited.open(f"#/{name}?{STARTER}")
        page.wait_for_selector("#glance" if name == "home" else ".results figure")
        assert visited.axe() == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport[0]
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_needs_no_sideways_scrolling(browser, starter, name):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    page = opened(visit(context, starter), name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_became_narrower_needs_none_before_its_charts_are_drawn_anew(browser, starter, name):
    """As it stands before anything learns of the new width: here nothing ever does."""
    context = fresh(browser)
    context.add_init_script("window.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} };")
    page = opened(visit(context, starter), name)
    if name in {"emissions", "shocks"}:
        drawn = page.locator(".chart > div").first
        drawn.wait_for()
        assert drawn.evaluate("(one) => parseFloat(one.style.width)") > 390  # as wide as the page was
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_the_assumptions_of_a_lever(context, starter):
    visited = visit(context, starter)
    page = opened(visited, "simulator")
    page.get_by_role("button", name="assumptions of Material efficiency").click()
    drawer = page.get_by_role("dialog")
    for word in ("Cost", "Evidence", "Limits", "Time to effect", "Acts in: India"):
        assert word in drawer.inner_text()
    if AXE.exists():
        assert visited.axe() == []
    page.keyboard.press("Escape")
    drawer.wait_for(state="hidden")


def test_a_figure_can_be_taken_along(context, starter):
    page = opened(visit(context, starter), "home")
    texts = {}
    for kind in ("SVG", "PNG", "CSV"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=kind, exact=True).first.click()
        texts[kind] = waiting.value.path().read_bytes()
    picture = texts["SVG"].decode()
    assert "estimated" in picture
    assert "2018" in picture
    assert "Natural Earth" in picture
    assert "var(--" not in picture
    assert texts["PNG"].startswith(b"\x89PNG")
    first, *rows = texts["CSV"].decode("utf-8-sig").splitlines()
    assert first.startswith("Region,")
    assert "status" in first
    assert len(rows) == 13


def test_what_the_page_and_the_answer_both_say_stands_once(context, starter):
    page = opened(visit(context, starter), "emissions")
    figure = page.locator("figure", has=page.get_by_role("heading", name="Scopes of industries in India"))
    figure.get_by_text("Source and method").click()
    said = "Scopes of several industries must not be added up: their chains overlap."
    assert figure.locator("dl.about").inner_text().count(said) == 1
    head = figure.locator("thead").text_content()
    assert "Scope 3: upstream" in head
    assert "scope3_upstream" not in head


def test_the_glance_says_the_status_of_each_figure(context, starter):
    page = opened(visit(context, starter), "home")
    overview = page.request.get(f"{starter.address}api/economies/starter/2018/overview?region=IND").json()
    figures = [[one for one in of["figures"] if one["value"] is not None][:2] for of in overview["challenges"]]
    expected = [f"{one['title']} · {one['status']}" for known in figures for one in known]
    shown = page.locator(".challenge .what:has(.status)").all_inner_texts()
    assert [text.replace("\n", " ") for text in shown] == expected


def test_the_map_of_home_has_one_unit(context, starter):
    page = opened(visit(context, starter), "home")
    figure = page.locator(".world figure")
    assert figure.locator(".vintage").inner_text() == "Mt CO₂ · 2018 · estimated"
    steps = figure.locator(".legend li").all_inner_texts()[:-1]
    assert steps
    assert [step for step in steps if step.count("Mt CO₂") != 2 or "Gt" in step] == []


def test_a_dial_says_of_what_its_figures_are(context, starter):
    page = opened(visit(context, starter), "simulator")
    page.wait_for_selector(".dial .change")
    dial = page.locator("[data-dimension=sustainability]")
    assert dial.locator(".standing").inner_text() == "Prices respond · everybody works, wages give way"
    more = dial.locator(".more").text_content()
    assert "before: 2018, estimated, on the territory; after: predicted" in more
    assert "Less than 0.1 % counts as about no change." in more
    technology = page.locator("[data-dimension=technology]")
    assert "not an income" in technology.text_content()


def test_a_phone_says_why_a_dial_is_silent(browser, starter):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    page = opened(visit(context, starter), "simulator")
    page.wait_for_selector(".dial .change")
    dial = page.locator("[data-dimension=society]")
    dial.locator("select").select_option("wage-share")
    assert "not modelled" in dial.inner_text()
    reason = dial.get_by_text("needs the extension 'wages'")
    assert not reason.is_visible()
    dial.get_by_text("Why?").click()
    assert reason.is_visible()
    context.close()


def test_an_unknown_page_is_home(context, starter):
    visited = visit(context, starter)
    page = visited.open("#/no-such-page")
    assert page.locator("main h1").inner_text() == PAGES["home"]


def test_pages_stand_in_groups_that_keys_and_taps_open(browser, starter):
    context = fresh(browser)
    visited = visit(context, starter)
    page = visited.open(f"#/emissions?{STARTER}")
    navigation = page.get_by_role("navigation", name="Pages")
    group = navigation.get_by_role("button", name="Challenges")
    assert "Emissions" in group.inner_text()  # where one is
    assert navigation.get_by_role("link", name="Framework").count() == 0
    group.press("Enter")
    links = navigation.get_by_role("link").all_inner_texts()
    challenges = ["Sustainability", "Resilience", "Technology", "Workforce", "Society"]
    assert links == ["Framework", "Emissions", "Economy", *challenges, "Studies", "Data"]
    if AXE.exists():
        assert visited.axe() == []
    page.keyboard.press("Escape")
    assert group.get_attribute("aria-expanded") == "false"
    assert group.evaluate("(button) => button === document.activeElement")
    group.click()
    navigation.get_by_role("link", name="Workforce").click()
    until(page, "() => location.hash.startsWith('#/framework')")
    until(page, "() => document.querySelector('.of-workforce[aria-pressed=true]') !== null")

    page.set_viewport_size({"width": 390, "height": 844})
    until(page, "() => !document.getElementById('menu').checkVisibility()")
    page.get_by_role("button", name="Menu").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if AXE.exists():
        assert visited.axe() == []
    navigation.get_by_role("link", name="Shocks").click()  # the second tap
    until(page, "() => location.hash.startsWith('#/shocks')")
    until(page, "() => !document.getElementById('menu').checkVisibility()")  # who has arrived has chosen
    assert visited.complaints == []
    context.close()


@pytest.mark.parametrize("strength", ["0", "100"])
def test_on_a_phone_an_outcome_and_a_lever_are_seen_together(browser, starter, strength):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    slider = page.get_by_role("slider").first
    slider.fill(strength)
    settled(page)
    page.evaluate("scrollTo(0, 0)")
    for part in (page.locator(".dial .change").first, slider):
        box = part.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 844
    sentence = page.locator("[data-sentence]")
    if strength != "0":
        short = sentence.bounding_box()["height"]
        page.get_by_role("button", name="All of it").click()
        assert sentence.bounding_box()["height"] > short
    if AXE.exists():
        assert visited.axe() == []
    context.close()
