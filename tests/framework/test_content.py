"""What the package's own framework holds: counts, order, places, and figures that say what the document prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

import pytest

from kaldor.errors import UnknownLabelError
from kaldor.framework import Figure, Framework, load_framework

CHALLENGES = ["sustainability", "resilience", "technology", "workforce", "society"]
ROWS = dict(zip(CHALLENGES, (9, 11, 11, 8, 6), strict=True))
PUBLIC = dict(zip(CHALLENGES, (5, 6, 6, 5, 3), strict=True))
ISSUES = dict(zip(CHALLENGES, (3, 2, 3, 3, 3), strict=True))
DEBATES = dict(zip(CHALLENGES, (3, 2, 2, 2, 2), strict=True))

WORDS = {"zero": 0, "a quarter": 25, "five": 5, "six": 6, "eight": 8, "eighteen": 18, "twenty-eight": 28}


@pytest.fixture(scope="module")
def framework() -> Framework:
    return load_framework()


def test_five_challenges_in_their_order(framework: Framework):
    assert [challenge.id for challenge in framework.challenges] == CHALLENGES
    assert [challenge.number for challenge in framework.challenges] == [1, 2, 3, 4, 5]
    assert len({challenge.colour for challenge in framework.challenges}) == 5


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_every_row_of_the_tables_is_one_priority(framework: Framework, challenge: str):
    priorities = framework.priorities(challenge)
    assert len(priorities) == ROWS[challenge]
    assert len(framework.priorities(challenge, "public")) == PUBLIC[challenge]
    number = framework.challenge(challenge).number
    assert {priority.origin.table for priority in priorities} == {number + 1}
    assert [priority.origin.row for priority in priorities] == list(range(1, ROWS[challenge] + 1))


def test_forty_five_priorities_fourteen_issues_eleven_debates_thirteen_cases(framework: Framework):
    assert len(framework.priorities()) == 45
    assert Counter(issue.challenge for issue in framework.issues()) == ISSUES
    assert Counter(debate.challenge for debate in framework.debates()) == DEBATES
    assert [case.number for case in sorted(framework.cases(), key=lambda case: case.number)] == list(range(1, 14))


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_every_entry_of_table_1_maps_to_an_issue_or_priority(framework: Framework, challenge: str):
    assert [issue.table1 for issue in framework.issues(challenge)] == list(range(1, ISSUES[challenge] + 1))
    for sector, count in (("public", PUBLIC[challenge]), ("private", ROWS[challenge] - PUBLIC[challenge])):
        places = [priority.table1 for priority in framework.priorities(challenge, sector)]
        assert places == list(range(1, count + 1))


def test_cases_by_challenge_follow_the_sections_of_the_document(framework: Framework):
    by_challenge = {id: {case.number for case in framework.cases(id)} for id in CHALLENGES}
    assert by_challenge == {
        "sustainability": {1, 2},
        "resilience": {3, 4, 5},
        "technology": {6, 7, 8},
        "workforce": {9, 10, 11},
        "society": {12, 13},
    }


def test_only_cases_3_and_4_have_no_figures_and_say_why(framework: Framework):
    without = [case for case in framework.cases() if not case.figures]
    assert [case.number for case in without] == [3, 4]
    assert all(case.no_figures_because for case in without)


def test_the_heading_of_case_11_is_recorded_as_missing(framework: Framework):
    missing = [case.id for case in framework.cases() if case.locator.heading_missing]
    assert missing == ["unist-ai-park"]
    assert "heading missing" in str(framework.case("unist-ai-park").locator)


@pytest.mark.parametrize(
    ("case", "figure", "stated", "standing"),
    [
        ("hybrit", "steel-a-year", "1.3 Mt/year", "target"),
        ("hybrit", "co2-avoided", "more than 14 Mt CO2", "projection"),
        ("tmuk", "paint-energy", "18 GWh/year", "self-reported"),
        ("siemens-edb", "investment", "2 billion EUR", "target"),
        ("senai-journey", "productivity", "at least 20 %", "target"),
        ("future-factories", "operating-cost", "-21 %", "self-reported"),
        ("empresa-centro", "age", "18 to 35 years", "self-reported"),
        ("unist-ai-park", "profit-gain", "about 200,000 USD/year per company", "self-reported"),
        ("buy-social", "spending", "more than 350 million GBP", "self-reported"),
        ("better-work", "pay-gap-closed", "85 % of the gap", "self-reported"),
    ],
)
def test_figures_read_as_the_document_means_them(framework: Framework, case, figure, stated, standing):
    found = next(one for one in framework.case(case).figures if one.id == figure)
    assert (found.stated(), found.standing) == (stated, standing)


def test_values_agree_with_what_the_document_prints(framework: Framework):
    for case in framework.cases():
        for figure in case.figures:
            assert _size(figure) == _printed_size(figure.locator.printed), f"{case.id} {figure.id}"


def test_size_of_a_network_is_no_result(framework: Framework):
    assert framework.case("mep").figures
    assert framework.case("mep").results == ()


def test_no_result_of_the_thirteen_cases_is_independently_observed(framework: Framework):
    assert {figure.standing for case in framework.cases() for figure in case.results} == {
        "self-reported",
        "target",
        "projection",
    }


def test_general_statistics_carry_a_caution(framework: Framework):
    eleven = framework.fact("supply-chain-over-operational-emissions")
    assert eleven.stated() == "11 times"
    assert "report to CDP" in eleven.caution
    assert "input–output" in eleven.caution
    assert [fact.value for fact in framework.facts] == [11, 95, 18, 50, 60]


def test_cases_filter_by_priority_debate_and_instrument(framework: Framework):
    assert [case.id for case in framework.cases(instrument="joint-venture")] == ["hybrit"]
    assert {case.id for case in framework.cases(debate="technology.debate.technical-assistance")} == {
        "mep",
        "senai-journey",
    }
    by_priority = framework.cases(priority="technology.private.academia")
    assert {case.challenge for case in by_priority} == {"resilience", "workforce"}
    assert framework.cases("society", instrument="joint-venture") == ()


def test_every_instrument_is_used_by_some_case(framework: Framework):
    used = {id for case in framework.cases() for id in case.instruments}
    assert {instrument.id for instrument in framework.instruments} == used


def test_unknown_ids_are_refused_with_the_near_match(framework: Framework):
    with pytest.raises(UnknownLabelError, match="Did you mean 'resilience'"):
        framework.challenge("resilence")
    with pytest.raises(UnknownLabelError, match=r"Did you mean 'workforce\.public\.safety-nets'"):
        framework.priority("workforce.public.safety-net")
    with pytest.raises(UnknownLabelError, match="unknown sector 'state'"):
        framework.priorities(sector="state")
    with pytest.raises(UnknownLabelError, match="Did you mean 'joint-venture'"):
        framework.cases(instrument="joint-ventures")


def test_importing_the_framework_stays_light():
    heavy = "{'numpy', 'pandas', 'pyarrow', 'ibis', 'matplotlib', 'typst'}"
    code = f"import sys, kaldor.framework, kaldor.cli.framework; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def _size(figure: Figure) -> float:
    # Ranges are checked by their lower end; a fall is printed without its sign.
    return abs(figure.value if figure.value is not None else figure.value_low)


def _printed_size(printed: str) -> float:
    """The number in a short piece of the document, units of mass and energy left aside."""
    text = printed.lower()
    digits = re.search(r"\d[\d,]*(\.\d+)?", text)
    if digits is None:
        return WORDS[next(word for word in sorted(WORDS, key=len, reverse=True) if text.startswith(word))]
    scale = {"billion": 1e9, "million": 1e6}.get(text[digits.end() :].strip().split(" ")[0], 1.0)
    if "tonnes" in text or "kilowatt" in text:
        scale = 1.0  # 1.3 million tonnes is 1.3 Mt, 18 million kWh is 18 GWh
    return float(digits[0].replace(",", "")) * scale
