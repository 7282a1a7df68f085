"""What a brief does not do: load what it has no use for, factor a table twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kaldor.brief.run import run_study
from kaldor.brief.section import Section
from kaldor.brief.sections import sections
from kaldor.economy.economy import Economy, Extension
from kaldor.economy.solve import LeontiefSolver, solver_of
from kaldor.economy.starter import starter_world

STUDIES = Path(__file__).parents[2] / "src" / "kaldor" / "brief" / "studies"

UNUSED = (
    "numba",
    "matplotlib",
    "ibis",
    "duckdb",
    "rich.progress",
    "kaldor.twin.shocks.model",
    "kaldor.twin.shocks.run",
    "kaldor.twin.twin",
    "kaldor.twin.metric",
    "kaldor.twin.outcome",
    "kaldor.twin.outcomes",
    "kaldor.twin.spread",
)
"""What a study without scenarios, shocks, paths and sweeps on the starter world has no use for."""

USED = "kaldor.brief.sections.sustainability.scopes.build"


def test_the_demo_loads_no_compiler_and_no_code_of_sections_it_does_not_have(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.argv = ['kaldor', 'demo', '--out', {str(tmp_path / 'brief')!r}]\n"
        "from kaldor.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as stop: assert not stop.code, stop.code\n"
        f"print([name for name in {UNUSED!r} if name in sys.modules], {USED!r} in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[] True"


@pytest.mark.parametrize("section", sections().values(), ids=list(sections()))
def test_every_section_can_be_built(section: Section) -> None:
    assert section.builder().__module__ == section.build


@pytest.fixture
def factors(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows of every factor that is made, in order."""
    made: list[int] = []
    factor = LeontiefSolver._factor

    def counted(self: LeontiefSolver, precision: type):
        made.append(self.n)
        return factor(self, precision)

    monkeypatch.setattr(LeontiefSolver, "_factor", counted)
    return made


def test_a_study_factors_its_table_once_and_its_pdf_is_small(tmp_path: Path, factors: list[int]) -> None:
    brief = run_study(STUDIES / "starter.toml", out=tmp_path / "brief", formats=["pdf"])
    assert "sources" in {section.id for section in brief.document.sections}
    assert factors.count(max(factors)) == 1
    assert max(factors) == 13 * 12
    assert len(factors) == 1 + 13  # and each country's own block, for the content of exports
    assert brief.files["pdf"].stat().st_size < 350_000  # 1.46 MB with an object for each cell in plain text


def test_an_economy_with_another_extension_shares_the_factor_whoever_asks_first(factors: list[int]) -> None:
    economy = Economy.from_published(starter_world())
    co2 = economy.extensions["co2"]
    other = Extension(**{**vars(co2), "id": "half", "F": co2.F / 2})
    derived = economy.with_extensions(other)
    assert solver_of(derived).solve(derived.S("half"), transposed=True).shape == (economy.n,)
    assert solver_of(economy) is solver_of(derived)
    assert len(factors) == 1


def test_what_rests_on_extensions_is_not_shared() -> None:
    economy = Economy.from_published(starter_world())
    co2 = economy.extensions["co2"]

    def total(of: Economy) -> float:
        return float(of.extensions["co2"].F.sum())

    derived = economy.with_extensions(Extension(**{**vars(co2), "F": co2.F / 2}))
    assert economy.once(total) == pytest.approx(2 * derived.once(total))
