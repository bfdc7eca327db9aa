"""A model and data small enough to train in a second; they are compiled once and then cached."""

import base64
import gc
import math
import os
import signal
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

import brian2
import hypothesis
import numpy as np
import pytest
from helpers.here import Here

import spikingfa
from spikingfa.base import progress
from spikingfa.plots import figures
from spikingfa.tasks.idx import FILES, find_files

# a machine that is busy makes no test fail
hypothesis.settings.register_profile(
    "spikingfa", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("spikingfa")

N, N_FEATURES, N_CLASSES = 60, 6, 3

SLOW_TEST = 7200  # seconds that a slow test may take; others: pyproject.toml


def pytest_collection_finish():
    """Keep what is imported out of the garbage collections that Brian2 asks for in every run."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before -m leaves anything out
def pytest_collection_modifyitems(items):
    """Give slow tests an end, skip what needs a package that is missing, and take samples."""
    n_cases = Counter()
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(SLOW_TEST))
        for package in [name for mark in item.iter_markers("needs") for name in mark.args]:
            if not find_spec(package):
                reason = f"needs {package}: extra test-all"
                item.add_marker(pytest.mark.skip(reason=reason))
        sampled = item.get_closest_marker("sampled")
        if sampled:
            if n_cases[item.function] % sampled.args[0]:
                item.add_marker("long")
            n_cases[item.function] += 1


#: A picture of one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="session", autouse=True)
def pixels():
    """Let trainings end with figures of one pixel: drawing is three quarters of a small one."""
    draw = figures.draw_figures

    def draw_pixels(run, writer):
        with mock.patch.object(
            figures, "_write", lambda _kind, _run, _view, path: path.write_bytes(PIXEL)
        ):
            draw(run, writer)

    with mock.patch.object(figures, "draw_figures", draw_pixels):
        yield draw


@pytest.fixture(autouse=True)
def no_progress(monkeypatch):
    """Let nothing be said of a wait: on a busy machine anything may take two seconds."""
    monkeypatch.setattr(progress, "PATIENCE", math.inf)


@pytest.fixture(autouse=True)
def ctrl_c_as_before():
    """Fail a test that replaces what Ctrl-C does, as some packages do, and not the next one."""
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


@pytest.fixture(autouse=True)
def tiny_run_stays(request):
    """Fail a test that writes into the folder of the run that all share, and not a later one."""
    yield
    if "tiny_run" in request.fixturenames:
        folder = request.getfixturevalue("tiny_run").folder
        before, NAMES_IN[folder] = NAMES_IN[folder], names_in(folder)
        assert NAMES_IN[folder] == before


@pytest.fixture
def real_figures(pixels):
    """Let trainings end with their figures."""
    with mock.patch.object(figures, "draw_figures", pixels):
        yield


@pytest.fixture
def in_this_process(monkeypatch):
    """Let the trainings of sweeps, comparisons and experiments be made here, one by one."""
    for module in ("sweeping.places", "sweeping.compare", "paper.run_jobs"):
        monkeypatch.setattr(f"spikingfa.{module}.Processes", Here)


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory):
    """Path of an .npz file: 60 samples, 6 features, 3 classes, two bright features a class."""
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(N_CLASSES), N // N_CLASSES)
    x = rng.uniform(0.0, 0.3, (N, N_FEATURES))
    x[np.arange(N_FEATURES) // 2 == y[:, None]] += 0.6
    path = tmp_path_factory.mktemp("data") / "tiny.npz"
    np.savez(path, x=x, y=y)
    return path


@pytest.fixture(scope="session")
def tiny_model(tiny_data):
    """12 hidden neurons, one epoch, two recorded trials."""
    return spikingfa.Model(
        task={"name": "arrays", "file": str(tiny_data)},
        hidden={"size": 12},
        training={"epochs": 1},
        recording={"trials": 2},
    )


@pytest.fixture(scope="session")
def tiny_run(tiny_model, tmp_path_factory):
    """A finished run of `tiny_model`. Nobody may write into its folder."""
    run = spikingfa.train(tiny_model, out=tmp_path_factory.mktemp("run"), progress=False)
    NAMES_IN[run.folder] = names_in(run.folder)
    return run


NAMES_IN: dict[Path, set[str]] = {}  # by folder, when it was made


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="session")
def real_mnist() -> Path:
    """`$SPIKINGFA_DATA`, or a folder `shared` beside the repository; skips if it is in neither."""
    named = os.environ.get("SPIKINGFA_DATA")
    data = Path(named) if named else Path(__file__).parents[2] / "shared"
    for folder in (data, data / "mnist"):
        if len(find_files(folder)) == len(FILES):
            return folder
    pytest.skip(f"MNIST not found: {data} does not hold its four files; set SPIKINGFA_DATA")


@pytest.fixture
def numpy_target():
    """Brian2's runtime without a compiler."""
    brian2.prefs.codegen.target = "numpy"
    yield
    brian2.prefs.reset_to_defaults()
