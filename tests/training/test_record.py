"""Recording on demand: spikes and variables of a trained network."""

import shutil

import numpy as np
import pytest

import spikingfa
from spikingfa.base.errors import DataError, ModelError, RunFolderError
from spikingfa.cli.main import main
from spikingfa.run_folder.opening import open_run
from spikingfa.training.recording_size import RecordingSize


@pytest.fixture
def run(tiny_run, tmp_path):
    """A copy, to be written into."""
    return open_run(shutil.copytree(tiny_run.folder, tmp_path / "run"))


def record(run, *args, **options):
    return spikingfa.record(run, *args, progress=False, **options)


def test_spikes_are_those_that_the_run_recorded(run):
    again, first = record(run).spikes, run.spikes
    for name in ("t", "i", "population", "onsets", "labels", "predictions", "populations"):
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))


def test_voltage_is_that_of_a_leaky_integrator(run):
    """Between spikes v follows its own equation: from v and i_syn of a step the next v."""
    traces = record(run, ["hidden.v", "hidden.i_syn"]).traces
    v, i = traces["hidden.v"].values, traces["hidden.i_syn"].values
    lif = run.model.hidden[0]
    decay = np.exp(-float(run.model.training.dt) / float(lif.tau_m))
    goal = float(lif.v_rest) + float(lif.r_m) * i
    expected = goal + (v - goal) * decay
    free = (v[1:] > float(lif.v_reset)) & (v[:-1] > float(lif.v_reset))
    free &= v[1:] != float(lif.v_rest)  # the onset of the next trial
    assert free.sum() > 500
    np.testing.assert_allclose(v[1:][free], expected[:-1][free], rtol=1e-12)


def test_a_trace_tells_what_it_is(run):
    recording = record(run, ["hidden.v[3, 0:2]", "input_to_hidden.w[1:3, 5]"], every="2 ms")
    v, w = recording.traces["hidden.v"], recording.traces["input_to_hidden.w"]
    assert (v.unit, v.group, v.variable, v.of_synapses) == ("V", "hidden", "v", False)
    assert v.which.tolist() == [3, 0, 1]
    assert (w.unit, w.of_synapses, w.which.tolist()) == ("A", True, [[1, 5], [2, 5]])
    assert v.values.shape == (100, 3)
    np.testing.assert_allclose(v.t, np.arange(100) * 2e-3)


def test_weights_stay_unless_it_learns(run):
    still = record(run, "input_to_hidden.w").traces["input_to_hidden.w"].values
    stored = run.arrays["input_to_hidden.w"]
    np.testing.assert_array_equal(still, np.tile(stored.ravel(), (200, 1)))
    moving = record(run, "input_to_hidden.w", learning=True).traces["input_to_hidden.w"].values
    assert (moving[-1] != stored.ravel()).any()
    np.testing.assert_array_equal(open_run(run.folder).arrays["input_to_hidden.w"], stored)


def test_untrained_are_the_weights_that_it_began_with(run, tiny_model, tmp_path):
    w = record(run, "input_to_hidden.w", untrained=True).traces["input_to_hidden.w"].values[0]
    assert (w != run.arrays["input_to_hidden.w"].ravel()).any()
    one = spikingfa.train(tiny_model, out=tmp_path / "one", start=run, progress=False)
    w = record(one, "input_to_hidden.w", untrained=True).traces["input_to_hidden.w"].values[0]
    np.testing.assert_array_equal(w, run.arrays["input_to_hidden.w"].ravel())


def test_stimuli_are_chosen(run, tiny_data):
    x_test = 12  # of 60
    assert len(record(run, trials=5).spikes.onsets) == 5
    assert len(record(run, stimuli=slice(None)).spikes.onsets) == x_test
    assert len(record(run, stimuli=[47, 0], training_set=True).spikes.onsets) == 2
    labels = record(run, stimuli=slice(None)).spikes.labels
    assert record(run, stimuli=[3, -1]).spikes.labels == (labels[3], labels[-1])


def test_a_recording_of_the_same_name_is_replaced_and_others_stay(run):
    record(run, "hidden.v", name="one")
    record(run, "hidden.drive", name="one")
    record(run, "output.v")
    assert list(run.recording("one").traces) == ["hidden.drive"]
    assert list(run.recording().traces) == ["output.v"]
    left = sorted(path.name for path in (run.folder / "recordings" / "one").iterdir())
    assert left == ["hidden.drive.npy", "spikes.npz", "traces.json"]


def test_what_can_be_recorded_is_listed(run):
    units = spikingfa.recordable(run)
    assert units["hidden.v"] == "V"
    assert units["hidden.sensitivity"] == ""
    assert units["input_to_hidden.w"] == "A"
    assert {"hidden.i_apical", "error_on.error", "output.charge"} <= units.keys()
    assert "hidden.tau_m" not in units


@pytest.mark.long
def test_layers_are_recorded_each(tiny_model, tmp_path):
    model = tiny_model.but({"hidden.layers": 2, "feedback.kind": "layerwise"})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    traces = record(run, ["hidden_0.v", "hidden_1.v", "hidden_0_to_hidden_1.w[2, :]"]).traces
    assert [trace.values.shape[1] for trace in traces.values()] == [12, 12, 12]


def test_the_size_is_that_of_the_files(run, capsys):
    spikingfa.record(run, ["hidden.v", "input_to_hidden.w[0, :]"])
    told = capsys.readouterr().err
    on_disk = 8 * 200 * (12 + 12)
    assert f"recording 2 trials: {on_disk / 1000:.1f} kB on disk, 1.54 kB of memory" in told
    files = (run.folder / "recordings" / "traces").glob("*.npy")
    assert sum(path.stat().st_size - 128 for path in files) == on_disk  # 128: the head


def test_no_more_is_recorded_than_there_is_room_for(run, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 1000))
    with pytest.raises(ModelError, match=r"needs 19.2 kB, and 1.00 kB are free"):
        record(run, "hidden.v")
    assert not (run.folder / "recordings" / "traces").exists()


def test_memory_of_the_runtime_is_the_whole(tiny_model):
    class One:
        which = np.arange(12)

    runtime = tiny_model.but({"training.device": "runtime"})
    assert RecordingSize.of([One], 1000, runtime) == RecordingSize(96000, 192000)


@pytest.mark.parametrize(
    ("variables", "options", "reason"),
    [
        ("hidden.u", {}, "'hidden.u': there is no such variable; did you mean 'hidden.v'"),
        ("hidden", {}, "needs a form such as hidden.v or"),
        ("hidden.tau_m", {}, "there is no such variable"),
        ("hidden.v[12]", {}, "no such neurons of hidden: 12; there are 12"),
        (
            "hidden.v[1.5]",
            {},
            "text such as 0:3, 4 or 0,2,5, got '1.5'",
        ),
        ("hidden.v[5:5]", {}, "no such neurons of hidden: '5:5' chooses none"),
        ("hidden.v[0:4:0]", {}, "neurons of hidden: needs numbers"),
        ("input_to_hidden.w[1]", {}, "synapses need two indices"),
        ("input_to_hidden.w[6, 1]", {}, "no such neurons of input: 6; there are 6"),
        (["hidden.v[0]", "hidden.v[1]"], {}, "hidden.v is asked for twice"),
        ("hidden.v", {"every": "1.5 ms"}, "every: 1.5 ms is no multiple of training.dt = 1. ms"),
        ("hidden.v", {"every": "5 mV"}, "every: "),
        ("hidden.v", {"trials": 13}, "cannot record 13 trials: there are 12 stimuli"),
        ("hidden.v", {"stimuli": [12]}, "no such stimuli: 12; there are 12: stimuli 0 to 11"),
        ("hidden.v", {"stimuli": []}, "no such stimuli: [] chooses none"),
        ("hidden.v", {"name": "../x"}, "'../x' is no name of a recording"),
    ],
)
def test_faults_are_told(run, variables, options, reason):
    with pytest.raises(ModelError) as error:
        record(run, variables, **options)
    assert reason in str(error.value)
    assert "\n" not in str(error.value)
    assert not (run.folder / "recordings").exists()


def test_data_of_another_size_are_refused(run):
    x, y = np.ones((3, 5), np.float32), np.arange(3)
    data = spikingfa.Data(x, y, x, y, ("a", "b", "c"))
    with pytest.raises(DataError, match="5 features, the network was trained on 6"):
        record(run, data=data)


def test_a_recording_that_is_missing_or_damaged_is_told(run):
    with pytest.raises(RunFolderError, match="has no recording 'traces': nothing was recorded yet"):
        run.recording()
    record(run, "hidden.v", name="one")
    with pytest.raises(RunFolderError, match="has no recording 'two': recordings are one"):
        run.recording("two")
    path = run.folder / "recordings" / "one" / "hidden.v.npy"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(RunFolderError, match="cannot read the recording"):
        _ = run.recording("one").traces


def test_command(run, capsys):
    folder = str(run.folder)
    assert main(["record", folder, "--list"]) == 0
    assert "hidden.v  (V)" in capsys.readouterr().out.splitlines()
    assert main(["record", folder, "hidden.v[0:3]", "--stimuli", "0:4", "--every", "10 ms"]) == 0
    out = capsys.readouterr().out
    assert "trials       4 of 100 ms" in out
    assert "hidden.v     3 columns, 40 values every 10 ms, in V" in out
    assert main(["record", folder, "hidden.vv"]) == 2
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith("spikingfa: cannot record 'hidden.vv'")
