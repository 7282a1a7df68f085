"""Where a picture puts its bars, dots and words: read back from the drawing, against the values that it shows."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence

import pytest

from kaldor.brief import palette
from kaldor.brief.charts import draw
from kaldor.brief.document import Chart, ChartRow, Document, Figure, Stamp
from kaldor.brief.html import to_html
from kaldor.brief.ledger import write
from kaldor.brief.tables import beside, cell_texts
from kaldor.brief.wording import keys, stamp_line

SVG = "{http://www.w3.org/2000/svg}"
ORIGIN = Stamp(sources=("table",), year=2009, status="estimated")


def drawn(form: str, rows: Sequence[Sequence[float]], series: Sequence[str], **more: object) -> ET.Element:
    """A picture of resilience with a row for each sequence of values: "row 0", "row 1" …"""
    chart, figures = made(form, rows, series, **more)
    return ET.fromstring(draw(chart, figures, "resilience"))


def made(
    form: str, rows: Sequence[Sequence[float]], series: Sequence[str], **more: object
) -> tuple[Chart, dict[str, Figure]]:
    figures = {
        f"f-{r}-{s}": Figure(id=f"f-{r}-{s}", label="", value=value, unit="%", period="2009", status="estimated",
                             sources=("table",), method="m", dataset="d")
        for r, row in enumerate(rows) for s, value in enumerate(row)
    }  # fmt: skip
    along = form in ("lines", "fan")
    points = [
        ChartRow(label=f"row {r}", figures=tuple(f"f-{r}-{s}" for s in range(len(row))), x=float(r) if along else None)
        for r, row in enumerate(rows)
    ]
    about = {"id": "c", "title": "t", "unit": "%", "axis": "Share", "label_title": "Row", "stamp": ORIGIN, "alt": "a"}
    chart = Chart(form=form, series=tuple(series), rows=tuple(points), **about, **more)
    return chart, figures


def colour_of(node: ET.Element) -> str:
    return re.search(r"fill:(#[0-9a-f]{6})", node.get("style", ""))[1]


def bars(svg: ET.Element, colour: str) -> list[tuple[float, float]]:
    """From where to where the bars of a colour reach, from the top; the key's small squares left out."""
    found = [node for node in svg.iter(f"{SVG}rect") if colour in node.get("style", "")]
    ends = [(float(n.get("y")), float(n.get("x")), float(n.get("x")) + float(n.get("width"))) for n in found]
    return [(left, right) for top, left, right in sorted(ends) if right - left != pytest.approx(6.5)]


def ticks(svg: ET.Element) -> dict[float, float]:
    """The numbers of the horizontal axis and where they stand."""
    found = {}
    for node in svg.iter(f"{SVG}text"):
        words = "".join(node.itertext()).replace("−", "-").replace("\u202f", "")
        if "text-anchor:middle" in node.get("style") and re.fullmatch(r"-?[\d.]+", words):
            found[float(words)] = float(node.get("x"))
    return found


def value_at(svg: ET.Element, x: float) -> float:
    """What the axis says of a place."""
    (a, at_a), (b, at_b) = sorted(ticks(svg).items())[:: len(ticks(svg)) - 1]
    return a + (x - at_a) / (at_b - at_a) * (b - a)


def test_bars_end_where_the_axis_says_their_value_is() -> None:
    svg = drawn("bars", [[40.0], [10.0], [-20.0]], ["Share"])
    found = [(value_at(svg, left), value_at(svg, right)) for left, right in bars(svg, palette.CHALLENGE["resilience"])]
    assert found == [pytest.approx(ends, abs=0.05) for ends in [(0, 40), (0, 10), (-20, 0)]]
    places = ticks(svg)
    assert sorted(places) == sorted(places, key=places.get)  # larger values stand further right
    assert "−20" in "".join(svg.itertext())


def test_parts_of_a_bar_begin_where_the_last_one_ends() -> None:
    svg = drawn("stacked", [[10.0, 20.0, 30.0], [5.0, 0.0, 15.0]], ["One", "Two", "Three"])
    steps = palette.STEPS["resilience"]
    whole = [bars(svg, colour) for colour in steps]
    first = [[value_at(svg, x) for x in parts[0]] for parts in whole]
    assert first == [pytest.approx(ends, abs=0.05) for ends in ([0, 10], [10, 30], [30, 60])]
    assert [value_at(svg, x) for x in whole[2][-1]] == pytest.approx([5, 20], abs=0.05)
    assert {"60", "20"} <= {"".join(node.itertext()) for node in svg.iter(f"{SVG}text")}


def test_a_box_has_its_middle_half_and_its_median_where_they_are() -> None:
    svg = drawn("boxes", [[0.0, 10.0, 20.0, 40.0, 60.0]], ["5 %", "25 %", "Median", "75 %", "95 %"])
    dark, _, soft = palette.STEPS["resilience"]
    ((left, right),) = bars(svg, soft)
    assert [value_at(svg, left), value_at(svg, right)] == pytest.approx([10, 40], abs=0.05)
    (stroke,) = (node for node in svg.iter(f"{SVG}path") if f"stroke:{dark}" in node.get("style"))
    assert value_at(svg, float(re.match(r"M([\d.]+)", stroke.get("d"))[1])) == pytest.approx(20, abs=0.05)


def heights(node: ET.Element) -> list[float]:
    """The vertical places of a line, from the left."""
    return [float(y) for _, y in re.findall(r"([\d.]+) ([\d.]+)", node.get("d"))]


def line(svg: ET.Element, colour: str, *, dashed: bool) -> ET.Element:
    """The longest line of a look."""
    found = [n for n in svg.iter(f"{SVG}path") if f"fill:none;stroke:{colour}" in n.get("style")]
    return max((n for n in found if ("dasharray" in n.get("style")) == dashed), key=lambda n: len(n.get("d")))


FAN = [[-30.0, -10.0, 5.0, -12.0], [-40.0, -20.0, 0.0, -22.0], [-20.0, -5.0, 10.0, -6.0], [-20.0, -5.0, 10.0, -6.0]]


def test_a_fan_is_drawn_with_its_median_between_its_ends() -> None:
    svg = drawn("fan", FAN, ["5 %", "Median", "95 %", "Central"], along="Week")
    dark, strong = palette.STEPS["resilience"][0], palette.CHALLENGE["resilience"]
    (band,) = (n for n in svg.iter(f"{SVG}path") if f"fill:{palette.STEPS['resilience'][2]}" in n.get("style"))
    outline = heights(band)
    upper, lower = outline[:4], outline[4:][::-1]
    median, central = heights(line(svg, dark, dashed=True)), heights(line(svg, strong, dashed=False))
    for top, middle, run, bottom in zip(upper, median, central, lower, strict=True):
        assert top < middle < run < bottom  # 5, −10, −12, −30: down is less


def test_the_key_of_lines_names_each_by_its_look() -> None:
    svg = drawn("lines", [[50.0, 50.0], [50.0, 20.0], [50.0, 10.0], [50.0, 10.0]], ["Without", "With"], along="Year")
    without, with_ = line(svg, palette.QUIET, dashed=True), line(svg, palette.CHALLENGE["resilience"], dashed=False)
    assert heights(with_)[-1] > heights(without)[-1]  # 10 stands lower than 50
    assert "dasharray" in key_of(svg, "Without").get("style")
    assert "dasharray" not in key_of(svg, "With").get("style")


def key_of(svg: ET.Element, name: str) -> ET.Element:
    """The mark that stands before a name in the key."""
    nodes = list(svg)
    (at,) = (k for k, node in enumerate(nodes) if node.tag == f"{SVG}text" and "".join(node.itertext()) == name)
    return nodes[at - 1]


def test_the_table_beside_a_picture_has_its_series_in_their_order() -> None:
    chart, figures = made("dumbbell", [[1.5, 2.5], [30.0, 40.0]], ["Before", "After"])
    table = beside(chart)
    assert [column.title for column in table.columns] == ["Row", "Before", "After"]
    assert cell_texts(table, figures) == (("row 0", "1.5", "2.5"), ("row 1", "30.0", "40.0"))


def test_prose_has_three_digits_and_a_size_no_sign() -> None:
    _, figures = made("bars", [[-1.23456]], ["Share"])
    (figure,) = figures.values()
    said = "".join(span.text for span in write("{a}; {a:size}; {a:number}", a=figure))
    assert said.replace("\u202f", " ").replace("\xa0", " ") == "−1.23 %; 1.23 %; −1.23"


def test_rows_sources_and_methods_are_counted_from_one(
    document: Document, make_document: Callable[..., Document]
) -> None:
    sources, methods = keys(document)
    assert (dict(sources), dict(methods)) == ({"table": "S1"}, {"accounts": "M1"})
    order = list(dict.fromkeys(document.figure_references()))
    assert [document.figure_by_id()[name].number for name in order] == list(range(1, len(order) + 1))
    assert document.figure_by_id()[order[0]].number == 1
    html = to_html(document)
    assert "S1" in html
    assert "S2" not in html


def test_what_stands_for_the_year_is_said_where_there_are_several(document: Document) -> None:
    sources = {one.id: one for one in document.sources}
    several = ORIGIN.model_copy(update={"period": "2005–2010"})
    assert stamp_line(ORIGIN, sources) == "Source: A table of the world. Year: 2009. Status: estimated."
    assert "Year: 2005–2010." in stamp_line(several, sources)
