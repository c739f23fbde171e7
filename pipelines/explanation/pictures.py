"""Pictures of what a model's predictions depend on.

Drawn on figures of their own, without matplotlib's global state: a job has no screen, and other threads
may draw as well.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pipelines.explanation.contributions import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SUMMARY, DEPENDENCE = "shap/summary.png", "shap/dependence.png"
FILES = (SUMMARY, DEPENDENCE)

MOST_INPUTS = 15  # in the summary
MOST_VALUES = 12  # of a category
COLOURS = "coolwarm"  # low to high
PLAIN = "#5f6b7a"  # what has no order
BAR = "#3b6fb6"


def draw(explanation: Explanation, unit: str) -> "Mapping[str, Figure]":
    """Return the pictures by their file names; contributions are in the label's unit."""
    return {
        SUMMARY: draw_summary(explanation, unit),
        DEPENDENCE: draw_dependence(explanation, unit),
    }


def draw_summary(explanation: Explanation, unit: str) -> "Figure":
    """Return, for the inputs that matter most, their mean contribution beside every single one."""
    shown = explanation.ranking[:MOST_INPUTS]
    figure, (bars, points) = _make_figure(1, 2, height=1.2 + 0.36 * len(shown), width_ratios=[1, 2])
    places = np.arange(len(shown))[::-1]
    bars.barh(places, [mean for _, mean in shown], color=BAR, height=0.7)
    bars.set_yticks(places, [name for name, _ in shown])
    bars.set_xlabel(f"mean |SHAP value|, {unit}")
    bars.set_title("How much an input matters")
    for place, (name, _) in zip(places, shown, strict=True):
        _draw_swarm(points, explanation, name, float(place))
    points.axvline(0, color="#999999", linewidth=0.8, zorder=0)
    points.set_yticks(places, [""] * len(places))
    points.set_ylim(*bars.get_ylim())
    points.set_xlabel(f"SHAP value: what it adds to a prediction, {unit}")
    points.set_title(f"In which direction ({len(explanation.inputs):,} held-out rows)")
    _add_scale(figure, points)
    return figure


def draw_dependence(explanation: Explanation, unit: str) -> "Figure":
    """Return how the contributions of the four inputs that matter most depend on their values."""
    shown = [name for name, _ in explanation.ranking[:4]]
    figure, panels = _make_figure(2, 2, height=8.0)
    for axes, name in zip(np.ravel(np.asarray(panels, dtype=object)), shown, strict=False):
        if name in explanation.categories:
            _draw_values(axes, explanation, name)
        else:
            values = explanation.inputs[name]
            axes.scatter(values, explanation.of(name), s=9, alpha=0.5, color=BAR, linewidths=0)
            axes.set_xlabel(_label(name, values))
        axes.axhline(0, color="#999999", linewidth=0.8, zorder=0)
        axes.set_ylabel(f"SHAP value, {unit}")
        axes.set_title(name)
    return figure


def _make_figure(
    rows: int, columns: int, *, height: float, width_ratios: list[float] | None = None
) -> "tuple[Figure, Any]":
    from matplotlib.figure import Figure  # noqa: PLC0415 - only training draws, and the import takes a while

    figure = Figure(figsize=(12, height), dpi=110, layout="constrained")
    return figure, figure.subplots(rows, columns, width_ratios=width_ratios)


def _draw_swarm(axes: "Axes", explanation: Explanation, name: str, place: float) -> None:
    """Draw one point a row, higher and lower where many have the same contribution."""
    contributions = explanation.of(name)
    places = place + _spread(contributions)
    colours: dict[str, Any] = {"color": PLAIN}
    if name not in explanation.categories:
        colours = {
            "c": explanation.inputs[name].rank(pct=True).fillna(0.5),
            "cmap": COLOURS,
            "vmin": 0,
            "vmax": 1,
        }
    axes.scatter(contributions, places, s=7, alpha=0.8, linewidths=0, **colours)


def _spread(values: "np.ndarray[Any, Any]") -> "np.ndarray[Any, Any]":
    """Return how far from its line each point is drawn, so that crowds are thick and strays on the line."""
    bins = np.histogram_bin_edges(values, bins=60)
    group = np.digitize(values, bins)
    order = pd.Series(values).groupby(group).cumcount().to_numpy()
    side = np.where(order % 2 == 0, 1, -1) * ((order + 1) // 2)
    spread: np.ndarray[Any, Any] = 0.38 * side / max(1, np.abs(side).max())
    return spread


def _draw_values(axes: "Axes", explanation: Explanation, name: str) -> None:
    """Draw the middle half and the median of each frequent value's contributions."""
    values, contributions = explanation.inputs[name].astype("str"), explanation.of(name)
    frequent = list(values.value_counts().index[:MOST_VALUES])
    groups = {value: contributions[values == value] for value in frequent}
    ordered = sorted(groups, key=lambda value: float(np.median(groups[value])))
    axes.boxplot(
        [groups[value] for value in ordered],
        tick_labels=ordered,
        showfliers=False,
        patch_artist=True,
        boxprops={"facecolor": "#c9d8ec", "edgecolor": BAR},
        medianprops={"color": "#1d3557"},
    )
    axes.tick_params(axis="x", labelrotation=45)
    others = values.nunique() - len(frequent)
    axes.set_xlabel(f"{name}: the {len(frequent)} most frequent" if others else name)


def _label(name: str, values: "pd.Series[Any]") -> str:
    missing = float(values.isna().mean())
    return f"{name} ({missing:.0%} missing, not drawn)" if missing else name


def _add_scale(figure: "Figure", axes: "Axes") -> None:
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415 - see _make_figure
    from matplotlib.colors import Normalize  # noqa: PLC0415 - see _make_figure

    scale = figure.colorbar(ScalarMappable(Normalize(0, 1), COLOURS), ax=axes, aspect=40, pad=0.01)
    scale.set_ticks([0, 1], labels=["low", "high"])
    scale.set_label("the input's value (grey: no order)")
