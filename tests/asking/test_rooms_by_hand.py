"""What rooms besides the economy's answer, against accounts done by hand on two mines and two scrap dealers.

German mines take 2 kt of ore for each unit of output, so that 0.4 kt stand behind a unit of French scrap (20 of 100 is
bought of them). German final users hold 80 × 2 + 25 × 0.4 = 170 kt, French ones 50 × 2 + 75 × 0.4 = 130 kt.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kaldor.economy.questions.opening import asked_of
from kaldor.economy.questions.subject import Asked
from kaldor.errors import KaldorError
from kaldor.rooms import questions
from tests.asking.mined import MINED, YEAR, keep_mined


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder: Path = tmp_path_factory.mktemp("mined")
    keep_mined(folder / "store", folder / "files")
    return asked_of(MINED, YEAR, (), folder / "store")


def rows(asked: Asked, question: str, **given: Any) -> dict[Any, dict[str, float]]:
    (table,) = questions()[question].ask(asked, given).tables
    return table.frame.to_dict("index")


def test_materials_at_home_and_behind_final_use(mined) -> None:
    found = rows(mined, "materials", extension=["ore"])
    assert [found[code]["domestic"] for code in ("DEU", "FRA")] == pytest.approx([200, 100])
    assert [found[code]["footprint"] for code in ("DEU", "FRA")] == pytest.approx([170, 130])
    assert [found[code]["net_imports"] for code in ("DEU", "FRA")] == pytest.approx([-30, 30])
    (table,) = questions()["materials"].ask(mined, {"extension": ["ore"]}).tables
    assert table.unit("footprint") == "kt"


def test_energy_with_what_households_use_themselves(mined) -> None:
    found = rows(mined, "energy", extension=["energy"])
    assert [found[code]["domestic"] for code in ("DEU", "FRA")] == pytest.approx([57, 300])
    assert [found[code]["footprint"] for code in ("DEU", "FRA")] == pytest.approx([40 + 25 * 3.1 + 7, 75 * 3.1])


def test_recycled_inputs_beside_all_and_beside_primary_ones(mined) -> None:
    assert rows(mined, "recycled", region=["FRA"])["FRA"]["share"] == pytest.approx(10 / 30)
    beside = rows(mined, "recycled", region=["FRA"], primary="mining")["FRA"]
    assert (beside["recycled"], beside["compared_with"]) == pytest.approx((10, 30))
    assert rows(mined, "recycled")["DEU"]["share"] != rows(mined, "recycled")["DEU"]["share"]  # nothing is bought


def test_dependence_by_supplier_and_by_product(mined) -> None:
    given = {"region": "France", "sector": ["recycling"]}
    assert rows(mined, "dependence", **given)["DEU"]["face_value"] == pytest.approx(1)
    products = rows(mined, "dependence", **given, by="product")
    assert products["mine"]["look_through"] == pytest.approx(2 / 3)
    assert products["mine"]["suppliers_hhi"] == pytest.approx(1)


def test_a_tenth_more_of_primary_inputs_runs_along_sales(mined) -> None:
    given = {"change": 0.1, "region": ["DEU"], "sector": ["mine"]}
    dearer = rows(mined, "ghosh", **given)
    assert dearer["DEU", "mine"]["price_change"] == pytest.approx(0.1)
    assert dearer["FRA", "scrap"]["price_change"] == pytest.approx(0.02)
    more = rows(mined, "ghosh", **given, of="quantities")
    assert (more["DEU", "mine"]["output_change"], more["FRA", "scrap"]["output_change"]) == pytest.approx((10, 2))


def test_a_resource_in_another_kind_of_unit_is_refused(mined) -> None:
    for question, extension in (("materials", "energy"), ("energy", "ore"), ("materials", "value_added")):
        with pytest.raises(KaldorError, match=extension):
            questions()[question].ask(mined, {"extension": [extension]})
