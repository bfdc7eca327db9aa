"""Recordings of others: files that their own libraries made come in, and are learnt."""

import numpy as np
import pytest
from helpers.recordings import (
    N_TRIALS,
    N_UNITS,
    expected,
    recording,
    save_binned,
    save_csv,
    save_nix,
    save_nix_epoch,
    save_nwb,
)

import spikingfa
from spikingfa import DataError
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.tasks import load_data, load_new

SAVED = {
    "a.nwb": save_nwb,
    "a.csv": save_csv,
    "a.nix": save_nix,
    "epoch.nix": save_nix_epoch,
}


@pytest.mark.parametrize("name", SAVED)
def test_spikes_are_those_of_each_trial(name, tmp_path):
    times, starts, names = recording()
    path = SAVED[name](tmp_path / name, times, starts, names)
    data = load_data(Task(name="spikes", file=path, test_file=path))
    assert data.classes == ("left", "none", "right")
    assert [data.classes[k] for k in data.y_train] == names
    assert data.x_train.shape == (N_TRIALS, N_UNITS)
    for k, spikes in enumerate(expected(times, starts)):
        t, i = data.x_train.of(k)
        assert sorted(i.tolist()) == sorted(unit for _, unit in spikes)
        np.testing.assert_allclose(np.sort(t), [t for t, _ in spikes], atol=1e-6)


@pytest.mark.parametrize("name", SAVED)
def test_a_command_learns_it_and_answers_another_session(name, tmp_path, tiny_model, capsys):
    path = SAVED[name](tmp_path / name, *recording())
    other = SAVED[name](tmp_path / f"other_{name}", *recording(seed=1))
    assert main(["run", "digits_fa", "--data", path, "--set", "hidden.size=12", "--epochs", "1",
                 "--out", str(tmp_path / "run"), "--quiet"]) == 0  # fmt: skip
    assert main(["predict", str(tmp_path / "run"), other, "-o", str(tmp_path / "out.csv")]) == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == N_TRIALS + 1
    run = spikingfa.open_run(tmp_path / "run")
    assert run.model.task.name == "spikes"
    assert run.model.input.coding == "events"
    capsys.readouterr()


def message(path: str, **changes) -> str:
    with pytest.raises(DataError) as caught:
        load_data(Task(name="spikes", file=path, **changes))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_which_column_of_the_trials_is_the_class(tmp_path):
    times, starts, names = recording()
    animals = [f"m{k % 2}" for k in range(N_TRIALS)]
    path = save_nwb(tmp_path / "a.nwb", times, starts, names, animal=animals)
    assert "task.label needs the column with the class, its trials have" in message(path)
    assert "task.label = 'anmal' is no column, its trials have" in message(path, label="anmal")
    data = load_data(Task(name="spikes", file=path, label="animal"))
    assert data.classes == ("m0", "m1")
    # the same column in another file
    new = load_new(path, data.encoding)
    assert new.y.tolist() == [k % 2 for k in range(N_TRIALS)]


def test_what_is_missing_in_a_recording(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = save_nwb(tmp_path / "a.nwb", *recording())
    assert load_data(Task(name="spikes", file=path)).n_features == N_UNITS
    for place, what in (
        ("units/spike_times", "has no sorted units"),
        ("intervals/trials/stop_time", "has no trials"),
    ):
        with h5py.File(path, "r+") as file:
            del file[place]
        assert what in message(path)
        path = save_nwb(tmp_path / "a.nwb", *recording())
    with h5py.File(path, "r+") as file:
        file["units/spike_times_index"][-1] += 5
    assert "its units or its trials are not whole" in message(path)
    path = save_nwb(tmp_path / "a.nwb", *recording())
    with h5py.File(path, "r+") as file:
        del file["intervals/trials/condition"]
        file["intervals/trials/condition"] = h5py.ExternalLink("/etc/passwd", "condition")
    assert "condition stands in another file, which is not read" in message(path)
    (tmp_path / "b.nwb").write_text("no HDF5")
    assert "it is not an HDF5 file" in message(str(tmp_path / "b.nwb"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("trial,time,unit\n1,0.1,0\n", "needs a column 'label', has trial, time, unit"),
        ("trial,time,unit,label\n1,a,0,x\n", "line 2, column 'time': needs a number, got 'a'"),
        ("trial,time,unit,label\n1,0.1,0.5,x\n", "units needs whole numbers, got 0.5"),
        (
            "trial,time,unit,label\n1,-1,0,x\n",
            "times needs seconds since the onset, from 0 on, got -1.0 in event 0",
        ),
        (
            "trial,time,unit,label\n1,0.1,0,x\n1,0.2,0,y\n",
            "line 3: trial 1 has the label 'y', and 'x' before",
        ),
    ],
)
def test_what_is_wrong_in_a_table_of_events(text, reason, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    assert reason in message(str(tmp_path / "a.csv"))


def test_other_tables_are_tables_still(tmp_path):
    from spikingfa.tasks.spikes import holds_spikes

    for text, events in (
        ("trial,time,unit,label\n1,0.1,0,x\n", True),
        ("# a comment\ntrial;time;unit;label\n1;0,1;0;x\n", True),
        ("trial,length,kind\n1,2,x\n", False),
        ("", False),
    ):
        (tmp_path / "a.csv").write_text(text)
        assert holds_spikes(str(tmp_path / "a.csv")) == events


@pytest.mark.parametrize("name", SAVED)
def test_show_says_what_was_read_and_draws_it(name, tmp_path, capsys):
    path = SAVED[name](tmp_path / name, *recording())
    figure = tmp_path / "a.png"
    assert main(["show", "--data", path, "-o", str(figure)]) == 0
    said = capsys.readouterr().out
    n_events = sum(map(len, expected(*recording()[:2])))
    for line in (
        "stimuli      30 (24 to train, 6 held out for the test)",
        "classes      3: left (10), none (10), right (10)",
        f"units        {N_UNITS}, of which 0 are silent",
        f"events       {n_events}, 16 to 16 a stimulus",
    ):
        assert line in said.splitlines()
    assert figure.stat().st_size > 1000


def test_show_says_what_a_table_holds(tmp_path, capsys):
    np.savez(tmp_path / "a.npz", x=np.eye(4)[np.arange(40) % 4], y=np.arange(40) % 4)
    assert main(["show", "--data", str(tmp_path / "a.npz")]) == 0
    assert "intensities  0 to 1, mean 0.25, 25% not 0" in capsys.readouterr().out.splitlines()
    assert main(["show", "--data", str(tmp_path / "a.npz"), "-o", "a.png"]) == 2
    assert "holds no spikes to draw" in capsys.readouterr().err


def test_a_table_of_time_bins(tmp_path):
    times, starts, names = recording()
    path = save_binned(tmp_path / "a.csv", times, starts, names)
    task = Task(name="spikes", file=path, test_file=path, bin="2 ms")
    data = load_data(task)
    assert data.x_train.shape == (N_TRIALS, N_UNITS)
    assert [data.classes[k] for k in data.y_train] == names
    for k, spikes in enumerate(expected(times, starts)):
        last = {int(1e3 * t): unit for t, unit in spikes}
        t, i = data.x_train.of(k)
        order = np.argsort(t)
        np.testing.assert_allclose(t[order], [2e-3 * (at + 0.5) for at in sorted(last)], rtol=1e-5)
        assert i[order].tolist() == [last[at] for at in sorted(last)]
    # other data of the same kind have the same bins
    np.testing.assert_array_equal(load_new(path, data.encoding).x.times, data.x_train.times)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("kind,length\nx,3\ny,4\n", "needs the columns trial, time and unit, or a column for"),
        (
            "kind,0,1,2\nx,0,a,0\ny,1,0,0\n",
            "line 2, column '1': needs the number of a unit",
        ),
        ("kind,0,1,2\nx,0,-1,0\ny,1,0,0\n", "or 0 for none, got '-1'"),
        ("kind,0,1,2\nx,0,1.5,0\ny,1,0,0\n", "or 0 for none, got '1.5'"),
        (
            "kind,role,0,1,2\nx,a,0,1,0\ny,b,1,0,0\n",
            "column with the class, has kind, role",
        ),
    ],
)
def test_what_is_wrong_in_a_table_of_time_bins(text, reason, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    assert reason in message(str(tmp_path / "a.csv"))


def test_a_command_takes_a_table_for_time_bins_where_the_task_is_spikes(tmp_path, capsys):
    path = save_binned(tmp_path / "a.csv", *recording())
    assert main(["show", "--data", path, "--set", "task.name=spikes"]) == 0
    assert f"units        {N_UNITS}, of which 0 are silent" in capsys.readouterr().out
    assert main(["show", "--data", path, "--set", "task.label=condition"]) == 0
    assert "features     100" in capsys.readouterr().out


def test_a_neo_block_is_data(tmp_path):
    neo = pytest.importorskip("neo")
    times, starts, names = recording()
    for save in (save_nix, save_nix_epoch):
        with neo.io.NixIO(save(tmp_path / "a.nix", times, starts, names), "ro") as file:
            block = file.read_block()
        events, labels = spikingfa.from_neo(block)
        assert labels.tolist() == names
        assert events.shape == (N_TRIALS, N_UNITS)
        for k, spikes in enumerate(expected(times, starts)):
            np.testing.assert_allclose(np.sort(events.of(k)[0]), [t for t, _ in spikes], atol=1e-6)
    with pytest.raises(DataError, match=r"task\.label = 'side' is no column, its segments have"):
        spikingfa.from_neo(_segmented(neo), "side")
    block = _segmented(neo)
    block.segments[1].spiketrains.append(_segmented(neo).segments[0].spiketrains[0])
    with pytest.raises(DataError, match="segment 1 has 2 spike trains, the first 1"):
        spikingfa.from_neo(block)
    with pytest.raises(DataError, match="has no segments with spike trains"):
        spikingfa.from_neo(neo.Block())
    block.segments[1:] = []
    with pytest.raises(DataError, match="its only segment has 0 epochs"):
        spikingfa.from_neo(block)


def _segmented(neo):
    import quantities as pq

    block = neo.Block()
    for kind in "ab":
        segment = neo.Segment(kind=kind)
        segment.spiketrains.append(neo.SpikeTrain([0.1] * pq.s, t_stop=1 * pq.s))
        block.segments.append(segment)
    return block


def test_what_a_run_exports_comes_in_again(tiny_run, tmp_path):
    pytest.importorskip("nixio")
    (path,) = spikingfa.export_run(tiny_run, "nix", tmp_path / "a.nix")
    data = load_data(Task(name="spikes", file=str(path), label="label", test_file=str(path)))
    assert len(data.x_train) == len(tiny_run.spikes.onsets)
    events, labels = spikingfa.from_neo(spikingfa.to_neo(tiny_run), "label")
    np.testing.assert_allclose(events.times, data.x_train.times, atol=1e-6)
    assert labels.tolist() == list(tiny_run.spikes.labels)


def test_a_nix_file_shows_no_other_file(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = save_nix(tmp_path / "a.nix", *recording())
    with h5py.File(path, "r+") as file:
        file["data/elsewhere"] = h5py.ExternalLink("/etc/passwd", "x")
    assert "/data/elsewhere stands in another file, which is not read" in message(path)
    (tmp_path / "b.nix").write_text("no HDF5")
    assert "it is not an HDF5 file" in message(str(tmp_path / "b.nix"))
