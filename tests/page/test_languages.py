"""French and Spanish for the frame, numbers as each language writes them."""

from __future__ import annotations

import re
import tomllib

import pytest

from kaldor.atlas.group_names import group_name
from kaldor.rooms import rooms
from kaldor.twin.declared import packaged_levers
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.openings import declared as openings
from tests.page.conftest import ROOT, STARTER, fresh, settled, until, visit

pytestmark = pytest.mark.page


def test_french(browser, starter):
    context = fresh(browser, locale="fr-FR")
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    assert page.locator("html").get_attribute("lang") == "fr"
    for group in ("Défis", "Simuler"):
        page.get_by_role("button", name=group).click()
    found = page.get_by_role("navigation", name="Pages").locator("a").all_text_contents()
    challenges = ["Durabilité", "Résilience", "Technologie", "Main-d’œuvre", "Société"]
    pages = ["Cadre", "Émissions", "Économie", *challenges, "Simulateur", "Chocs", "Études", "Données"]
    assert found == pages
    assert page.locator("main h1").inner_text() == "Simulateur"
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Économie de matériaux, valeur exacte en %")
    exact.fill("20")
    exact.blur()
    until(
        page, "/^−\\d+,\\d+/.test(document.querySelector('[data-dimension=sustainability] .change').textContent.trim())"
    )
    assert "mieux" in page.locator("[data-dimension=sustainability]").inner_text()
    assert visited.complaints == []
    context.close()


def test_a_refusal_in_a_french_frame_says_which_part_is_english(browser, starter):
    context = fresh(browser, locale="fr-FR")
    page = visit(context, starter).open("#/simulator?economy=nothing&year=2018&country=IND")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert alert.locator("strong").inner_text() == catalogue("fr")["trouble.title"]
    assert "kaldor data add" in alert.locator("[lang=en]").inner_text()
    context.close()


def test_a_chosen_language_stays(context, starter):
    visited = visit(context, starter)
    page = visited.open()
    page.get_by_label("Language").select_option("es")
    page.get_by_role("heading", name="¿Qué cambiaría una estrategia industrial?").wait_for()
    page.reload()
    page.get_by_role("heading", name="¿Qué cambiaría una estrategia industrial?").wait_for()
    assert visited.complaints == []


@pytest.mark.parametrize("language", ["fr", "es"])
def test_translations_keep_the_gaps_of_the_english_sentence(language):
    english, other = catalogue("en"), catalogue(language)
    assert set(other) == set(english)
    gaps = {key: set(re.findall(r"\{(\w+)\}", sentence)) for key, sentence in other.items()}
    assert {key: found for key, found in gaps.items() if found - set(re.findall(r"\{(\w+)\}", english[key]))} == {}


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_packaged_metric_has_its_title_in_french_and_spanish(language):
    assert sorted(entries(part(language, "metrics"))) == sorted(packaged_metrics())


ENGLISH = sorted(
    {lever.title for lever in packaged_levers().values()} | {one.title for one in packaged_metrics().values()}
)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_every_packaged_lever_and_question_is_told_in_french_and_spanish(language):
    for lever in packaged_levers().values():
        told = getattr(lever, language)
        assert told, f"{lever.id} is not told in {language}"
        for ours, english in ((told.title, lever.title), (told.summary, lever.summary)):
            assert ours
            assert ours != english, lever.id
        assert told.parameter
    every = [(one.id, one.title[language], one.title["en"]) for room in rooms().values() for one in room.questions]
    assert len(every) > 20
    assert [id for id, ours, english in every if not ours or ours == english] == []
    assert [one.id for one in openings() if one.title[language] in ("", one.title["en"])] == []


def test_every_group_of_industries_of_a_packaged_classification_has_a_name():
    files = sorted((ROOT / "src" / "kaldor" / "atlas").rglob("*.toml"))
    declared = [
        found for file in files if isinstance(found := tomllib.loads(file.read_text("utf-8")).get("groups"), dict)
    ]
    groups = {group for one in declared for group in one}
    assert len(groups) > 30
    unnamed = [group for group in sorted(groups) if group_name(group)["fr"] in (group, group_name(group)["en"])]
    assert unnamed == ["agriculture", "construction", "finance", "services", "transport"]  # the same word in both


@pytest.mark.parametrize(("locale", "language"), [("fr-FR", "fr"), ("es-ES", "es")])
@pytest.mark.parametrize("name", ["home", "framework", "simulator", "shocks", "studies", "economy"])
def test_no_page_shows_an_english_name_of_a_lever_or_metric(browser, starter, locale, language, name):
    context = fresh(browser, locale=locale)
    visited = visit(context, starter)
    page = visited.open(f"#/{name}?{STARTER}")
    until(page, "!document.querySelector('main [role=status].quiet')")
    if name == "simulator":
        page.wait_for_selector(".dial .change")
        page.get_by_role("slider", name=packaged_levers()["material-efficiency"].titles[language]).fill("20")
        settled(page)
    shown = page.locator("body").evaluate(
        "(body) => body.innerText + [...body.querySelectorAll('[aria-label]')].map((one) => one.ariaLabel).join('\\n')"
    )
    assert [title for title in ENGLISH if re.search(rf"(?<!\w){re.escape(title)}(?!\w)", shown)] == []
    assert visited.complaints == []
    context.close()


def test_every_key_that_the_page_names_is_in_the_catalogue():
    named = set()
    for file in (ROOT / "web" / "src").rglob("*.*"):
        if file.suffix in {".svelte", ".ts"} and file.parent.name != "strings":
            named |= set(re.findall(r"\bt\('([\w.+ -]+)'", file.read_text("utf-8")))
    assert len(named) > 200
    assert [(language, named - set(catalogue(language))) for language in ("en", "fr", "es")] == [
        (language, set()) for language in ("en", "fr", "es")
    ]


def test_countries_units_and_metrics_are_french_at_a_glance(browser, starter):
    context = fresh(browser, locale="fr-FR")
    visited = visit(context, starter)
    page = visited.open(f"#/home?{STARTER}")
    page.locator("#glance").wait_for()
    assert page.locator("#glance").inner_text() == "Inde en un coup d’œil"
    text = page.locator(".challenges").inner_text()
    for words in ("Chine", "460 millions d’emplois", "Emplois · estimé", "CO₂ derrière l’usage final"):
        assert words in text
    assert "jobs" not in text
    assert visited.complaints == []
    context.close()


def catalogue(language: str) -> dict[str, str]:
    return entries(part(language, language))


def part(language: str, name: str) -> str:
    """What a language's file says under a name."""
    text = (ROOT / "web" / "src" / "strings" / f"{language}.ts").read_text("utf-8")
    found = re.search(rf"^export const {name}\b.*? = {{$(.*?)^}}", text, flags=re.MULTILINE | re.DOTALL)
    assert found, f"{language}.ts has no {name}"
    return found[1]


def entries(text: str) -> dict[str, str]:
    return dict(re.findall(r"^  '?([\w.+ -]+?)'?: '(.*)',$", text, flags=re.MULTILINE))
