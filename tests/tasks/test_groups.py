"""Whole groups are held out, such as animals, sessions or speakers, of files of every kind."""

import numpy as np
import pytest
from helpers.recordings import (
    N_TRIALS,
    recording,
    save_binned,
    save_csv,
    save_nix,
    save_nix_epoch,
    save_nwb,
)

import spikingfa
from spikingfa import DataError, ModelError
from spikingfa.model.model import Task
from spikingfa.tasks import load_data, load_new

ANIMALS = ["m1", "m2", "m3", "m3"]
GROUPS = [ANIMALS[(k // 3) % 4] for k in range(N_TRIALS)]


def save_npz(path, times, starts, names, **columns) -> str:
    x = np.array([[np.sum((s <= t) & (t < s + 0.1)) for t in times] for s in starts]) / 10
    np.savez(path, x=x, y=names, **columns)
    return str(path)


def save_table(path, times, starts, names, **columns) -> str:
    x = [[np.sum((s <= t) & (t < s + 0.1)) for t in times] for s in starts]
    rows = zip(*columns.values(), x, names)
    lines = [",".join(map(str, (*group, *values, name))) for *group, values, name in rows]
    header = ",".join((*columns, *(f"unit {k}" for k in range(len(times))), "kind"))
    path.write_text("\n".join([header, *lines]) + "\n")
    return str(path)


def save_spikes_npz(path, times, starts, names, **columns) -> str:
    n = len(names)
    np.savez(path, times=np.full(n, 0.01), units=np.arange(n) % 6, stimuli=np.arange(n),
             labels=names, **columns)  # fmt: skip
    return str(path)


def save_hdf5(path, times, starts, names, **columns) -> str:
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "w") as file:
        file["labels"] = np.arange(len(names)) % 3
        for name, values in columns.items():
            file[f"extra/{name}"] = values
        for name, kind in (("times", np.float32), ("units", np.uint16)):
            stored = file.create_dataset(f"spikes/{name}", (len(names),), h5py.vlen_dtype(kind))
            for k in range(len(names)):
                stored[k] = np.array([0, k % 6], kind) if name == "units" else np.zeros(2, kind)
    return str(path)


#: How each kind of file is saved, its task, and the place of the groups.
SAVED = {
    "a.nwb": (save_nwb, "spikes", "animal", {"label": "condition"}),
    "events.csv": (save_csv, "spikes", "animal", {}),
    "bins.csv": (save_binned, "spikes", "animal", {}),
    "a.nix": (save_nix, "spikes", "animal", {}),
    "epoch.nix": (save_nix_epoch, "spikes", "animal", {"label": "label"}),
    "spikes.npz": (save_spikes_npz, "spikes", "animal", {}),
    "a.h5": (save_hdf5, "spikes", "extra/animal", {}),
    "a.npz": (save_npz, "arrays", "animal", {}),
    "a.csv": (save_table, "arrays", "animal", {}),
}


def saved(folder, name: str, groups=GROUPS) -> Task:
    save, task, place, more = SAVED[name]
    path = save(folder / name, *recording(), animal=groups)
    return Task(name=task, file=path, groups=place, **more)


def rows_of(names) -> list[int]:
    return [k for k, group in enumerate(GROUPS) if group in names]


def labels(data, numbers) -> list[str]:
    return [data.classes[k] for k in numbers]


@pytest.mark.parametrize("name", SAVED)
def test_named_groups_are_the_test_and_the_validation(name, tmp_path):
    task = saved(tmp_path, name)
    conditions = load_data(task.model_copy(update={"test_groups": ("m1",)}))
    everything = conditions.classes
    task = task.model_copy(update={"test_groups": ("m3",), "validation": "m1"})
    whole, judged = load_data(task, on_test=True), load_data(task)
    kinds = [everything[k % 3] for k in range(N_TRIALS)]
    if name != "a.h5":
        kinds = recording()[2]
    assert labels(whole, whole.y_train) == [kinds[k] for k in rows_of(["m2"])]
    assert labels(whole, whole.y_test) == [kinds[k] for k in rows_of(["m3"])]
    assert labels(judged, judged.y_train) == [kinds[k] for k in rows_of(["m2"])]
    assert labels(judged, judged.y_test) == [kinds[k] for k in rows_of(["m1"])]
    # the column of the groups is no feature, and need not be there in other data
    save = SAVED[name][0]
    other = tmp_path / f"other{name}"
    if name != "a.csv":  # whose columns are known by their names
        save(other, *recording())
        assert len(load_new(str(other), judged.encoding).x) == N_TRIALS


@pytest.mark.parametrize("name", SAVED)
def test_a_part_is_one_of_whole_groups(name, tmp_path):
    task = saved(tmp_path, name).model_copy(update={"validation": 0.5, "test_fraction": 0.3})
    data = load_data(task)
    n = {group: GROUPS.count(group) for group in set(GROUPS)}
    sizes = {len(data.x_train), len(data.x_test)}
    assert sizes <= set(n.values())  # a group each
    again = load_data(task)
    np.testing.assert_array_equal(data.y_test, again.y_test)


def refused(task: Task, **changes) -> str:
    with pytest.raises(DataError) as caught:
        load_data(task.model_copy(update=changes))
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", SAVED)
def test_groups_that_are_not_there(name, tmp_path):
    task = saved(tmp_path, name)
    assert "'anmal'" in refused(task, groups="anmal")
    assert refused(task, test_groups=("m4",)).startswith("task.test_groups: there is no group 'm4'")
    assert "there is no group 'm9'" in refused(task, validation="m9")
    assert "these are all groups" in refused(task, test_groups=("m1", "m2", "m3"))
    assert "at least two groups" in refused(saved(tmp_path, name, ["m1"] * N_TRIALS))


def test_a_class_that_only_the_test_has(tmp_path):
    kinds = recording()[2]
    task = saved(tmp_path, "a.npz", kinds)
    assert "a class has no training data with task.test_groups = left" in refused(
        task, test_groups=("left",)
    )


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"groups": "animal"}, 'groups = \'animal\' needs name = "arrays" or "spikes"'),
        ({"test_groups": ["m1"]}, "test_groups = 'm1' needs groups, the column"),
        ({"validation": "m1"}, "validation = 'm1' needs a whole number from 0 on"),
        ({"validation": ""}, "or the name of a group, got ''"),
        (
            {"name": "spikes", "groups": "a", "test_groups": ["m1"], "test_file": "b.npz"},
            "test_groups and test_file: the test is one of them",
        ),
    ],
)
def test_settings_that_do_not_fit(settings, reason):
    with pytest.raises(ModelError, match=r"^[^\n]*$") as caught:
        spikingfa.load_model("digits_fa").but({f"task.{k}": v for k, v in settings.items()})
    assert reason in str(caught.value)


def test_a_test_of_arrays_in_the_file_is_no_group(tmp_path):
    task = saved(tmp_path, "a.npz")
    with np.load(task.file) as arrays:
        np.savez(task.file, **arrays, x_test=arrays["x"], y_test=arrays["y"])
    assert "task.test_groups and x_test: the test is one" in refused(task, test_groups=("m1",))
    assert len(load_data(task).x_test) == N_TRIALS


def test_groups_may_have_numbers(tmp_path):
    numbers = [GROUPS[k][1:] for k in range(N_TRIALS)]
    task = saved(tmp_path, "a.npz", np.array(numbers, int))
    model = spikingfa.Model(task=task).but({"task.test_groups": 3})
    assert model.task.test_groups == ("3",)
    data = load_data(model.task)
    assert len(data.x_test) == numbers.count("3")
