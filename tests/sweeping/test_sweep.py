"""Sweeps with real workers: every run as by itself, and what happens when things go wrong."""

import contextlib
import functools
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import psutil
import pytest
from helpers.sweeps import same_weights
from helpers.waits import LIMIT, wait_for

import spikingfa
from spikingfa.base.processes import Processes
from spikingfa.cli.main import main
from spikingfa.model.files import write_model
from spikingfa.run_folder.lock import locked
from spikingfa.sweeping.worker import train_one

OVER = {"hidden.tau_m": ["10 ms", "20 ms"], "feedback.kind": ["direct", "none"]}


@pytest.fixture(scope="module")
def processes():
    """Two, which have imported everything when the first test is done."""
    with Processes(2) as two:
        yield two


@pytest.fixture
def sweep(request, monkeypatch):
    """`spikingfa.sweep` without a bar: of long tests in these processes, of others in this one."""
    if request.node.get_closest_marker("long"):
        two = contextlib.nullcontext(request.getfixturevalue("processes"))
        monkeypatch.setattr("spikingfa.sweeping.places.Processes", lambda *arguments: two)
    else:
        request.getfixturevalue("in_this_process")
    return functools.partial(spikingfa.sweep, progress=False)


@pytest.fixture
def swept(tiny_model, tmp_path, monkeypatch, capsys):
    """Carry out the command; return its status and what it told."""
    monkeypatch.chdir(tmp_path)
    write_model(tiny_model, tmp_path / "tiny.toml")

    def call(*options) -> tuple[int, str, str]:
        try:
            status = main(["sweep", "tiny.toml", "-o", "out", *options])
        except SystemExit as end:
            status = end.code
        told = capsys.readouterr()
        return status, told.out, told.err

    return call


@pytest.mark.long
@pytest.mark.parametrize("on_test", [False, True])
def test_every_run_is_what_it_is_by_itself(tiny_model, sweep, tmp_path, on_test):
    table = sweep(tiny_model, OVER, range(1, 3), out=tmp_path / "out", on_test=on_test)
    error = "test_error" if on_test else "validation_error"
    assert len(table) == 8
    assert set(table["status"]) == {"finished"}
    for number, row in enumerate(table.itertuples()):
        model = tiny_model.but({"feedback.kind": row[2], "hidden.tau_m": f"{row[1]} ms"})
        model = model.but({"task.validation": 0 if on_test else 0.2})
        run = spikingfa.train(
            model, seed=row.seed, out=tmp_path / str(number), progress=False, figures=False
        )
        assert same_weights(row.run, run.folder)
        assert getattr(row, error) == run.metrics[error]
    told = pd.read_csv(tmp_path / "out" / "table.csv")
    types = pd.read_parquet(tmp_path / "out" / "table.parquet")
    assert told[error].tolist() == types[error].tolist() == table[error].tolist()
    assert [name for name in table if name.endswith("_error")] == [error, "train_error"]
    assert types["hidden.tau_m (ms)"].tolist() == [10, 10, 10, 10, 20, 20, 20, 20]
    pd.testing.assert_frame_equal(spikingfa.open_sweep(tmp_path / "out"), table)


@pytest.mark.long
def test_more_values_and_seeds_add_to_what_is_there(tiny_model, sweep, tmp_path):
    def call(values, seeds):
        over = {"hidden.tau_m": values}
        return sweep(tiny_model, over, seeds, out=tmp_path / "o")

    first = call(["10 ms", "20 ms"], (1,))
    times = {run: os.stat(f"{run}/weights.npz").st_mtime_ns for run in first["run"]}
    second = call(["30 ms", "0.01 second"], (1, 2))
    assert second["hidden.tau_m (ms)"].tolist() == [30, 30, 10, 10, 20]
    assert second["seed"].tolist() == [1, 2, 1, 2, 1]
    assert {run: os.stat(f"{run}/weights.npz").st_mtime_ns for run in first["run"]} == times
    assert call(["30 ms"], (1,)).equals(second.iloc[[0, 1, 2, 3, 4]].reset_index(drop=True))


def test_a_run_waits_for_another_process_in_its_folder(tiny_model, tmp_path):
    with ThreadPoolExecutor(1) as pool:
        with locked(tmp_path / "run"):
            told = pool.submit(train_one, tiny_model.model_dump(), str(tmp_path / "run"))
            with pytest.raises(TimeoutError):
                told.result(2)
        assert told.result(600)["status"] == "finished"


def test_other_sweeps_are_not_mixed_in(tiny_model, sweep, tmp_path):
    def call(model, over):
        return sweep(model, over, (1,), out=tmp_path / "out")

    call(tiny_model, {"hidden.tau_m": ["10 ms"]})
    with pytest.raises(spikingfa.RunFolderError, match=r"it varies hidden.tau_m \(ms\), and not"):
        call(tiny_model, {"hidden.size": [10]})
    with pytest.raises(spikingfa.RunFolderError, match=r"hidden.size is 12 there and 13 here"):
        call(tiny_model.but({"hidden.size": 13}), {"hidden.tau_m": ["10 ms"]})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("")
    with pytest.raises(spikingfa.RunFolderError, match="holds no sweep"):
        sweep(tiny_model, {"hidden.size": [9]}, out=tmp_path / "full")


@pytest.mark.long
def test_a_failing_combination_is_told_and_the_others_go_on(tiny_model, sweep, tmp_path):
    over = {"feedback.kind": ["direct", "kolen_pollack"], "feedback.levels": [4, None]}
    over["plasticity.eta_hidden"] = [0.1, 1e9]
    table = sweep(tiny_model, over, (1,), out=tmp_path / "out")
    assert len(table) == 8
    for kind, levels, eta, status, reason in zip(
        *(table[name] for name in [*over, "status", "reason"]), strict=True
    ):
        learnt_in_steps = kind == "kolen_pollack" and levels == "4"
        assert status == ("failed" if learnt_in_steps or eta > 1 else "finished")
        if learnt_in_steps:
            assert "does not go with kind" in reason
        elif eta > 1:
            assert "plasticity.eta_hidden" in reason
            assert "\n" not in reason
    assert len(pd.read_csv(tmp_path / "out" / "table.csv")) == 8


@pytest.mark.long
def test_data_of_ones_own_go_to_the_workers(tiny_model, sweep, tmp_path, tiny_data):
    data = spikingfa.tasks.load_data(tiny_model.task)
    model = tiny_model.but({"task.file": None, "task.name": "digits"})
    table = sweep(model, {"hidden.size": [8]}, (1,), data=data, out=tmp_path / "o")
    run = spikingfa.train(
        model.but({"hidden.size": 8}), seed=1, data=data, out=tmp_path / "r", progress=False
    )
    assert same_weights(table["run"][0], run.folder)


@pytest.mark.needs("optuna")
def test_a_search_goes_on_with_what_is_done(tiny_model, sweep, tmp_path):
    model = tiny_model.but({"task.validation": 12})
    over = {
        "hidden.tau_m": spikingfa.Range("5 ms", "50 ms", log=True),
        "plasticity.eta_hidden": [0.1, 0.2],
    }

    def call(n):
        return sweep(model, over, (1,), optuna=n, out=tmp_path / "out")

    first, second = call(4), call(12)
    assert len(second) == 12
    assert second.iloc[:4]["run"].tolist() == first["run"].tolist()


@pytest.mark.needs("optuna")
def test_what_a_search_asks_for_again_is_run_once(tiny_model, sweep, tmp_path):
    model = tiny_model.but({"task.validation": 12})
    over = {"plasticity.eta_hidden": [0.1, 0.2]}
    table = sweep(model, over, (1, 2), optuna=6, out=tmp_path / "out")
    assert len(table) == len(set(table["run"])) <= 4
    assert set(table["status"]) == {"finished"}
    assert not (tmp_path / "out" / ".lock").exists()


def test_what_a_kill_left_in_a_finished_run_is_removed(tiny_model, sweep, tmp_path):
    def call():
        return sweep(tiny_model, {"hidden.tau_m": ["10 ms"]}, (1,), out=tmp_path / "out")

    run = Path(call()["run"][0])
    before = sorted(path.name for path in run.iterdir())
    for name in ("checkpoint.npz", ".lock"):
        (run / name).write_bytes(b"")
    call()
    assert sorted(path.name for path in run.iterdir()) == before


def test_the_command_leaves_tables_figures_and_a_summary(swept, in_this_process, tmp_path):
    over = ["--over", "hidden.tau_m=10 ms,20 ms", "--over", "feedback.scale=100 pA,300 pA"]
    status, out, err = swept(*over, "--seeds", "2", "--jobs", "2")
    assert status == 0
    assert out.splitlines()[0].split("  ")[0] == "hidden.tau_m (ms)"
    assert "written to out" in out
    assert err.count("validation error") == 8
    assert out.count("test error") == 1
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"table.csv", "table.parquet", "error.png", "heat_map.png", "runs"} <= names
    assert swept(*over, "--seeds", "2", "--jobs", "1")[:2] == (0, out)


@pytest.mark.long
def test_random_draws_by_the_command(swept):
    status, *_ = swept("--over", "hidden.tau_m=10 ms..50 ms", "--random", "3", "--seeds", "1")
    assert status == 0
    assert len(spikingfa.open_sweep("out")) == 3


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--over", "hidden.tau=1"], "hidden.tau: there is no such key"),
        (["--over", "hidden.tau_m"], "needs the form section.key=value,value"),
        (["--over", "hidden.tau_m=10 ms..20 ms"], "a range needs a number of draws"),
        (["--over", "hidden.tau_m=1 ms,10 mss"], "there is no unit 'mss'"),
        (["--over", "training.seed=1,2"], "give the seeds by seeds"),
        (["--over", "hidden.size=4", "--scheduler", "tcp://127.0.0.1:9"], "no dask scheduler"),
        (["--over", "hidden.size=4", "--scheduler", "nonsense://x"], "no dask scheduler"),
        (["--over", "hidden.size=4", "--slurm", "no.toml"], "cannot read no.toml"),
        (["--over", "hidden.size=4", "--random", "0"], "needs a number from 1 on"),
        (["--over", "hidden.size=4", "--jobs", "2", "--slurm", "x"], "not allowed with"),
        (["--over", "task.file=nowhere.npz"], "every run failed: cannot read the data file"),
    ],
)
def test_mistakes_end_in_one_line(swept, options, told, monkeypatch):
    if {"--scheduler", "--slurm"} & {*options}:
        pytest.importorskip("distributed")
        monkeypatch.setattr("spikingfa.sweeping.cluster.ANSWER_TIMEOUT", 1)
    status, _, err = swept(*options)
    complaint = [line for line in err.splitlines() if line.startswith("spikingfa")]
    assert status == 2
    assert len(complaint) == 1
    assert told in complaint[0]
    assert "Traceback" not in err


@pytest.mark.long
def test_a_script_needs_no_guard(tiny_model, tmp_path):
    write_model(tiny_model, tmp_path / "tiny.toml")
    (tmp_path / "script.py").write_text(
        "import spikingfa\n"
        "table = spikingfa.sweep('tiny.toml', {'hidden.size': [6]}, [1], jobs=1, progress=False)\n"
        "print(*table['status'])\n"
    )
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT
    )
    assert (done.stdout, done.stderr) == ("finished\n", "")
    assert (tmp_path / "sweeps" / "sweep-001" / "table.csv").exists()


MISSING = """
import sys
sys.modules |= dict.fromkeys(["distributed", "dask", "cryptography", "dask_jobqueue"])
from spikingfa.cli.main import main
sys.exit(main(["sweep", "tiny.toml", "--over", "hidden.size=6", "-o", "out", *sys.argv[1:]]))
"""


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "extra"),
    [((), ""), (("--scheduler", "x"), "cluster"), (("--slurm", "x"), "slurm")],
)
def test_a_cluster_needs_an_extra_and_this_machine_none(swept, tmp_path, options, extra):
    done = subprocess.run(
        [sys.executable, "-c", MISSING, "--seeds", "1", *options],
        **{"cwd": tmp_path, "capture_output": True, "text": True, "timeout": LIMIT},
    )
    complaint = (
        "spikingfa: a sweep on a cluster needs distributed, which is not installed:"
        f" pip install spikingfa[{extra}]\n"
    )
    assert done.returncode == (2 if extra else 0), done.stderr
    assert done.stderr.endswith(complaint if extra else "")


def _begun(tmp_path, model, *options) -> subprocess.Popen:
    """A sweep of four runs in a process of its own, when the first have begun."""
    write_model(model, tmp_path / "long.toml")
    command = [sys.executable, "-m", "spikingfa", "sweep", "long.toml", "-o", "out", "--jobs", "2"]
    command += ["--over", "hidden.tau_m=10 ms,20 ms", "--seeds", "2", *options]
    going = subprocess.Popen(
        command,
        **{"cwd": tmp_path, "start_new_session": True, "text": True},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE},
    )
    checkpoints = "out/runs/*/*/checkpoint.npz"
    wait_for(lambda: len(list(tmp_path.glob(checkpoints))) == 2 or going.poll() is not None)
    assert going.poll() is None, going.communicate()[1]
    return going


def _expected(model, tmp_path) -> dict:
    """Weights of the four runs, each made by itself."""
    return {
        (tau, seed): spikingfa.train(
            model.but({"hidden.tau_m": f"{tau} ms"}),
            seed=seed,
            out=tmp_path / f"{tau}-{seed}",
            progress=False,
            figures=False,
        ).folder
        for tau in (10, 20)
        for seed in (1, 2)
    }


@pytest.fixture
def long_model(tiny_model):
    """Some seconds a run; with a validation split, so that a sweep makes none."""
    return tiny_model.but({"training.epochs": 40, "task.validation": 0.2})


@pytest.mark.slow
def test_a_killed_process_changes_nothing(long_model, tmp_path):
    going = _begun(tmp_path, long_model)
    children = psutil.Process(going.pid).children()
    processes = [one for one in children if "loky" in " ".join(one.cmdline()[:3])]
    assert len(processes) == 2
    processes[0].kill()
    _, err = going.communicate(timeout=LIMIT)
    assert going.returncode == 0, err
    table = spikingfa.open_sweep(tmp_path / "out")
    assert set(table["status"]) == {"finished"}
    expected = _expected(long_model, tmp_path)
    assert all(same_weights(row.run, expected[row[1], row.seed]) for row in table.itertuples())


@pytest.mark.slow
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_stopped_sweep_goes_on(long_model, tmp_path, blow):
    going = _begun(tmp_path, long_model)
    group = psutil.Process(going.pid).children(recursive=True)
    send = os.killpg if blow == signal.SIGINT else os.kill  # as a terminal does, and `kill -9`
    send(going.pid, blow)
    _, err = going.communicate(timeout=LIMIT)
    if blow == signal.SIGINT:
        assert going.returncode == 130, err
        assert "Traceback" not in err
        assert "goes on" in err
    _, alive = psutil.wait_procs(group, timeout=LIMIT)
    assert not alive
    over = {"hidden.tau_m": ["10 ms", "20 ms"]}
    table = spikingfa.sweep(long_model, over, (1, 2), out=tmp_path / "out", progress=False)
    assert set(table["status"]) == {"finished"}
    expected = _expected(long_model, tmp_path)
    assert all(same_weights(row.run, expected[row[1], row.seed]) for row in table.itertuples())


@pytest.mark.slow
def test_two_sweeps_into_one_folder(long_model, tmp_path):
    going = _begun(tmp_path, long_model)
    with pytest.raises(spikingfa.RunFolderError, match="another sweep is at work"):
        spikingfa.sweep(long_model, {"hidden.tau_m": ["10 ms"]}, out=tmp_path / "out")
    going.communicate(timeout=LIMIT)
    assert going.returncode == 0
