"""``spikingfa plot``: every kind of figure, whatever a run has, from the command line."""

import json
import re
import shutil
from dataclasses import fields

import numpy as np
import pytest

import spikingfa
from spikingfa import ModelError
from spikingfa.cli.main import main
from spikingfa.plots import figures
from spikingfa.plots.figures import write_figure, write_figures
from spikingfa.plots.kinds import DRAWN, KINDS, FigureOptions, file_name
from spikingfa.training.evaluation_files import read_confusion

LACKING = {"receptive-fields", "confusion", "traces", "depth"}  # of the tiny run


@pytest.fixture(scope="module")
def run(tiny_run, tmp_path_factory):
    """A copy of the tiny run, to be written into."""
    folder = tmp_path_factory.mktemp("plots") / "run"
    shutil.copytree(tiny_run.folder, folder)
    shutil.rmtree(folder / "figures")
    return spikingfa.open_run(folder)


def record(run, name="traces"):
    """A recording of the potentials of two hidden neurons, as `spikingfa record` leaves it."""
    folder = run.folder / "recordings" / name
    folder.mkdir(parents=True)
    run.spikes.save(folder / "spikes.npz")
    np.save(folder / "hidden.v.npy", np.full((200, 2), -65e-3))
    about = {"name": "hidden.v", "unit": "V", "which": [0, 1], "dt": 1e-3}
    (folder / "traces.json").write_text(json.dumps([about]))


def told(capsys, *arguments) -> tuple[int, str, str]:
    try:
        status = main(["plot", *map(str, arguments)])
    except SystemExit as end:
        status = end.code
    return (status, *capsys.readouterr())


def test_every_kind_has_a_function_and_heeds_what_a_view_has():
    names = {field.name for field in fields(FigureOptions)}
    for about in KINDS.values():
        assert set(about.accepts) <= names
        assert about.needs
    assert [*figures.DRAWING] == [*KINDS]
    assert {*DRAWN} <= {*KINDS}


@pytest.mark.long
def test_without_a_kind_all_is_drawn_that_there_is_and_the_rest_is_explained(run, capsys):
    status, output, errors = told(capsys, run.folder)
    assert (status, errors) == (0, "")
    lines = output.splitlines()
    assert len(lines) == len(KINDS)
    missing = [line for line in lines if not line.startswith("written to ")]
    assert {line.removeprefix("no ").split(":")[0] for line in missing} == LACKING
    assert any("nothing was recorded yet" in line for line in missing)
    assert any("need images" in line for line in missing)
    assert any("spikingfa test makes one" in line for line in missing)
    drawn = {file_name(kind) for kind in KINDS if kind not in LACKING}
    assert {path.name for path in (run.folder / "figures").iterdir()} == drawn


def test_a_kind_goes_to_a_file_and_obeys_the_view(run, capsys, tmp_path):
    path = tmp_path / "raster.svg"
    view = ["--trials", "1", "--populations", "hidden", "output", "--neurons", "hidden=2:5"]
    view += ["--sort", "rate", "--window", "20:60 ms", "--width", "3.5", "--title", "Small"]
    status, output, errors = told(capsys, run.folder, "raster", *view, "-o", path)
    assert (status, errors) == (0, "")
    assert re.fullmatch(rf"written to {path} \(3\.5 x \S+ in, \d+ kB\)\n", output)
    text = path.read_text()
    assert ">Small</text>" in text
    assert ">3 of 12</text>" in text
    assert 'width="252pt"' in text


def test_dots_and_bitmaps_are_the_users(run, capsys, tmp_path):
    for when, said in (("yes", "bitmaps of 50 dpi"), ("no", " kB)"), ("auto", " kB)")):
        path = tmp_path / f"{when}.pdf"
        where = ["--dpi", "50", "-o", path]
        status, output, _ = told(capsys, run.folder, "raster", "--rasterize", when, *where)
        assert status == 0
        assert said in output


@pytest.mark.needs("elephant")
@pytest.mark.parametrize("kind", ["psth", "tuning", "selectivity", "isi", "correlation"])
def test_what_spikes_say_is_drawn_of_chosen_ones(run, capsys, tmp_path, kind):
    path = tmp_path / f"{kind}.png"
    chosen = ["--populations", "hidden", "--window", "10:90 ms", "--width", "2.5"]
    if kind in ("psth", "tuning", "correlation"):
        chosen += ["--neurons", "hidden=0:4"]
    status, output, errors = told(capsys, run.folder, kind, *chosen, "-o", path)
    assert (status, errors) == (0, "")
    assert output.startswith(f"written to {path} (2.5 x ")


def test_a_recording_has_its_spikes_and_traces_drawn(tiny_run, tmp_path, capsys):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    run = spikingfa.open_run(tmp_path / "run")
    record(run)
    record(run, "again")
    for kind in ("traces", "raster", "population-rates"):
        path = tmp_path / f"{kind}.png"
        status, *_ = told(capsys, run.folder, kind, "--recording", "again", "-o", path)
        assert status == 0
        assert path.exists()
    figure = figures.traces(run, FigureOptions(neurons={"hidden": [1]}, width=3.5))
    assert figure.axes[1].get_ylabel() == "hidden\nv (mV)"
    assert figure.get_figwidth() == 3.5


def test_the_confusion_is_that_of_the_test(tiny_run, tmp_path, capsys):
    shutil.copytree(tiny_run.folder, tmp_path / "run")
    run = spikingfa.open_run(tmp_path / "run")
    assert main(["test", str(run.folder)]) == 0
    counts, classes = read_confusion(run.folder / "tests" / "unperturbed")
    np.testing.assert_array_equal(counts, spikingfa.evaluate(run, over_time=False).confusion)
    assert classes == ("0", "1", "2")
    capsys.readouterr()
    path = run.folder / "figures" / "confusion.png"
    status, output, errors = told(capsys, run.folder, "confusion")
    assert (status, errors) == (0, "")
    assert output.startswith(f"written to {path} (3.5 x 3.15 in, ")


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["rastr"], ["no kind of figure 'rastr'", "did you mean 'raster'"]),
        (["zzz"], ["known are raster, traces"]),
        (["fi", "--sort", "rate"], ["fi does not go by sort", "width"]),
        (["raster", "--sort", "weight"], ["no order 'weight'", "rate"]),
        (["raster", "--neurons", "hidden"], ["--neurons hidden", "hidden=0:50"]),
        (["raster", "--neurons", "hidden=a"], ["--neurons hidden", "0:3, 4 or 0,2,5"]),
        (["raster", "--neurons", "hiden=1"], ["did you mean 'hidden'"]),
        (["raster", "--neurons", "hidden=99"], ["no such neurons of hidden", "0 to 11"]),
        (["raster", "--window", "20:60"], ["--window 20:60", "20:60 ms"]),
        (["raster", "--window", "20:60 mV"], ["not a time"]),
        (["raster", "--window", "60:20 ms"], ["window", "60 ms to 20 ms"]),
        (["raster", "--recording", "none"], ["no recording 'none'"]),
        (["raster", "-o", "a.gif"], [".png, .svg, .pdf, .eps or .tiff"]),
        (["tuning", "--populations", "hidden", "output"], ["one population", "hidden, output"]),
        (["psth", "--sort", "rate"], ["psth does not go by sort"]),
        (["animation", "-o", "a.png"], [".gif or .mp4"]),
        (["animation", "--trials", "0,1"], ["of one trial"]),
        (["animation", "--trials", "9"], ["no such trials"]),
        (["traces"], ["nothing was recorded yet"]),
        (["receptive-fields"], ["need images"]),
        (["confusion"], ["holds no test"]),
        (["raster", "--width", "1"], ["--width", "from 2 to 100"]),
        (["raster", "--dpi", "0"], ["--dpi", "from 1 to 2400"]),
        (["raster", "--rasterize", "maybe"], ["--rasterize maybe", "auto, yes or no"]),
        (["fi", "--rasterize", "yes"], ["fi does not go by rasterize", "width, dpi"]),
        (["-o", "/dev/null/x"], ["cannot write /dev/null/x"]),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_what_cannot_be_drawn_is_told_in_one_line(arguments, parts, run, capsys, tmp_path):
    status, output, errors = told(capsys, run.folder, *arguments)
    assert (status, output, errors.count("\n")) == (2, "", 1)
    assert [part for part in parts if part not in errors] == [], errors


def test_a_folder_of_nothing_is_told_in_one_line_at_the_end(run, capsys, tmp_path):
    (tmp_path / "run").mkdir()
    shutil.copy(run.folder / "model.toml", tmp_path / "run")
    bad = (tmp_path / "run" / "model.toml").read_text() + "\nnonsense = 1\n"
    (tmp_path / "run" / "model.toml").write_text(bad)
    status, output, errors = told(capsys, tmp_path / "run")
    assert status == 2
    assert len(output.splitlines()) == len(KINDS)
    assert "no figure of" in errors


def test_a_graded_run_without_feedback_has_no_angles(run):
    without = spikingfa.open_run(run.folder)
    without.history = {k: v for k, v in run.history.items() if not k.startswith("angle_")}
    with pytest.raises(ModelError, match="there are no angles"):
        write_figure(without, "alignment", run.folder / "a.png")


@pytest.mark.long
def test_views_reach_only_those_that_heed_them(run, tmp_path):
    found = {
        kind: path for kind, path, _ in write_figures(run, tmp_path, FigureOptions(sort="rate"))
    }
    assert {kind for kind, path in found.items() if path is None} == LACKING
