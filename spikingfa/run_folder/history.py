"""The history of a training, and its result in a line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from spikingfa.base.extras import needed
from spikingfa.run_folder.held_out import error_in, part_in

if TYPE_CHECKING:
    from pandas import DataFrame


class History(dict[str, np.ndarray]):
    """Columns of ``history.csv`` by name, each (n_epochs + 1,)."""

    def to_pandas(self) -> "DataFrame":
        """The columns as a `pandas.DataFrame`, by epoch.

        Raises
        ------
        ModelError
            pandas is not installed.
        """
        pandas = needed("pandas", "sweep", "to_pandas")
        frame = pandas.DataFrame(dict(self))
        return frame.set_index(frame.pop("epoch").astype(int))


def result_of(metrics: Mapping[str, Any]) -> str:
    """Errors in percent, the angle, and how long it was trained."""
    errors = {part_in(metrics): error_in(metrics), "training": metrics.get("train_error")}
    parts = [
        f"{name} error {100 * error:.2f} %" for name, error in errors.items() if error is not None
    ]
    if metrics.get("angle_deg") is not None:
        parts.append(f"angle {metrics['angle_deg']:.1f} degrees")
    parts.append(f"{metrics['epochs']} epochs, seed {metrics['seed']}")
    return ", ".join(parts) + ("" if metrics["finished"] else ", not finished")
