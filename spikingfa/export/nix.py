"""NIX, by way of a Neo block: what Elephant works on."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from spikingfa.export.blocks import neo_block
from spikingfa.export.format import Format
from spikingfa.export.hdf5 import fits, nix_in_one_go
from spikingfa.run_folder.run import Run


class Nix(Format):
    """A Neo block in a NIX file, for Neo, Elephant and nixio: neo.io.NixIO(FILE, "ro").

    One segment; a group of spike trains for each population, annotated with ``population`` and
    ``neuron``; an epoch ``trials`` with the right classes as labels, and the network's answers in
    the array annotation ``prediction``. Each trace of a recording is an analog signal, with the
    neurons, or the synapses, in the array annotation ``column``.

    Intervals between spikes of different trials are no interspike intervals: cut the segment by the
    epoch (``neo.utils.cut_segment_by_epoch``) before statistics, or take `spikingfa.to_neo`, whose
    segments are trials.
    """

    name: ClassVar = "nix"
    ending: ClassVar = ".nix"
    of_recordings: ClassVar = True
    extra: ClassVar = "analysis"

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """The block, written by Neo."""
        self.needed("nixio")
        block = neo_block(run, by_trial=False)
        if fits(run):
            return [lambda path: nix_in_one_go(path, block)]

        def write(path: Path) -> None:
            from neo.io import NixIO

            with NixIO(str(path), mode="ow") as file:
                file.write_block(block)

        return [write]
