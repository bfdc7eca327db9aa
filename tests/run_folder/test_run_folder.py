"""The run folder: what is written is read again, whole or not at all."""

import contextlib
import errno
import json
import os
import shutil
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spikingfa
from spikingfa import RunFolderError, open_run
from spikingfa.base.array_files import CHECKSUM
from spikingfa.model.model import Model
from spikingfa.run_folder.data_record import DataRecord
from spikingfa.run_folder.layout import FILES, FORMAT
from spikingfa.run_folder.opening import format_of
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.spikes import Spikes
from spikingfa.run_folder.writer import RunWriter, new_run_folder, versions
from spikingfa.tasks.encoding import Encoding

ROWS = [
    {"epoch": 0, "train_error": np.nan, "test_error": 0.9, "angle_hidden_deg": 90.0},
    {"epoch": 1, "train_error": 1 / 3, "test_error": 1e-7, "angle_hidden_deg": 45.5},
]
W = {
    "input_to_hidden.w": np.arange(28.0).reshape(4, 7) * 1e-12,
    "hidden_to_output.w": np.arange(14.0).reshape(7, 2) * 1e-12,
    "input.phase": np.zeros(4),
    "error_on.q": np.full(2, 0.5),
    "error_off.q": np.full(2, 0.5),
}
B = {"hidden": np.linspace(-1.0, 1.0, 14).reshape(2, 7)}
METRICS = {"test_error": 0.1, "train_error": None, "finished": True, "seed": 2**200}
SPIKES = Spikes(
    t=np.array([0.0, 1e-3, 1e-3, 0.15]),
    i=np.array([3, 0, 1, 2], np.int32),
    population=np.array([0, 1, 1, 0], np.int32),
    populations=("input", "hidden"),
    sizes=(4, 7),
    onsets=np.array([0.0, 0.1]),
    duration=0.1,
    labels=("cat", "Ünïcode 😀"),
    predictions=("cat", ""),
)


MODEL = Model(hidden={"size": 7})
RECORD = DataRecord(
    task="arrays",
    in_python=False,
    sources=("/somewhere/Ünïcode 😀.csv",),
    encoding=Encoding(
        n_features=2,
        classes=("cat", "Ünïcode 😀"),
        columns=("width", "ü"),
        low=(0.1, -1e-300),
        high=(1, 3),
    ),
    metric="error",
    image=(1, 2),
    n_train=3,
    n_test=1,
    n_features=2,
    n_outputs=2,
    mean_square_sum=1 / 3,
    test_fraction=0.2,
    split_seed=2**32 - 1,
    train="0" * 32,
    test="f" * 32,
)


@pytest.fixture
def writer(tmp_path):
    """The writer of a run that has begun."""
    writer = RunWriter(tmp_path / "run")
    with writer.begin(MODEL):
        yield writer


@pytest.fixture
def written(tmp_path):
    """The writer of a folder in which every file is written."""
    writer = RunWriter(tmp_path / "run")
    with writer.begin(MODEL, data=RECORD):
        writer.history(ROWS)
        writer.metrics(METRICS)
        writer.weights(W, B)
        writer.spikes(SPIKES)
        writer.write("figures/raster.png", lambda path: path.write_bytes(b"png"))
    return writer


def begin(folder, force=False):
    """Begin a run and leave it at that."""
    with RunWriter(folder, force).begin(MODEL):
        pass


def message(call, *arguments, **keywords) -> str:
    with pytest.raises(RunFolderError) as caught:
        call(*arguments, **keywords)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def same_spikes(one: Spikes, other: Spikes) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        and type(getattr(one, field.name)) is type(getattr(other, field.name))
        for field in fields(Spikes)
    )


def content(folder) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# written and read


def test_everything_comes_back(written):
    run = open_run(written.folder)
    assert run.model == MODEL
    assert run.data == RECORD
    assert run.metrics.items() >= METRICS.items()
    assert list(run.history) == list(ROWS[0])
    for name, column in run.history.items():
        np.testing.assert_allclose(column, [row[name] for row in ROWS], rtol=1e-5)
    assert list(run.arrays) == [*W, "feedback_to_hidden.b"]
    np.testing.assert_array_equal(run.arrays["input_to_hidden.w"], W["input_to_hidden.w"])
    np.testing.assert_array_equal(run.arrays["feedback_to_hidden.b"], B["hidden"])
    assert same_spikes(run.spikes, SPIKES)
    assert repr(run).splitlines()[0] == f"Run({str(written.folder)!r})"


def test_the_folder_holds_the_files_that_are_promised(written):
    # while it is trained, when it is tested, recorded, exported or reported, if it began with
    # another run, if its weights are kept
    later = {"checkpoint.npz", "tests", "export", "recordings", "report.html", "start.npz"}
    later.add("weights")
    promised = set(FILES) - later
    assert {path.name for path in written.folder.iterdir()} == promised


def test_versions_tell_what_made_the_run(written):
    told = json.loads((written.folder / "versions.json").read_text())
    assert len(told.pop("id")) == 32
    assert told == {key: value for key, value in versions().items() if key != "id"}
    assert told["spikingfa"] == spikingfa.__version__
    assert {"python", "brian2", "numpy", "platform", "command"} <= told.keys()


def test_a_run_that_trained_can_be_opened_from_text_and_path(tiny_run, tiny_model):
    for folder in (tiny_run.folder, str(tiny_run.folder)):
        run = open_run(folder)
        assert run.model == tiny_model
        assert run.metrics["finished"]
        assert len(run.spikes.labels) == tiny_model.recording.trials


def test_arrays_stay_when_the_folder_is_gone(tiny_run, tmp_path):
    run = open_run(shutil.copytree(tiny_run.folder, tmp_path / "run"))
    weights, spikes, history = run.arrays, run.spikes, run.history
    shutil.rmtree(run.folder)
    np.testing.assert_equal(weights, tiny_run.arrays)
    np.testing.assert_equal(history, tiny_run.history)
    assert same_spikes(spikes, tiny_run.spikes)
    for array in (*weights.values(), *history.values(), spikes.t, spikes.i):
        assert array.flags.owndata or array.base.flags.owndata
        array[...] = 0  # theirs to change


def test_a_later_state_takes_the_place_of_an_earlier_one(written):
    written.history([*ROWS, ROWS[1] | {"epoch": 2}])
    written.metrics({"test_error": 0.25, "finished": False})
    run = open_run(written.folder)
    np.testing.assert_array_equal(run.history["epoch"], [0, 1, 2])
    assert run.metrics["test_error"] == 0.25
    assert not run.metrics["finished"]


SPIKE_LISTS = st.lists(
    st.tuples(st.floats(0, 1e3), st.integers(0, 2**31 - 1), st.integers(0, 2)), max_size=20
)


@given(spikes=SPIKE_LISTS, duration=st.floats(1e-6, 1e3), names=st.lists(st.text("aé\n_'😀")))
def test_any_spikes_come_back(spikes, duration, names, tmp_path_factory):
    spikes = sorted(spikes)
    recorded = Spikes(
        t=np.array([t for t, _, _ in spikes], float),
        i=np.array([i for _, i, _ in spikes], np.int32),
        population=np.array([p for _, _, p in spikes], np.int32),
        populations=("a", "b", "c"),
        sizes=(2**31, 2**31 + 1, 2**32),
        onsets=np.arange(len(names)) * duration,
        duration=duration,
        labels=tuple(names),
        predictions=tuple(reversed(names)),
    )
    path = tmp_path_factory.getbasetemp() / "spikes.npz"
    recorded.save(path)
    assert same_spikes(Spikes.load(path), recorded)


def test_spikes_are_gathered_in_time():
    by_population = {
        "input": (np.array([0.2, 0.1]), np.array([1, 2])),
        "silent": (np.empty(0), np.empty(0, int)),
        "hidden": (np.array([0.15]), np.array([5])),
    }
    trials = {"onsets": np.zeros(1), "duration": 0.1, "labels": ("a",), "predictions": ("a",)}
    spikes = Spikes.gather(by_population, {"input": 3, "silent": 1, "hidden": 6}, **trials)
    assert spikes.t.tolist() == [0.1, 0.15, 0.2]
    assert spikes.i.tolist() == [2, 5, 1]
    assert [spikes.populations[k] for k in spikes.population] == ["input", "hidden", "input"]
    assert [array.tolist() for array in spikes.of("input")] == [[0.1, 0.2], [2, 1]]
    assert [array.tolist() for array in spikes.of("silent")] == [[], []]
    with pytest.raises(KeyError, match="'output' was not recorded; recorded are input, silent"):
        spikes.of("output")


# the writer


def no_space(path):
    path.write_bytes(b"half of")
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupted(path):
    path.write_bytes(b"half of")
    raise KeyboardInterrupt


def not_text(path):
    path.write_text("\ud800", "utf-8")


@pytest.mark.parametrize("name", ["metrics.json", "weights.npz", "figures/raster.png"])
@pytest.mark.parametrize(
    ("fails", "error", "reason"),
    [
        (no_space, RunFolderError, "cannot write .*: No space left on device"),
        (not_text, RunFolderError, "cannot write .*: .*surrogates"),
        (interrupted, KeyboardInterrupt, None),
    ],
)
def test_a_writer_that_fails_leaves_the_old_file(written, name, fails, error, reason):
    before = content(written.folder)
    with pytest.raises(error, match=reason):
        written.write(name, fails)
    assert content(written.folder) == before


def test_a_writer_that_fails_leaves_nothing_new(writer):
    before = content(writer.folder)
    with pytest.raises(RunFolderError, match=r"metrics\.json: No space"):
        writer.write("metrics.json", no_space)
    assert content(writer.folder) == before


def test_a_folder_that_vanished_is_told(writer):
    shutil.rmtree(writer.folder)
    assert "cannot write" in message(writer.history, ROWS)
    assert "No such file" in message(writer.history, ROWS)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's /dev/full")
def test_a_full_device_is_told(writer):
    def to_full_device(path):
        path.symlink_to("/dev/full")
        path.write_text("x")

    before = content(writer.folder)
    assert "No space left" in message(writer.write, "metrics.json", to_full_device)
    assert content(writer.folder) == before


def test_the_scratch_folder_is_there_only_while_a_run_goes_on(tmp_path):
    writer = RunWriter(tmp_path / "run")
    with contextlib.suppress(KeyboardInterrupt), writer.begin(MODEL):
        (writer.scratch / "stimuli").touch()
        raise KeyboardInterrupt
    assert sorted(content(tmp_path)) == ["run/model.toml", "run/versions.json"]


@pytest.mark.parametrize("force", [False, True])
def test_folders_that_may_be_written_to(force, tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("empty", "new", "new in/a/new/folder"):
        begin(tmp_path / name, force)
        assert Run(tmp_path / name).model == MODEL


def test_nothing_is_overwritten(written):
    before = content(written.folder)
    told = message(RunWriter, written.folder)
    assert "not empty" in told
    assert "--force" in told
    assert content(written.folder) == before


def test_a_folder_with_anything_in_it_is_not_taken(tmp_path):
    (tmp_path / ".hidden").touch()
    assert "not empty" in message(RunWriter, tmp_path)


def test_force_replaces_the_run_and_keeps_what_else_is_there(written):
    folder = written.folder
    (folder / "notes.txt").write_text("mine")
    (folder / "figures" / "old.png").touch()
    (folder / ".scratch-killed").mkdir()
    (folder / ".scratch-killed" / "stimuli").touch()
    (folder / ".unfinished-weights.npz").touch()
    before = content(folder)
    writer = RunWriter(folder, force=True)
    assert content(folder) == before
    with writer.begin(Model()):
        pass
    assert sorted(content(folder)) == ["model.toml", "notes.txt", "versions.json"]
    assert Run(folder).model == Model()


@pytest.mark.parametrize("name", ["figures/mine.png", "model.toml", "history.csv"])
def test_force_replaces_nothing_but_a_run(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    assert "holds no run" in message(RunWriter, tmp_path, force=True)
    assert content(tmp_path) == {name: b"mine"}


@pytest.mark.parametrize("part", ["versions", "write_model"])
def test_a_run_that_could_not_begin_is_replaced(part, tmp_path, monkeypatch):
    monkeypatch.setattr(f"spikingfa.run_folder.writer.{part}", lambda *_: no_space(tmp_path / "x"))
    assert "No space" in message(begin, tmp_path / "run")
    assert not list((tmp_path / "run").glob(".*"))
    monkeypatch.undo()
    begin(tmp_path / "run", force=True)
    assert Run(tmp_path / "run").model == MODEL


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("file", "is a file"),
        ("file/run", "Not a directory"),
        ("link", "File exists"),
        ("x" * 300, "File name too long"),
    ],
)
def test_folders_that_cannot_be(name, reason, force, tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    assert reason in message(begin, tmp_path / name, force=force)
    assert content(tmp_path) == {"file": b"mine"}


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs Linux's /proc")
def test_a_place_where_nobody_may_write():
    assert "cannot write /proc/self/run" in message(begin, "/proc/self/run")


# names of folders


def test_runs_are_counted(tmp_path):
    names = []
    for _ in range(3):
        names.append(new_run_folder("model", tmp_path).name)
        (tmp_path / names[-1]).mkdir()
    assert names == ["model-001", "model-002", "model-003"]


def test_a_free_number_is_taken(tmp_path):
    for name in ("a-001", "a-003", "a-x", "b-002", "aa-002"):
        (tmp_path / name).mkdir()
    (tmp_path / "a-004").touch()
    assert new_run_folder("a", tmp_path).name == "a-002"
    assert new_run_folder("b", tmp_path).name == "b-001"
    (tmp_path / "a-002").mkdir()
    assert new_run_folder("a", tmp_path).name == "a-005"


def test_more_runs_than_three_digits(tmp_path):
    for k in range(1, 1001):
        (tmp_path / f"a-{k:03d}").mkdir()
    assert new_run_folder("a", tmp_path).name == "a-1001"


@pytest.mark.parametrize("name", ["a[1]", "a*", "a?b", "ünï 😀", ".hidden", "a b"])
def test_names_of_any_kind_are_counted(name, tmp_path):
    (tmp_path / f"{name}-001").mkdir()
    assert new_run_folder(name, tmp_path) == tmp_path / f"{name}-002"


def test_counting_begins_before_there_is_a_parent(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(new_run_folder("a")) == "runs/a-001"
    assert list(tmp_path.iterdir()) == []


# folders that are damaged


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none", "does not exist"), ("file", "is a file"), ("empty", "holds no run")],
)
def test_what_is_no_run(name, reason, tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    assert reason in message(open_run, tmp_path / name)


PARTS = {
    "model.toml": "model",
    "metrics.json": "metrics",
    "history.csv": "history",
    "weights.npz": "weights",
    "spikes.npz": "spikes",
}


@pytest.mark.parametrize("name", PARTS)
def test_a_missing_file_is_told(name, written):
    (written.folder / name).unlink()
    told = message(getattr, Run(written.folder), PARTS[name])
    assert name in told
    assert str(written.folder) in told


@pytest.mark.parametrize("name", PARTS)
def test_a_folder_in_place_of_a_file_is_told(name, written):
    (written.folder / name).unlink()
    (written.folder / name).mkdir()
    assert "Is a directory" in message(getattr, Run(written.folder), PARTS[name])


ARRAYS_AND_TABLES = [name for name in PARTS if name != "model.toml"]


@pytest.mark.parametrize("name", ARRAYS_AND_TABLES)
@pytest.mark.parametrize("part", [0.0, 0.5, 0.99])
def test_a_file_that_was_cut_is_told(name, part, written):
    path = written.folder / name
    path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])
    assert f"cannot read {path}" in message(getattr, Run(written.folder), PARTS[name])


@pytest.mark.parametrize("end", ['tau_m = "20', "tau_m =", "[inp", "tau"])
def test_a_model_that_was_cut_is_told(end, written):
    path = written.folder / "model.toml"
    path.write_text(path.read_text().partition(end)[0] + end)
    assert f"cannot read {path}" in message(getattr, Run(written.folder), "model")


@pytest.mark.parametrize("name", ARRAYS_AND_TABLES)
@pytest.mark.parametrize("garbage", [b"\xff\xfe\x00", b"PK\x03\x04" + bytes(60), b"\n\n\n", b"[1]"])
def test_a_file_with_garbage_is_told(name, garbage, written):
    path = written.folder / name
    path.write_bytes(garbage)
    assert f"cannot read {path}" in message(getattr, Run(written.folder), PARTS[name])


@pytest.mark.parametrize("name", ["weights.npz", "spikes.npz"])
@settings(max_examples=60)
@given(data=st.data())
def test_an_array_file_with_wrong_bytes_is_told_or_read(name, data, tiny_run, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    damaged = bytearray((tiny_run.folder / name).read_bytes())
    start = data.draw(st.integers(0, len(damaged) - 1))
    damaged[start : start + 8] = data.draw(st.binary(min_size=8, max_size=8))
    (folder / name).write_bytes(damaged)
    with contextlib.suppress(RunFolderError):
        getattr(Run(folder), PARTS[name])


@pytest.mark.parametrize(
    "text",
    [
        "epoch,train_error,test_error\r\n",
        "epoch,train_error,test_error\r\n0,,0.5\r\n1\r\n",
        "epoch,train_error,test_error\r\n0,,0.5\r\n1,0.5,0.5,7\r\n",
        "epoch,train_error,test_error\r\n0,,0.5\r\n1,,half\r\n",
        "epoch,train_error,test_error\r\n0,,0.5\r\n1,,0.",
    ],
)
def test_a_history_that_is_not_complete_is_told(text, written):
    (written.folder / "history.csv").write_text(text, newline="")
    assert "cannot read" in message(getattr, Run(written.folder), "history")


def test_spikes_without_one_of_their_arrays_are_told(written):
    with np.load(written.folder / "spikes.npz") as file:
        arrays = {name: file[name] for name in file.files if name not in ("onsets", CHECKSUM)}
    np.savez(written.folder / "spikes.npz", **arrays)
    assert "onsets" in message(getattr, Run(written.folder), "spikes")


def test_arrays_that_need_pickle_are_not_loaded(written):
    np.savez(written.folder / "weights.npz", a=np.array([{}]))
    assert "cannot read" in message(getattr, Run(written.folder), "weights")


def test_a_file_that_could_not_be_read_is_read_when_it_is_there(written):
    run = Run(written.folder)
    path = written.folder / "spikes.npz"
    path.rename(written.folder / "elsewhere")
    message(getattr, run, "spikes")
    (written.folder / "elsewhere").rename(path)
    assert same_spikes(run.spikes, SPIKES)
    assert same_spikes(replace(run.spikes, t=run.spikes.t), SPIKES)


def renumbered(run, folder, number):
    """A copy of a run folder in another format; None: written before formats were counted."""
    shutil.copytree(run.folder, folder)
    told = json.loads((folder / "versions.json").read_text())
    told["format"] = number
    if number is None:
        del told["format"]
    (folder / "versions.json").write_text(json.dumps(told))
    return folder


def test_the_format_of_a_run_folder_is_told(tiny_run):
    assert tiny_run.versions["format"] == format_of(tiny_run.folder) == FORMAT == 2


@pytest.mark.parametrize("number", [None, 0, 1, 2])
def test_formats_up_to_this_one_are_read(tiny_run, tmp_path, number):
    run = spikingfa.open_run(renumbered(tiny_run, tmp_path / "run", number))
    for name, array in tiny_run.arrays.items():
        np.testing.assert_array_equal(run.arrays[name], array)
    assert run.metrics == tiny_run.metrics


def test_a_later_format_is_refused(tiny_run, tiny_model, tmp_path):
    folder = renumbered(tiny_run, tmp_path / "run", 3)
    for use in (
        spikingfa.open_run,
        lambda path: spikingfa.train(tiny_model, out=path, resume=True),
    ):
        with pytest.raises(RunFolderError) as told:
            use(folder)
        assert f"{folder} has format 3, and this version" in str(told.value)
        assert "reads formats up to 2: read it with a later one" in str(told.value)


def test_versions_that_cannot_be_read_keep_nothing_from_being_read(tiny_run, tmp_path):
    folder = renumbered(tiny_run, tmp_path / "run", 1)
    for damaged in ("", "[]", '{"format": "newest"}'):
        (folder / "versions.json").write_text(damaged)
        assert spikingfa.open_run(folder).metrics == tiny_run.metrics
