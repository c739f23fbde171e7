"""What has changed from one group to another, as the drift metrics table has it.

Numbers are compared by their distribution functions, texts and booleans as categories; of times and
other types only counts and percentages are.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from infra.local.workspace.monitors.metrics import categories, distances
from infra.local.workspace.monitors.metrics.columns import Ints
from infra.local.workspace.monitors.metrics.distances import Evidence, Pairs
from infra.local.workspace.monitors.metrics.distributions import Distributions
from infra.local.workspace.monitors.metrics.profile import Cells, doubles

DELTAS = ("count", "avg", "percent_null", "percent_zeros", "percent_distinct")


def drift(found: Distributions, profiled: Cells, references: Ints) -> Cells:
    """The drift of a column for each group that has a reference, in the groups' order."""
    compared, pairs = np.flatnonzero(references >= 0), Pairs(found, references)
    cells = subtract(profiled, compared, references[compared])
    if found.column.kind == "number":
        cells["ks_test"] = _struct(distances.kolmogorov_smirnov(pairs), compared)
        cells["wasserstein_distance"] = doubles(distances.wasserstein(pairs)[compared])
        stability = distances.population_stability(pairs)
        cells["population_stability_index"] = doubles(stability[compared])
    if found.column.kind == "text":
        far = categories.distances(pairs)
        cells["chi_squared_test"] = _struct(far.chi_squared, compared)
        cells["tv_distance"] = doubles(far.total_variation[compared])
        cells["l_infinity_distance"] = doubles(far.largest[compared])
        cells["js_distance"] = doubles(far.jensen_shannon[compared])
        cells["population_stability_index"] = doubles(far.stability[compared])
    return cells


def subtract(profiled: Cells, groups: Ints, references: Ints) -> Cells:
    """Statistics of groups less those of their references, for those statistics that there are."""
    return {
        f"{name}_delta": pc.subtract(
            profiled[name].take(pa.array(groups)), profiled[name].take(pa.array(references))
        )
        for name in DELTAS
        if name in profiled
    }


def _struct(evidence: Evidence, groups: Ints) -> pa.Array:
    statistic, pvalue = evidence.statistic[groups], evidence.pvalue[groups]
    return pa.StructArray.from_arrays(
        [doubles(statistic), doubles(pvalue)],
        ["statistic", "pvalue"],
        mask=pa.array(np.isnan(statistic)),
    )
