"""Recordings of others: files that their own libraries made come in, and are learnt."""

from datetime import UTC, datetime

import numpy as np
import pytest

import spikingfa
from spikingfa import DataError
from spikingfa.cli.main import main
from spikingfa.model.model import Task
from spikingfa.tasks import load_data, load_new

N_TRIALS, N_UNITS, LASTS = 30, 6, 0.1


def recording(seed: int = 0) -> tuple[list[np.ndarray], np.ndarray, list[str]]:
    """Spike times of units in one long session, starts of trials, and their conditions."""
    rng = np.random.default_rng(seed)
    starts = 1.0 + 0.25 * np.arange(N_TRIALS)
    conditions = ["left", "right", "none"]
    names = [conditions[k % 3] for k in range(N_TRIALS)]
    times = [[] for _ in range(N_UNITS)]
    for k, start in enumerate(starts):
        for unit in range(N_UNITS):
            n = 6 if unit // 2 == k % 3 else 1
            times[unit] += list(start + LASTS * rng.random(n))
            times[unit].append(start + LASTS + 0.05)  # between trials: part of none
    return [np.sort(np.array(one)) for one in times], starts, names


def expected(times, starts) -> list[list[tuple[float, int]]]:
    """Of each trial its spikes, as pairs of time and unit."""
    return [
        sorted(
            (t - start, unit)
            for unit, all_of_it in enumerate(times)
            for t in all_of_it
            if start <= t < start + LASTS
        )
        for start in starts
    ]


def save_nwb(path, times, starts, names, **columns) -> str:
    """As pynwb's own documentation does it."""
    pynwb = pytest.importorskip("pynwb")
    file = pynwb.NWBFile("a session", "id", datetime(2026, 1, 1, tzinfo=UTC))
    for name in ("condition", *columns):
        file.add_trial_column(name, f"the {name}")
    for k, (start, name) in enumerate(zip(starts, names)):
        more = {column: values[k] for column, values in columns.items()}
        file.add_trial(start_time=start, stop_time=start + LASTS, condition=name, **more)
    for one in times:
        file.add_unit(spike_times=one)
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return str(path)


def save_csv(path, times, starts, names, header="trial,time,unit,label") -> str:
    rows = [
        f"trial {k},{float(t)!r},{unit},{names[k]}"
        for k, spikes in enumerate(expected(times, starts))
        for t, unit in spikes
    ]
    path.write_text("\n".join([header, *rows]) + "\n")
    return str(path)


SAVED = {"a.nwb": save_nwb, "a.csv": save_csv}


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
