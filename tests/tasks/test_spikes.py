"""Spike data of one's own: both forms of file, what is refused, and that it is learnt."""

import sys

import numpy as np
import pytest

import spikingfa
from spikingfa import DataError
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.tasks import load_data

h5py = pytest.importorskip("h5py")

N, N_UNITS = 30, 12


def spike_data(n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    """Three classes: which third of the units fires in the first half of the trial."""
    rng = np.random.default_rng(seed)
    labels, per_stimulus = np.arange(n) % 3, 40
    stimuli = np.repeat(np.arange(n), per_stimulus)
    early = rng.random(n * per_stimulus) < 0.5
    third = np.where(early, labels[stimuli], rng.integers(0, 3, n * per_stimulus))
    units = 4 * third + rng.integers(0, 4, n * per_stimulus)
    times = rng.uniform(0, 0.05, n * per_stimulus) + 0.05 * ~early
    return {"times": times, "units": units, "stimuli": stimuli, "labels": labels}


def save_hdf5(path, data: dict[str, np.ndarray]) -> None:
    """As the Heidelberg data sets are: an array of times and of units for each stimulus."""
    with h5py.File(path, "w") as file:
        file["labels"] = data["labels"]
        for name, kind in (("times", np.float16), ("units", np.uint16)):
            shape = (len(data["labels"]),)
            stored = file.create_dataset(f"spikes/{name}", shape, h5py.vlen_dtype(kind))
            for k in range(len(stored)):
                stored[k] = data[name][data["stimuli"] == k].astype(kind)


def save(path, data: dict[str, np.ndarray]) -> str:
    if path.suffix == ".npz":
        np.savez(path, **data)
    else:
        save_hdf5(path, data)
    return str(path)


def message(task: Task) -> str:
    with pytest.raises(DataError) as caught:
        load_data(task)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
def test_a_part_is_held_out(tmp_path, suffix):
    data = load_data(Task(name="spikes", file=save(tmp_path / f"mine{suffix}", spike_data())))
    assert data.x_train.shape == (24, N_UNITS)
    assert data.x_test.shape == (6, N_UNITS)
    assert np.bincount(data.y_train).tolist() == [8, 8, 8]
    assert data.classes == ("0", "1", "2")


@pytest.mark.parametrize("suffix", [".npz", ".hdf5"])
def test_events_keep_their_stimulus_unit_and_time(tmp_path, suffix):
    mine, test = spike_data(), spike_data(9, seed=1)
    test["units"][0] = N_UNITS + 2  # a unit that the training never saw
    paths = [save(tmp_path / f"{k}{suffix}", data) for k, data in enumerate((mine, test))]
    data = load_data(Task(name="spikes", file=paths[0], test_file=paths[1]))
    for events, given in ((data.x_train, mine), (data.x_test, test)):
        assert events.shape == (len(given["labels"]), N_UNITS + 3)
        for k in range(len(events)):
            t, i = events.of(k)
            which = given["stimuli"] == k
            assert sorted(i) == sorted(given["units"][which])
            np.testing.assert_allclose(sorted(t), sorted(given["times"][which]), atol=1e-4)
    np.testing.assert_array_equal(data.y_test, test["labels"])


def test_labels_may_be_any_integers_and_stimuli_silent(tmp_path):
    mine = spike_data()
    heard = mine["stimuli"] != 5
    mine = {name: array if name == "labels" else array[heard] for name, array in mine.items()}
    mine["labels"] = np.array([-7, 10, 300])[mine["labels"]]
    path = save(tmp_path / "mine.npz", mine)
    data = load_data(Task(name="spikes", file=path, test_file=path))
    assert data.classes == ("-7", "10", "300")
    assert len(data.x_train) == N
    assert len(data.x_train.of(5)[0]) == 0


def changed(**arrays):
    return {**spike_data(), **arrays}


ONE_MORE = {name: np.append(array, 0) for name, array in spike_data().items()}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({}, "needs an array 'times', has none"),
        ({"times": [0.1], "units": [0]}, "needs an array 'stimuli', has times, units"),
        (changed(times=np.zeros((2, 2))), "times needs the shape (n,), got (2, 2)"),
        (changed(times=np.empty(0)), "times needs the shape (n,), got (0,)"),
        (changed(units=spike_data()["units"] / 2), "units needs whole numbers, got 3.5 in event 0"),
        (changed(times=np.array(["a"])), "times needs numbers, got <U1"),
        (changed(labels=spike_data()["labels"] * np.nan), "got nan in row 0"),
        (
            changed(times=ONE_MORE["times"]),
            "times, units and stimuli need the same length, got 1201, 1200 and 1200",
        ),
        (
            changed(times=spike_data()["times"] - 0.5),
            "times needs seconds since the onset, from 0 on, got -0.4",
        ),
        (changed(times=np.full(1200, np.nan)), "from 0 on, got nan in event 0"),
        (changed(units=spike_data()["units"] - 100), "units needs numbers from 0 on, got -"),
        (
            changed(labels=np.arange(N - 1) % 3),
            "stimuli needs numbers from 0 to 28, got 29 in event 1160",
        ),
        (changed(labels=np.zeros(N, int)), "labels needs at least two classes, got 1"),
        (changed(labels=np.arange(N) // 2), "cannot split the data for a test"),
    ],
)
def test_files_that_are_refused(tmp_path, data, reason):
    path = save(tmp_path / "mine.npz", data)
    told = message(Task(name="spikes", file=path))
    assert told.startswith(path)
    assert reason in told


def test_a_test_with_another_class(tmp_path):
    paths = [
        save(tmp_path / f"{k}.npz", data)
        for k, data in enumerate((spike_data(), changed(labels=spike_data()["labels"] + 1)))
    ]
    told = message(Task(name="spikes", file=paths[0], test_file=paths[1]))
    assert told == (
        f"{paths[1]}: labels has the class '3' (first in row 2), which is none of the"
        " training data's: 0, 1, 2"
    )


def test_hdf5_files_of_something_else(tmp_path):
    path = tmp_path / "mine.h5"
    with h5py.File(path, "w") as file:
        file["labels"] = [0, 1]
        file["spikes/units"] = [0, 1]
    task = Task(name="spikes", file=str(path))
    assert message(task) == f"{path}: needs a data set 'spikes/times', has labels, spikes"
    mine = spike_data()
    save_hdf5(path, mine)
    with h5py.File(path, "a") as file:
        del file["labels"]
        file["labels"] = mine["labels"][:-1]
    assert message(task) == f"{path}: has events of 30 stimuli but 29 labels"
    path.write_bytes(b"nothing of the kind")
    assert message(task) == f"cannot read the data file {path}: it is not an HDF5 file"


@pytest.mark.parametrize("suffix", [".npz", ".h5"])
def test_files_that_cannot_be_read(tmp_path, suffix):
    path = tmp_path / f"none{suffix}"
    told = message(Task(name="spikes", file=str(path)))
    assert told == f"cannot read the data file {path}: No such file or directory"


def test_no_file_is_named():
    assert message(Task(name="spikes")).startswith("task.file: task spikes needs the path of")


def test_hdf5_without_h5py(tmp_path, monkeypatch):
    path = save(tmp_path / "mine.h5", spike_data())
    monkeypatch.setitem(sys.modules, "h5py", None)
    assert message(Task(name="spikes", file=path)) == (
        f"{path}: HDF5 files need h5py, which is not installed: pip install spikingfa[hdf5]"
    )


@pytest.mark.long
def test_the_command_line_takes_them(tmp_path, capsys):
    """They are told from arrays by what is in the file."""
    few = ["--set", "hidden.size=12", "--epochs", "1"]
    for suffix in (".npz", ".h5"):
        path = save(tmp_path / f"mine{suffix}", spike_data())
        out = tmp_path / f"run{suffix}"
        assert main(["run", "digits_fa", "--data", path, *few, "--out", str(out)]) == 0
        model = spikingfa.open_run(out).model
        assert (model.task.name, model.input.coding) == ("spikes", "events")
    assert "test error" in capsys.readouterr().out


@pytest.mark.slow
def test_spike_data_are_learnt_without_retuning(tmp_path):
    paths = [save(tmp_path / f"{k}.npz", spike_data(n, seed=k)) for k, n in enumerate((600, 150))]
    model = spikingfa.load_model("digits_fa").but(
        {"task.name": "spikes", "task.file": paths[0], "task.test_file": paths[1]}
        | {"input.coding": "events"}
    )
    run = spikingfa.train(model, seed=1, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] <= 0.03
