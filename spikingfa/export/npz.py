"""NPZ: NumPy's own."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import ClassVar

from spikingfa.base.array_files import write_plain
from spikingfa.export.format import Format
from spikingfa.export.trains import traces_of
from spikingfa.run_folder.run import Run


class Npz(Format):
    """Plain arrays for numpy.load, one for each attribute of `spikingfa.Spikes`; times in seconds.

    ``population`` is an index into ``populations``. Each trace of a recording is four more:
    ``hidden.v`` (n_times, n), ``hidden.v.which`` (neurons, or pairs of them), ``hidden.v.dt`` in
    seconds, and ``hidden.v.unit``.
    """

    name: ClassVar = "npz"
    ending: ClassVar = ".npz"
    of_recordings: ClassVar = True

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """One file with all arrays."""
        arrays = asdict(run.spikes)
        for trace in traces_of(run):
            arrays[trace.name] = trace.values
            about = {"which": trace.which, "dt": trace.dt, "unit": trace.unit}
            arrays |= {f"{trace.name}.{key}": value for key, value in about.items()}

        return [lambda path: write_plain(path, arrays, compressed=True)]
