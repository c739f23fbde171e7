"""Pictures of a feature table and of a ranking, on figures of their own: matplotlib's state is global."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pipelines.exploration.candidates import OWN
from pipelines.exploration.ranking import Ranking
from pipelines.scores import ERROR

BLUE, PALE, GREY, RED = "#3b6fb6", "#c9d8ec", "#9aa3ad", "#b5452c"
CROWD = 0.005  # share of the labels at either end that a histogram leaves to its outermost bars


def draw_label(values: "pd.Series[float]", label: str, unit: str) -> Figure:
    """Return the distribution of the label; the outermost bars hold what is beyond them."""
    low, high = values.quantile([CROWD, 1 - CROWD])
    figure, axes = _make_figure(4.0)
    axes.hist(values.clip(low, high), bins=_find_edges(low, high), color=BLUE)
    for name, value, style in (("median", values.median(), "-"), ("mean", values.mean(), "--")):
        axes.axvline(value, color=RED, linestyle=style, label=f"{name} {value:.1f}")
    axes.set_xlabel(f"{label}, {unit}")
    axes.set_ylabel("rows")
    axes.set_title(f"{len(values):,} labels")
    axes.legend()
    return figure


def draw_seasons(months: pd.DataFrame, groups: Sequence[pd.DataFrame], unit: str) -> Figure:
    """Return the label by month and by some columns, as `describe_months` and `describe_groups` tell it."""
    names = [str(group.columns[0]) for group in groups]
    figure = Figure(figsize=(12, 8), dpi=110, layout="constrained")
    panels = figure.subplot_mosaic([["months" for _ in names], [*names]])
    axes = panels["months"]
    for column, style in (("late", ":"), ("mean", "--"), ("median", "-")):
        axes.plot(months["month"], months[column], style, marker="o", color=BLUE, label=_NAMES[column])
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_ylabel(unit)
    axes.legend()
    for name, group in zip(names, groups, strict=True):
        _draw_group(panels[name], group, unit)
    return figure


def draw_gaps(months: pd.DataFrame, inputs: Sequence[str]) -> Figure:
    """Return the share of missing values of each input in each month: what changes with time is seen."""
    figure, axes = _make_figure(1.5 + 0.28 * len(inputs))
    shares = months[list(inputs)].to_numpy(dtype="float64").T
    picture = axes.imshow(shares, aspect="auto", cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(np.arange(len(months)), list(months["month"]))
    axes.set_yticks(np.arange(len(inputs)), list(inputs))
    for (row, column), share in np.ndenumerate(shares):
        if share:
            text, colour = f"{share:.0%}" if share >= 0.01 else "<1%", "white" if share > 0.5 else "black"
            axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    axes.set_title("Missing values")
    figure.colorbar(picture, ax=axes, aspect=40, pad=0.01)
    return figure


def draw_ranking(ranking: Ranking, heuristic: str, unit: str) -> Figure:
    """Return the candidates' errors, the best on top, with the heuristic's as a line."""
    table = ranking.table[::-1]
    figure, axes = _make_figure(1.2 + 0.4 * len(table))
    colours = [BLUE if family == OWN else PALE for family in table["family"]]
    bars = axes.barh(table["candidate"], table[ERROR], color=colours)
    axes.bar_label(bars, fmt="%.2f", padding=4)
    standing = float(table[table["candidate"] == heuristic][ERROR].iloc[0])
    axes.axvline(standing, color=RED, linestyle="--")
    axes.set_title(f"Dashed: {heuristic}")
    axes.set_xlabel(f"mean absolute error on the held-out month, {unit}")
    axes.margins(x=0.08)
    return figure


def _find_edges(low: float, high: float) -> "np.ndarray[Any, Any]":
    """Return the edges of some eighty bars, of a whole width if they can: labels are often whole."""
    width = (high - low) / 80
    width = max(1.0, round(width)) if width > 0.5 else width
    return np.arange(low, high + 2 * width, width) - width / 2


_NAMES = {"late": "90th percentile", "mean": "mean", "median": "median"}


def _draw_group(axes: Any, group: pd.DataFrame, unit: str) -> None:
    """Draw the middle half and the median of each value's labels."""
    name = group.columns[0]
    places = np.arange(len(group))
    axes.bar(places, group["upper"] - group["lower"], bottom=group["lower"], color=PALE, label="middle half")
    axes.plot(places, group["median"], "_", color=BLUE, markersize=12, markeredgewidth=2, label="median")
    axes.set_xticks(
        places, list(group[name].astype("str")), rotation=60 if len(group) > 12 else 0, fontsize=8
    )
    axes.axhline(0, color=GREY, linewidth=0.8)
    axes.set_title(name)
    axes.set_ylabel(unit)


def _make_figure(height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(12, height), dpi=110, layout="constrained")
    return figure, figure.subplots()
