"""What all pictures share: the size of their type, how axes are set, and the words that stay with a copied picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kaldor.brief import palette
from kaldor.brief.document import Chart
from kaldor.brief.numbers import in_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

# STIX is measured by the drawing library; Libertinus, which the PDF sets, and the serif types that a browser finds
# are close to it in width.
MEASURED_IN: Final = ["STIXGeneral", "DejaVu Serif"]  # the second for letters that the first lacks
FACE: Final = "'Libertinus Serif'"
SIZE: Final = 9.5
CHARACTER: Final = 0.068  # inches, on average, at SIZE


def style(chart: Chart) -> dict[str, Any]:
    """The drawing library's settings for a picture: text as text, ids that depend on nothing but the chart."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": chart.id,
        "font.family": MEASURED_IN,
        "font.size": SIZE,
        "axes.unicode_minus": True,
        "text.color": palette.INK,
        "text.parse_math": False,
    }


def blank(width: float, height: float) -> Canvas:
    """An empty picture of a size in inches."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    canvas = Canvas(figsize=(width, height))
    FigureCanvasSVG(canvas)
    return canvas


def bare(axes: Axes) -> None:
    """No frame and no ticks: the grid and the labels are enough."""
    axes.tick_params(axis="both", length=0, labelcolor=palette.INK, pad=5)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def year_and_status(canvas: Canvas, chart: Chart, width: float, height: float) -> None:
    """Year and status inside the picture, so that they stay with it when it is copied out."""
    words = f"{chart.stamp.period or chart.stamp.year} · {chart.stamp.status}"
    canvas.text(1 - 0.02 / width, 0.09 / height, words, ha="right", va="center", fontsize=SIZE - 2, color=palette.QUIET)


def tick(value: float, _place: int | None = None) -> str:
    """A number on an axis."""
    text = f"{value:.6g}"
    decimals = len(text.split(".")[1]) if "." in text and "e" not in text else 0
    return in_table(value, decimals)
