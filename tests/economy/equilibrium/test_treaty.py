"""A treaty of tariffs by a closed form, against the tariff's own question, and in files that are no treaty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.questions.treaty_file import treaty_of
from kaldor.errors import InputError
from tests.economy.equilibrium.asking import ask

STUDIES = Path(__file__).parents[3] / "studies"
BOTH = "supplier,buyer,before,after\nFRA,DEU,10,0\nDEU,FRA,10,0\n"


def test_free_trade_after_a_tenth_on_both_sides(economy: Economy) -> None:
    """Duties of before are in what is paid: 0.8 of 1.02 at home, 0.22 of 1.02 from abroad; σ = 3.

    Inputs then cost 51 of 100, factors get 49; each country spends their 98 and 4 of duties. Without them composites
    cost m = (0.8 / 1.02 + 0.22 / 1.02 × 1.1²)^(−1/2) of what makers ask, final use m^(1 / 0.49) of pay.
    """
    answer = ask(economy, "treaty", {"treaty": BOTH})
    m = (0.8 / 1.02 + 0.22 / 1.02 * 1.1**2) ** -0.5
    left = 98 * m ** (-1 / 0.49)
    for row in ("DEU", "FRA"):
        found = answer.tables[1].frame.loc[row]
        assert found["real_income_share"] == pytest.approx(100 * (left / 102 - 1), rel=1e-9)
        assert found["real_wage"] == pytest.approx(100 * (m ** (-1 / 0.49) - 1), rel=1e-9)
        assert found["real_income"] > 0
    assert "Tariffs of before stand in the base" in " ".join(answer.said)


def test_each_side_alone_and_both_add_up(economy: Economy) -> None:
    """Alike countries: half of what both bring is each one's part for the two together, whatever each does alone."""
    answer = ask(economy, "treaty", {"treaty": BOTH})
    parts = answer.tables[4].frame
    assert list(parts.index) == ["DEU", "FRA"]
    assert parts["real_income"].sum() == pytest.approx(answer.facts["real_income"], rel=1e-9)
    assert parts.loc["DEU", "real_income"] == pytest.approx(parts.loc["FRA", "real_income"], rel=1e-6)
    alone = ask(economy, "treaty", {"treaty": "supplier,buyer,before,change\nFRA,DEU,10,-10\nDEU,FRA,10,0\n"})
    assert parts.loc["DEU", "real_income_alone"] == pytest.approx(alone.facts["real_income"], rel=1e-7)
    assert alone.tables[1].frame.loc["DEU", "real_income"] < 0, "who opens alone pays by terms of trade"


@pytest.mark.parametrize(
    ("treaty", "given"),
    [
        (
            "supplier,buyer,product,change\nFRA,DEU,goods,25\n",
            {"supplier": ["FRA"], "buyer": ["DEU"], "product": ["goods"]},
        ),
        ('[[tariffs]]\nsupplier = "!DEU"\nbuyer = "DEU"\nafter = 25\n', {"supplier": ["!DEU"], "buyer": ["DEU"]}),
    ],
)
def test_a_treaty_of_one_line_is_a_tariff(economy: Economy, treaty: str, given: dict[str, Any]) -> None:
    ours = ask(economy, "treaty", {"treaty": treaty, "region": ["DEU"]})
    alone = ask(economy, "tariff", given | {"rate": 0.25})
    for name in ("real_income", "terms_of_trade", "consumer_prices", "co2_abroad"):
        assert ours.facts[name] == pytest.approx(alone.facts[name], rel=1e-10), name


def test_capital_pays_for_no_tariffs_that_the_taxes_hold(economy: Economy) -> None:
    """Where value added at basic prices says that 5 of 100 are taxes, a duty of 1 on inputs is taken out of these."""
    from dataclasses import replace

    basic = replace(economy.extension("labour_income"), id="value_added", F=np.full(4, 45.0))
    with_taxes = economy.with_extensions(basic)
    m = (0.8 / 1.02 + 0.22 / 1.02 * 1.1**2) ** -0.5
    found = ask(with_taxes, "treaty", {"treaty": BOTH}).tables[1].frame.loc["DEU"]
    inputs = 51 / 96  # of a cost of 45 and 51
    assert found["real_wage"] == pytest.approx(100 * (m ** (-1 / (1 - inputs)) - 1), rel=1e-9)


def test_cells_of_a_treaty(starter: Economy) -> None:
    text = (
        "supplier,buyer,product,before,after,change,part\nEU;CHN,USA;DEU,metals;vehicles,3,5,,One\n!DEU,IND,,,,2.5,\n"
    )
    found = treaty_of(starter, text)
    regions, sectors = starter.regions, starter.sectors
    at = {name: regions.index(name) for name in ("DEU", "CHN", "USA", "IND")}
    metals = sectors.index("metals")
    assert found.parts == ("One", "IND")
    assert found.before[at["CHN"], metals, at["USA"]] == pytest.approx(0.03)
    assert found.after[at["DEU"], metals, at["USA"]] == pytest.approx(0.05)
    assert found.part[at["DEU"], metals, at["DEU"]] == 0, "nothing stands at a border of one's own"
    assert found.after[at["CHN"], :, at["IND"]] == pytest.approx(0.025)
    assert (found.part[at["DEU"], :, at["IND"]] == 0).all()
    assert found.part[at["IND"], :, at["IND"]].max() == 0
    assert any("not in this economy and left out" in note for note in found.notes)


HOSTILE = {
    "supplier,buyer\nFRA,DEU\n": "treaty, line 2: says neither 'after' nor 'change'",
    "supplier,buyer,after,change\nFRA,DEU,1,2\n": "treaty, line 2: says both 'after' and 'change'",
    "supplier,buyer,after\nFRA,DEU,ten\n": r"treaty, line 2, column 'after': 'ten' is not a finite number",
    "supplier,buyer,after\nFRA,DEU,nan\n": r"treaty, line 2, column 'after': 'nan' is not a finite number",
    "supplier,buyer,after\nFRA,DEU,-3\n": r"treaty, line 2, column 'after': -3 is out of bounds",
    "supplier,buyer,change\nFRA,DEU,-3\n": r"treaty, line 2: ends at -3 %, below 0. Say with 'before'",
    "supplier,buyer,after\nFRA,FRA,3\n": "treaty, line 2: buyer and supplier are the same",
    "supplier,buyer,after\nFRE,DEU,3\n": "treaty, line 2: unknown region 'FRE'. Did you mean 'FRA'",
    "supplier,buyer,product,after\nFRA,DEU,coals,3\n": "treaty, line 2: unknown sector or group 'coals'",
    "supplier,buyer,after\n,DEU,3\n": "treaty, line 2, column 'supplier': names nobody",
    "supplier,buyer,after\nFRA,DEU,3\nall,DEU,4\n": "treaty, line 3: sets again what treaty, line 2 sets",
    "supplier,buyer,rate\nFRA,DEU,3\n": "treaty, line 1: unknown column 'rate'",
    "supplier,after\nFRA,3\n": "treaty, line 1: column 'buyer' is missing",
    "supplier,buyer,after\nFRA,DEU\n": "treaty, line 2: 2 cells under 3 columns",
    "supplier,buyer,after\n": "there are no rows",
    "": "treaty: the file is empty",
    '[[tariffs]]\nsupplier = "FRA"\nbuyer = "DEU"\nafter = "3"\n': "after",
    '[[tariffs]]\nsupplier = "FRA"\nbuyer = "DEU"\nafer = 3\n': "afer",
    "[[tariffs\n": "treaty",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_no_treaty_is_refused_by_its_line(economy: Economy, text: str) -> None:
    with pytest.raises(InputError, match=HOSTILE[text]):
        treaty_of(economy, text)


def test_every_problem_is_told_at_once_and_no_more_than_one_reads(economy: Economy) -> None:
    many = "supplier,buyer,after\n" + "FRE,DEU,3\n" * 500
    with pytest.raises(InputError) as refused:
        treaty_of(economy, many)
    assert 40 <= len(refused.value.problems) <= 50


@pytest.mark.parametrize("file", sorted((STUDIES / "treaties").iterdir()), ids=lambda file: file.name)
def test_examples_answer_on_the_starter_world(starter: Economy, file: Path) -> None:
    answer = ask(starter, "treaty", {"treaty": file.read_text("utf-8")}, by_hand=False)
    assert set(answer.tables[1].frame.index) == set(starter.regions)
    parts = answer.tables[4].frame
    assert len(parts) == 2
    for name in ("real_income", "terms_of_trade", "gdp_volume", "consumer_prices", "co2_home"):
        assert parts[name].sum() == pytest.approx(answer.facts[name], rel=1e-9, abs=1e-9)
