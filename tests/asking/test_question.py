"""A question reads what was typed, texts or values, and says what is wrong in the words of its own inputs."""

from __future__ import annotations

import re
import time
from typing import Annotated, Any, Literal

import pandas as pd
import pytest
from pydantic import Field, model_validator

from kaldor.asking import Answer, Inputs, Origin, Progress, Question, Table, names, text_file
from kaldor.errors import InputError

TITLE = {"en": "How much", "fr": "Combien", "es": "Cuánto"}


class Much(Inputs):
    share: Annotated[float, Field(ge=-1, le=10, description="Of the output.")]
    above: Annotated[float | None, Field(gt=0, description="More than nothing.")] = None
    draws: Annotated[int, Field(ge=20, description="Tables drawn.")] = 200
    of: Annotated[Literal["products", "consumers"], Field(description="Whose.")] = "consumers"
    by: Annotated[Literal["region", "sector"] | None, Field(description="One row a …")] = None
    region: Annotated[tuple[str, ...], Field(description="Which.", json_schema_extra=names("region"))] = ()
    exact: Annotated[bool, Field(description="To the last digit.")] = False
    errors: Annotated[
        str | None, Field(max_length=1000, description="Of your own.", json_schema_extra=text_file(".toml"))
    ] = None

    @model_validator(mode="after")
    def _agree(self) -> Much:
        if self.by == "sector" and self.region:
            raise ValueError("by sector leaves no region to choose.")
        return self


def much(subject: str, given: Much, _: Progress) -> Answer:
    """Say how much.

    More of it.
    """
    frame = pd.DataFrame({"output": [given.share], "output_lost": [1.0]}, index=pd.Index(["x"], name="region"))
    origin = Origin(subject, 2018, "observed", "", "", "", "")
    return Answer("How much", (Table("t", frame, {"output": "M$"}),), "observed", origin, "by hand")


def question(**changes: Any) -> Question[str, Much]:
    declared = {"id": "much", "room": "toy", "of": "", "title": TITLE, "inputs": Much, "answer": much, "page": "much"}
    return Question(**(declared | changes))


def refusal(**given: Any) -> str:
    with pytest.raises(InputError) as caught:
        question().read(given)
    return str(caught.value)


def test_texts_lists_and_values_read_alike() -> None:
    typed = question().read({"share": ["0.5"], "draws": "20", "region": ["DEU", "FRA"], "exact": "true"})
    given = question().read({"share": 0.5, "draws": 20, "region": ("DEU", "FRA"), "exact": True})
    assert typed == given
    assert (typed.share, typed.draws, typed.region, typed.exact, typed.of) == (
        0.5,
        20,
        ("DEU", "FRA"),
        True,
        "consumers",
    )


def test_inputs_are_described_as_doors_show_them() -> None:
    share, above, draws, of, by, region, exact, errors = question().described
    assert (share.kind, share.required, share.low, share.high, share.range) == ("number", True, -1, 10, "−1 to 10")
    assert (above.kind, above.required, above.low_open, above.range) == ("number", False, True, "above 0")
    assert (draws.kind, draws.default, draws.range) == ("whole", 200, "at least 20")
    assert (of.kind, of.choices, of.default) == ("choice", ("products", "consumers"), "consumers")
    assert (by.kind, by.choices, by.default) == ("choice", ("region", "sector"), None)
    assert (region.kind, region.many, region.names) == ("text", True, "region")
    assert exact.kind == "flag"
    assert (errors.kind, errors.ending) == ("file", ".toml")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "share: is missing. Of the output."),
        ({"share": "100"}, "share: '100' is not within its bounds. Allowed: −1 to 10."),
        ({"share": "ten"}, "share: 'ten' is not a number. Of the output."),
        ({"share": "nan"}, "share: 'nan' is not a number. Of the output."),
        ({"share": 0, "above": 0}, "above: '0' is not within its bounds. Allowed: above 0."),
        ({"share": 0, "draws": "20.5"}, "draws: '20.5' is not a whole number. Tables drawn."),
        ({"share": 0, "of": "prodcts"}, "of: 'prodcts' is none of its values. Did you mean 'products'?"),
        ({"share": 0, "shar": 1}, "shar: unknown input. Did you mean 'share'?"),
        ({"share": [1, 2]}, "share: is given 2 times. Give it once."),
        ({"share": 0, "region": [f"R{n}" for n in range(301)]}, "region: 301 are given. Give at most 300."),
        ({"share": 0, "exact": "perhaps"}, "exact: 'perhaps' is not true or false. To the last digit."),
        ({"share": 0, "region": ["x" * 201]}, "region: is longer than 200 characters. Shorten it."),
        ({"share": 0, "by": "sector", "region": ["DEU"]}, "inputs: by sector leaves no region to choose."),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_input(given: dict[str, Any], said: str) -> None:
    assert refusal(**given) == said


def test_a_label_named_twice_counts_once() -> None:
    assert question().read({"share": 0, "region": ["DEU", "FRA", "DEU"]}).region == ("DEU", "FRA")


def test_all_problems_are_said_together() -> None:
    assert len(refusal(share="ten", draws=1, of="x", nothing="").splitlines()) == 4


def test_a_title_is_said_in_every_language() -> None:
    with pytest.raises(InputError, match="is missing in fr, es"):
        question(title={"en": "How much"})


def test_the_first_line_of_the_function_is_what_doors_show() -> None:
    assert question().help == "Say how much."


def test_a_variant_of_a_quantity_has_its_unit_and_a_label_none() -> None:
    table = question().ask("here", {"share": 1}).tables[0]
    assert [(name, table.unit(name)) for name in table.columns] == [
        ("region", ""),
        ("output", "M$"),
        ("output_lost", "M$"),
    ]


@pytest.mark.parametrize("given", [{"share": True}, {"share": 1, "draws": [True]}, {"share": 1, "above": False}])
def test_a_truth_value_is_no_number(given: dict[str, Any]) -> None:
    assert re.search(r"(share|draws|above): '(true|false)' is not a (whole )?number\.", refusal(**given))


def test_endless_unknown_inputs_are_refused_at_once() -> None:
    began = time.process_time()
    assert "… and 29980 more problems" in refusal(share=1, **{f"x{number}": 1 for number in range(30_000)})
    assert time.process_time() - began < 2  # it takes hundredths


@pytest.mark.parametrize("given", [{"share": "1_0"}, {"share": ["1_0"]}, {"share": "1", "draws": "1_00"}])
def test_digits_with_a_line_between_them_are_no_number(given) -> None:
    with pytest.raises(InputError, match=r"'1_00?' is not written as a number\. Write digits alone"):
        question().read(given)
