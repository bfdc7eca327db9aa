"""NPZ: NumPy's own."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from spikingfa.export.format import Format
from spikingfa.run_folder import Run


class Npz(Format):
    """Plain arrays for numpy.load, one for each attribute of `spikingfa.Spikes`; times in seconds.

    ``population`` is an index into ``populations``.
    """

    name: ClassVar = "npz"
    ending: ClassVar = ".npz"

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """What `Spikes.save` writes."""
        return [run.spikes.save]
