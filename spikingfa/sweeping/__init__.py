"""Sweeps over parameters and seeds, on all cores or on a cluster, by dask.distributed."""

from spikingfa.extras import needed

needed("distributed", "sweep", "a sweep")

from spikingfa.sweeping.folder import open_sweep  # noqa: E402
from spikingfa.sweeping.sweep import sweep  # noqa: E402
from spikingfa.sweeping.values import Range  # noqa: E402

__all__ = ["Range", "open_sweep", "sweep"]
