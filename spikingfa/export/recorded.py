"""Spikes and traces of a run for files: those that it recorded, or a recording made on demand."""

from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes


class RecordedRun(Run):
    """A run whose spikes are those of one of its recordings, which has traces beside them.

    Parameters
    ----------
    run : Run
    name : str
        Of the recording.

    Raises
    ------
    RunFolderError
        There is no such recording, or it cannot be read.
    """

    def __init__(self, run: Run, name: str):
        super().__init__(run.folder)
        self.recorded = run.recording(name)

    @property
    def spikes(self) -> Spikes:
        """Spikes of the recording."""
        return self.recorded.spikes


def traces_of(run: Run) -> list[Trace]:
    """The traces that go with a run's spikes, in the order in which they were asked for."""
    return list(run.recorded.traces.values()) if isinstance(run, RecordedRun) else []


def columns_of(trace: Trace) -> list[str]:
    """Headings of the columns of a trace: ``12``, or ``3 -> 12`` for a synapse."""
    if trace.of_synapses:
        return [f"{pre} -> {post}" for pre, post in trace.which]
    return [str(neuron) for neuron in trace.which]
