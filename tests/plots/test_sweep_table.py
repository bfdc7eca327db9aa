"""Figures of a sweep take names of parameters, with their unit or without."""

import pandas as pd
import pytest

from spikingfa import plot_sweep, plot_sweep_map
from spikingfa.plots.sweep_table import column_of

TABLE = pd.DataFrame(
    {
        "hidden.tau_m (ms)": [10.0, 20.0, 10.0, 20.0],
        "feedback.kind": ["direct", "direct", "none", "none"],
        "status": ["finished"] * 4,
        "test_error": [0.02, 0.03, 0.1, 0.2],
        "angle_deg": [40.0, 41.0, 80.0, 81.0],
        "ms_per_trial": [0.1] * 4,
    }
)


@pytest.mark.parametrize("name", ["hidden.tau_m", "hidden.tau_m (ms)"])
def test_a_parameter_is_named_with_its_unit_or_without(name):
    assert column_of(TABLE, name) == "hidden.tau_m (ms)"
    assert plot_sweep_map(TABLE, name, "feedback.kind").get_xlabel() == "hidden.tau_m (ms)"
    assert plot_sweep(TABLE, [name]).axes[0].get_xlabel() == "hidden.tau_m (ms)"


def test_one_that_was_not_varied_is_refused():
    reason = "no parameter 'hidden.tau' was varied; did you mean 'hidden.tau_m'"
    with pytest.raises(ValueError, match=reason):
        plot_sweep_map(TABLE, "hidden.tau", "feedback.kind")
    with pytest.raises(ValueError, match=reason):
        plot_sweep(TABLE, ["hidden.tau"])


def test_a_map_of_another_column():
    ax = plot_sweep_map(TABLE, "hidden.tau_m", "feedback.kind", column="angle_deg")
    assert ax.figure.axes[1].get_ylabel() == "angle between W and B (degrees)"
    drawn = sorted(float(value) for value in ax.collections[0].get_array().compressed())
    assert drawn == [40.0, 41.0, 80.0, 81.0]
    with pytest.raises(ValueError, match="column needs one of angle_deg, ms_per_trial, got 'rate'"):
        plot_sweep_map(TABLE, "hidden.tau_m", "feedback.kind", column="rate")
