"""NIX, by way of a Neo block: what Elephant works on."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from spikingfa.export.format import Format
from spikingfa.export.hdf5 import fits, nix_in_one_go
from spikingfa.export.trains import (
    REFERENCE,
    columns_of,
    description,
    end,
    traces_of,
    trains,
    trial_times,
)
from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run


class Nix(Format):
    """A Neo block in a NIX file, for Neo, Elephant and nixio: neo.io.NixIO(FILE, "ro").

    One segment; a group of spike trains for each population, annotated with ``population`` and
    ``neuron``; an epoch ``trials`` with the right classes as labels, and the network's answers in
    the array annotation ``prediction``. Each trace of a recording is an analog signal, with the
    neurons, or the synapses, in the array annotation ``column``.
    """

    name: ClassVar = "nix"
    ending: ClassVar = ".nix"
    of_recordings: ClassVar = True
    extra: ClassVar = "analysis"

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """The block, written by Neo."""
        self.needed("nixio")
        block = self.block(run)
        if fits(run):
            return [lambda path: nix_in_one_go(path, block)]

        def write(path: Path) -> None:
            from neo.io import NixIO

            with NixIO(str(path), mode="ow") as file:
                file.write_block(block)

        return [write]

    def block(self, run: Run):
        """See :func:`spikingfa.export.neo_block`."""
        neo = self.needed("neo")
        from quantities import Hz, s

        spikes = run.spikes
        about = {"reference": REFERENCE, "model": run.model.task.name}
        block = neo.Block(name=run.folder.name, description=description(run), **about)
        segment = neo.Segment(name="test trials")
        block.segments.append(segment)
        segment.epochs.append(
            neo.Epoch(
                times=trial_times(spikes)[0] * s,
                durations=np.full(len(spikes.onsets), spikes.duration) * s,
                labels=np.array(spikes.labels),
                name="trials",
                array_annotations={"prediction": np.array(spikes.predictions)},
            )
        )
        groups = {name: neo.Group(name=name) for name in spikes.populations}
        block.groups.extend(groups.values())
        for train in trains(spikes):
            marks = {"population": train.population, "neuron": train.neuron}
            of_neuron = neo.SpikeTrain(
                train.t * s,
                t_start=0 * s,
                t_stop=end(spikes) * s,
                sampling_rate=Hz / float(run.model.training.dt),
                name=train.name,
                **marks,
            )
            segment.spiketrains.append(of_neuron)
            groups[train.population].add(of_neuron)
        segment.analogsignals.extend([_signal(neo, trace) for trace in traces_of(run)])
        return block


def _signal(neo, trace: Trace):
    from quantities import Hz

    return neo.AnalogSignal(
        trace.values,
        units=trace.unit or "dimensionless",
        sampling_rate=Hz / trace.dt,
        name=trace.name,
        array_annotations={"column": np.array(columns_of(trace))},
    )
