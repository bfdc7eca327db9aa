"""Recordings made on demand, with their traces, in every format, read back by its own library."""

import csv
import shutil

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import ModelError, RunFolderError
from spikingfa.cli.main import main
from spikingfa.export import export, neo_block
from spikingfa.run_folder.spikes import Spikes

VARIABLES = ["hidden.v[3, 0]", "hidden.sensitivity[0]", "input_to_hidden.w[1:3, 5]"]
NAMES = ["hidden.v", "hidden.sensitivity", "input_to_hidden.w"]
COLUMNS = [["3", "0"], ["0"], ["1 -> 5", "2 -> 5"]]


@pytest.fixture(scope="module")
def run(tiny_run, tmp_path_factory):
    """A run with a recording called "some", every 2 ms of four trials."""
    folder = shutil.copytree(tiny_run.folder, tmp_path_factory.mktemp("recorded") / "run")
    run = spikingfa.open_run(folder)
    spikingfa.record(run, VARIABLES, trials=4, every="2 ms", name="some", progress=False)
    return run


@pytest.fixture
def traces(run):
    return run.recording("some").traces


def test_csv(run, traces, tmp_path):
    paths = export(run, "csv", tmp_path / "a.csv", recording="some")
    assert [path.name for path in paths[2:]] == [f"a_{name}.csv" for name in NAMES]
    for path, name, columns in zip(paths[2:], NAMES, COLUMNS):
        trace = traces[name]
        with open(path, newline="") as file:
            header, *rows = csv.reader(file)
        unit = f" ({trace.unit})" if trace.unit else ""
        times = ["trial", "time_s", "time_in_trial_s"]
        assert header == times + [f"{column}{unit}" for column in columns]
        table = np.array(rows, float)
        np.testing.assert_allclose(table[:, 3:], trace.values, rtol=1e-8)
        np.testing.assert_allclose(table[:, 1], trace.t, atol=1e-12)
        np.testing.assert_array_equal(table[:, 0], np.repeat(np.arange(4), 50))
        np.testing.assert_allclose(table[:, 2], np.tile(np.arange(50) * 2e-3, 4), atol=1e-12)
    with open(paths[1], newline="") as file:
        assert len(list(csv.reader(file))) == 5


def test_npz(run, traces, tmp_path):
    (path,) = export(run, "npz", tmp_path / "a.npz", recording="some")
    with np.load(path, allow_pickle=False) as stored:
        for name, trace in traces.items():
            np.testing.assert_array_equal(stored[name], trace.values)
            np.testing.assert_array_equal(stored[f"{name}.which"], trace.which)
            assert (float(stored[f"{name}.dt"]), str(stored[f"{name}.unit"])) == (2e-3, trace.unit)
    np.testing.assert_array_equal(Spikes.load(path).t, run.recording("some").spikes.t)


@pytest.mark.needs("neo", "nixio")
def test_nix_is_read_by_neo(run, traces, tmp_path):
    from neo.io import NixIO

    (path,) = export(run, "nix", tmp_path / "a.nix", recording="some")
    with NixIO(str(path), "ro") as file:
        segment = file.read_block().segments[0]
    assert [signal.name for signal in segment.analogsignals] == NAMES
    for signal, columns in zip(segment.analogsignals, COLUMNS):
        trace = traces[signal.name]
        np.testing.assert_array_equal(signal.magnitude, trace.values)
        assert str(signal.dimensionality) == (trace.unit or "dimensionless")
        assert float(signal.sampling_rate.rescale("Hz")) == pytest.approx(500)
        assert list(signal.array_annotations["column"]) == columns
    assert len(segment.epochs[0]) == 4
    n_spikes = sum(len(train) for train in segment.spiketrains)
    assert n_spikes == len(run.recording("some").spikes.t)


@pytest.mark.needs("nwbinspector", "pynwb")
def test_nwb_is_read_and_inspected(run, traces, tmp_path):
    from nwbinspector import Importance, inspect_nwbfile
    from pynwb import NWBHDF5IO

    (path,) = export(run, "nwb", tmp_path / "a.nwb", recording="some")
    with NWBHDF5IO(str(path), "r") as io:
        series = io.read().acquisition
        assert sorted(series) == sorted(NAMES)
        for name, columns in zip(NAMES, COLUMNS):
            one = series[name]
            np.testing.assert_array_equal(one.data[:], traces[name].values)
            assert one.rate == pytest.approx(500)
            assert one.comments.endswith(", ".join(columns))
        assert series["hidden.v"].unit == "volts"
    found = list(inspect_nwbfile(nwbfile_path=str(path)))
    assert [m for m in found if m.importance.value >= Importance.CRITICAL.value] == []


@pytest.mark.needs("neo")
def test_the_block_of_the_run_itself_has_no_signals(run):
    assert len(neo_block(run).segments[0].analogsignals) == 0
    assert len(neo_block(run, recording="some").segments[0].analogsignals) == 3


@pytest.mark.needs("neo")
def test_signals_are_cut_as_trials_are(run, traces):
    segments = neo_block(run, recording="some").segments
    assert len(segments) == 4
    for k, name in enumerate(NAMES):
        cut = [segment.analogsignals[k].magnitude for segment in segments]
        assert len({len(part) for part in cut}) == 1
        np.testing.assert_array_equal(np.concatenate(cut), traces[name].values)


def test_the_command_names_the_file_after_the_recording(run, capsys):
    assert main(["export", str(run.folder), "--to", "npz", "--recording", "some"]) == 0
    told = capsys.readouterr().out.strip()
    assert told == f"written to {run.folder / 'export' / 'some.npz'}"


def test_faults_are_told(run, tiny_model):
    with pytest.raises(RunFolderError, match="has no recording 'none': recordings are some"):
        export(run, "csv", recording="none")
    with pytest.raises(ModelError, match="recording 'some' needs a format of spikes, and a run"):
        export(run, "nir", recording="some")
    with pytest.raises(ModelError, match="needs a format of spikes, and a run"):
        export(tiny_model, "python", recording="some")
