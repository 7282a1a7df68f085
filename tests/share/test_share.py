"""A scenario to give away: the same bytes from every door, and nothing in it that a text could do."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

import kaldor
from kaldor.brief import palette
from kaldor.cli.main import app
from kaldor.errors import InputError, StoreError, UnknownLabelError
from kaldor.server.settings import Settings
from kaldor.share.card import card
from kaldor.share.file import file_name, kind_of, share_file
from kaldor.share.scenario import shared
from kaldor.share.wording import change_in_words
from kaldor.twin.declared import packaged_levers
from kaldor.twin.effect import effect_of
from kaldor.twin.headline import headline
from kaldor.twin.order import missing_data
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.server.conftest import in_process

HOSTILE = "</title><script>alert(1)</script><img src=https://example.com/x onerror=alert(2)>\"'&"
RESPOND = "prices respond"
TWO = {
    "id": "two",
    "title": "Two at once",
    "view": "fixed prices",
    "levers": [
        {"lever": "clean-electricity", "strength": 50, "regions": ["IND"]},
        {"lever": "material-efficiency", "strength": 12.5, "regions": ["IND", "DEU"]},
    ],
}


@pytest.fixture(scope="module")
def twin():
    return Twin(kaldor.load())


def said_of(twin, given, **more):
    found = outcomes_of(twin, Scenario.model_validate(given), region="IND", band=False)
    return shared(twin.economy, twin.levers, found, **more)


class _Page(HTMLParser):
    """Tags, addresses and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.words, self.handlers = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in {"src", "href", "srcset", "action"}]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]

    def handle_data(self, data):
        self.words.append(data)


def test_a_page_holds_both_levers_all_figures_closure_and_sources(twin):
    said = said_of(twin, TWO)
    words = " ".join(_Page(share_file(said, "html").decode()).words)
    assert "Cleaner electricity : 50 " in " ".join(words.split())
    assert "India, Germany" in words
    assert "12.5" in words
    for one in said.outcomes:
        assert one.metric.title in words
    assert "prices move: what an industry saves or pays is passed on" in words
    for source in said.sources:
        assert source.citation in words
    for reason in said.not_modelled:
        assert reason in words


def test_hostile_names_are_texts_and_nothing_is_asked_for(twin):
    said = said_of(twin, TWO | {"title": HOSTILE}, sentence=HOSTILE)
    text = share_file(said, "html").decode()
    page = _Page(text)
    assert "script" not in page.tags
    assert page.tags.count("img") == 1
    assert page.handlers == []
    assert all(address.startswith("data:image/svg+xml;base64,") for address in page.addresses)
    assert HOSTILE in page.words
    assert re.search(r"default-src 'none'; style-src 'sha256-[^']+'; img-src data:", unescape(text))
    words = " ".join(ElementTree.fromstring(share_file(said, "svg")).itertext())  # it is whole, and they are words
    assert "<script>alert(1)</script>" in words


def test_a_picture_names_what_where_when_unit_scale_legend_and_source(twin):
    said = said_of(twin, TWO)
    drawn = ElementTree.fromstring(card(said))
    words = " ".join(drawn.itertext())
    for part in (
        "Two at once",
        "India, 2018",
        "Cleaner electricity",
        "Mt CO₂",
        "+10 %",
        "Bar: the change on its metric's scale",
    ):
        assert part in words
    assert "Sources: Kaldor, starter world for 2018" in " ".join(words.split())
    emitted = next(one for one in said.headline if one.metric.id == "co2-production")
    assert change_in_words(emitted) in words
    assert effect_of(emitted).value == pytest.approx(100 * (emitted.after / emitted.before - 1))
    assert share_file(said, "png").startswith(b"\x89PNG")


def test_bars_have_the_length_of_their_figures_on_the_scale_that_is_declared_and_printed(twin):
    said = said_of(twin, TWO)
    text = card(said)
    bars = [float(width) for width in re.findall(r'width="([\d.]+)" height="11"', text)]
    effects = [effect for one in said.headline if (effect := effect_of(one)) is not None]
    printed = [float(found) for found in re.findall(r"text-anchor:end[^>]*>\+([\d.]+) ", text)]
    assert printed == [effect.scales[1] for effect in effects]
    half = (600 - 18 - 8 - 352) / 2
    sizes = [min(1, abs(effect.value) / effect.scales[1]) for effect in effects]
    assert len(bars) >= 3
    assert bars == pytest.approx([size * half for size in sizes], abs=0.02)


def test_a_change_too_small_to_count_is_a_grey_bar_that_no_scale_makes_large(twin):
    little = TWO | {"levers": [{"lever": "carbon-price", "strength": 0.0001, "regions": ["IND"]}], "view": RESPOND}
    said = said_of(twin, little)
    assert "moves noticeably" in said.sentence
    bars = re.findall(r'width="([\d.]+)" height="11" style="fill:(#\w+)"', card(said))
    assert bars
    assert all(float(width) < 0.1 and colour == palette.QUIET for width, colour in bars)
    assert all(change_in_words(one).endswith(("about no change", "not modelled")) for one in said.headline)


def test_amounts_are_in_short_steps_and_a_cost_that_is_not_modelled_is_no_zero(twin):
    priced = TWO | {"levers": [{"lever": "carbon-price", "strength": 100, "regions": ["IND"]}], "view": RESPOND}
    told = {one.metric.id: change_in_words(one) for one in said_of(twin, priced).headline}
    assert told["co2-production"] == "−983 Mt CO₂ (−38 %)"
    assert told["real-income"] == "−31.1 billion US$ (−1.13 % of the country's income)"
    saving = TWO | {"levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}], "view": RESPOND}
    said = said_of(twin, saving)
    assert {one.metric.id: change_in_words(one) for one in said.headline}["real-income"].endswith("cost not modelled")
    assert not [one for one in said.outcomes if one.metric.dimension == "treasury" and not one.change]


def test_those_who_gain_and_lose_most_are_the_largest_of_all_countries(twin):
    priced = TWO | {"levers": [{"lever": "carbon-price", "strength": 100, "regions": ["IND"]}], "view": RESPOND}
    said = said_of(twin, priced)
    gained = [one.change for one in said.gainers if one.where != "India"]
    assert (said.gainers[-5].who, said.gainers[-5].where) == ("Metals and mineral products", "Rest of world")
    assert gained[0] == pytest.approx(14_879, rel=1e-3)
    assert gained == sorted(gained, reverse=True)
    lost = [one.change for one in said.losers if one.where != "India"]
    assert lost[0] == pytest.approx(-22_825, rel=1e-3)
    assert lost == sorted(lost)


def test_the_same_file_from_python_the_command_line_and_rest(tmp_path, twin):
    scenario = Scenario.model_validate(TWO)
    by_python = kaldor.what_if(kaldor.load(), scenario, measured="IND").share(tmp_path / "python.html").read_bytes()
    (tmp_path / "two.toml").write_text(
        'id = "two"\ntitle = "Two at once"\nview = "fixed prices"\n'
        'levers = [{ lever = "clean-electricity", strength = 50, regions = ["IND"] },\n'
        '{ lever = "material-efficiency", strength = 12.5, regions = ["IND", "DEU"] }]\n'
    )
    line = ["twin", "run", str(tmp_path / "two.toml"), "--on", "starter", "--region", "IND"]
    done = CliRunner().invoke(app, [*line, "--share", str(tmp_path / "line.html")])
    assert done.exit_code == 0, done.output
    with in_process(Settings(store=tmp_path / "store")) as client:
        answer = client.post("/api/economies/starter/2018/share", params={"region": "IND"}, json=TWO)
    assert answer.headers["content-disposition"] == 'attachment; filename="kaldor-two-at-once.html"'
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert by_python == (tmp_path / "line.html").read_bytes() == answer.content


def test_a_title_of_blanks_counts_as_none_and_minus_zero_is_zero(twin):
    levers = [{"lever": "carbon-price", "strength": -0.0, "regions": ["IND"]}]
    said = said_of(twin, TWO | {"title": " \t", "levers": levers})
    assert said.title == "two"
    assert said.sliders[0].strength.startswith("0 ")
    assert file_name(Scenario(id="two", title="碳价"), "png") == "kaldor-two.png"


def test_a_request_for_no_region_is_told_in_no_other_doors_words(tmp_path):
    with in_process(Settings(store=tmp_path / "store")) as client:
        answer = client.post("/api/economies/starter/2018/share", json=TWO)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["remedy"] == "Name the region that is meant, such as DEU."


def test_what_cannot_be_written_is_said_before_anything_is_run(tmp_path):
    (tmp_path / "s.toml").write_text('[[scenarios]]\nid = "a"\n[[scenarios]]\nid = "b"\n')
    line = ["twin", "run", str(tmp_path / "s.toml"), "--on", "starter", "--region", "IND"]

    def refused(*more):
        return CliRunner().invoke(app, [*line, *more]).exception

    assert "ends in none of .html, .svg, .png" in str(refused("--share", str(tmp_path / "x.pdf"), "--id", "a"))
    assert isinstance(refused("--share", str(tmp_path / "none" / "x.html"), "--id", "a"), StoreError)
    assert "a file has one scenario, here are 2" in str(refused("--share", str(tmp_path / "x.html")))
    assert list(tmp_path.iterdir()) == [tmp_path / "s.toml"]
    with pytest.raises(InputError, match="ends in none of"):
        kind_of("scenario")


def test_the_headline_is_of_each_challenge_what_moves_or_what_is_named(twin):
    scenario = Scenario.model_validate(TWO | {"view": "prices respond"})
    found = outcomes_of(twin, scenario, region="IND", band=False)
    first = headline(found)
    dimensions = [one.metric.dimension for one in first]
    assert dimensions[:5] == ["sustainability", "resilience", "technology", "workforce", "society"]
    assert next(one for one in first if one.metric.dimension == "workforce").metric.id == "real-wage"  # no job moves
    assert [one.metric.id for one in headline(found, ["jobs", "co2-world"])] == ["jobs", "co2-world"]
    with pytest.raises(UnknownLabelError, match="Did you mean 'jobs'"):
        headline(found, ["job"])
    with pytest.raises(InputError, match="names 13 metrics"):
        headline(found, ["jobs"] * 13)


def test_own_figures_of_a_lever_are_said_as_set_in_the_scenario(twin):
    lever = next(one for one in packaged_levers().values() if one.figures and not missing_data(twin.economy, one))
    own = lever.figures[0]
    setting = {
        "lever": lever.id,
        "strength": lever.parameter.default,
        "regions": ["IND"],
        "figures": {own.name: own.high},
    }
    given = {"id": "own", "view": "fixed prices", "levers": [setting | ({"bloc": ["DEU"]} if lever.needs_bloc else {})]}
    (slider,) = said_of(twin, given).sliders
    assert slider.figures[0].endswith("(set in the scenario)")
    assert own.source not in slider.figures[0]
