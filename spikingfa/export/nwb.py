"""NWB: what archives of neurophysiology ask for."""

import contextlib
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import ClassVar

from spikingfa.export.format import Format
from spikingfa.export.hdf5 import fits, written_in_one_go
from spikingfa.export.subject import Subject
from spikingfa.export.trains import (
    DOI,
    columns_of,
    description,
    end,
    traces_of,
    trains,
    trial_times,
)
from spikingfa.run_folder.recording import Trace
from spikingfa.run_folder.run import Run

#: As NWB spells units.
_UNITS = {"V": "volts", "A": "amperes", "S": "siemens", "Hz": "hertz", "C": "coulombs", "": "n/a"}


class Nwb(Format):
    """Neurodata Without Borders 2, for pynwb, MatNWB and DANDI.

    Units are neurons, with the columns ``population`` and ``neuron`` (within it); trials have the
    columns ``label`` and ``prediction``. Each trace of a recording is a time series of the
    acquisition; its comments name the neurons or synapses of the columns. The start of the session
    is when the run was made. Archives ask for the species of the subject: of a simulation it is
    the one that it stands for (``--subject species="Mus musculus"``).
    """

    name: ClassVar = "nwb"
    ending: ClassVar = ".nwb"
    of_recordings: ClassVar = True
    of_subjects: ClassVar = True
    extra: ClassVar = "nwb"

    def contents(self, run: Run, subject: Subject | None = None) -> list[Callable[[Path], None]]:
        """The file, written by pynwb."""
        pynwb = self.needed("pynwb")
        file = _file(pynwb, run, subject or Subject())
        if fits(run):
            return [lambda path: written_in_one_go(path, lambda to: _write(pynwb, file, to))]

        def write(path: Path) -> None:
            with _of_any_name(), pynwb.NWBHDF5IO(str(path), "w") as io:
                io.write(file)

        return [write]


def _write(pynwb, file, buffer: BytesIO) -> None:
    import h5py

    with (
        _of_any_name(),
        h5py.File(buffer, "w") as stored,
        pynwb.NWBHDF5IO(mode="w", file=stored) as io,
    ):
        io.write(file)


@contextlib.contextmanager
def _of_any_name():
    """pynwb warns of files that are not named .nwb, as those that are not complete yet."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The file path provided")
        yield


def _file(pynwb, run: Run, subject: Subject):
    spikes = run.spikes
    made = datetime.fromtimestamp((run.folder / "metrics.json").stat().st_mtime, UTC)
    file = pynwb.NWBFile(
        session_description=description(run),
        identifier=f"{run.folder.name} {made.isoformat()}",
        session_start_time=made,
        experiment_description="Trials without learning, after training.",
        keywords=["simulation", "spiking neural network", "feedback alignment"],
        related_publications=[DOI],
        notes=(run.folder / "model.toml").read_text("utf-8"),
        source_script="spikingfa",
        source_script_file_name="spikingfa",
        subject=pynwb.file.Subject(
            **{"subject_id": f"seed-{run.model.training.seed}"}
            | subject.model_dump(exclude_none=True)
        ),
    )
    file.add_trial_column("label", "the right class; empty where there are none")
    file.add_trial_column("prediction", "the class that the network gave")
    onsets, ends = trial_times(spikes)
    for onset, stop, label, prediction in zip(onsets, ends, spikes.labels, spikes.predictions):
        file.add_trial(start_time=onset, stop_time=stop, label=label, prediction=prediction)
    file.add_unit_column("population", "the population of the neuron")
    file.add_unit_column("neuron", "its number in the population, from 0")
    whole = [[0.0, end(spikes)]]
    for train in trains(spikes):
        file.add_unit(
            spike_times=train.t,
            obs_intervals=whole,
            population=train.population,
            neuron=train.neuron,
        )
    file.units.resolution = float(run.model.training.dt)
    for trace in traces_of(run):
        file.add_acquisition(_series(pynwb, trace))
    return file


def _series(pynwb, trace: Trace):
    what = "synapses (presynaptic -> postsynaptic)" if trace.of_synapses else "neurons"
    return pynwb.TimeSeries(
        name=trace.name,
        description=f"the variable {trace.variable} of {trace.group}",
        data=trace.values,
        unit=_UNITS.get(trace.unit, trace.unit),
        rate=1 / trace.dt,
        starting_time=0.0,
        comments=f"columns are the {what} {', '.join(columns_of(trace))}",
    )
