"""The benchmarks work; how fast anything is, is not tested."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from spikingfa import plots

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def run(program: str, *options, **environment) -> subprocess.CompletedProcess:
    command = [sys.executable, BENCHMARKS / program, *options]
    return subprocess.run(
        command, capture_output=True, text=True, env=os.environ | environment, check=False
    )


@pytest.mark.slow
def test_compare_finds_all_contestants_right(tmp_path):
    """Stock Brian2, the hand-written network and the runtime come to the engine's result."""
    done = run("compare.py", "--tiny", "--json", tmp_path / "tiny.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    (network,) = json.loads((tmp_path / "tiny.json").read_text())["networks"].values()
    for name in ("stock_over_ours", "ours_over_limit", "runtime_over_ours"):
        # how large they are says nothing: the hand-written network is done before it can be timed
        assert network[name]["min"] <= network[name]["median"] <= network[name]["max"]


@pytest.mark.long
def test_without_mnist_there_is_one_line(tmp_path):
    done = run("compare.py", SPIKINGFA_DATA=str(tmp_path), SPIKINGFA_CACHE=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith("compare.py: MNIST not found")
    assert done.stderr.count("\n") == 1


@pytest.mark.long
def test_without_a_gpu_there_is_one_line(tmp_path):
    stored = tmp_path / "cuda.json"
    done = run("cuda_scaling.py", "--json", stored, CUDA_VISIBLE_DEVICES="")
    assert done.returncode == 2
    assert done.stderr.startswith("cuda_scaling.py: training.device=cuda_standalone: missing here:")
    assert done.stderr.endswith("a GPU (nvidia-smi finds none)\n")
    assert done.stderr.count("\n") == 1
    assert not stored.exists()


def test_a_gpu_overtakes_where_it_is_faster_in_all_repeats_from_there_on(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from cuda_scaling import overtakes

    def point(n, core, gpu):
        times = {"core": core, "gpu": gpu}
        return {"n_hidden": n} | {
            name: {"ms": {"min": min(ms), "max": max(ms)}} for name, ms in times.items()
        }

    first, faster = point(250, [3, 4], [1, 2]), point(1000, [3, 4], [1, 2])
    mixed = point(500, [3, 4], [1, 3])
    assert overtakes([first, mixed, faster], "ms") == 1000
    assert overtakes([first, faster], "ms") == 250
    assert overtakes([faster, first, point(9000, [1], [2])], "ms") is None


def test_stored_results_are_those_of_the_figures():
    """What the documents say stands in files that the commands wrote."""
    for name in ("compare", "scaling"):
        results = json.loads((BENCHMARKS / "results" / f"{name}.json").read_text())
        assert results["machine"]["compiler"]


def test_the_tables_of_the_models_are_those_of_the_stored_results(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import measure

    text = (BENCHMARKS.parent / "models" / "README.md").read_text("utf-8")
    for task in measure.TABLES:
        assert measure.table(task) in text


@pytest.mark.parametrize("name", ["digits_fa_search", "digits_neurons_search"])
def test_searches_stand_in_the_document_as_they_are_stored(name, monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    from search_table import markdown

    models = BENCHMARKS.parent / "models"
    table = markdown(models / "results" / f"{name}.jsonl")
    assert table in (models / "README.md").read_text("utf-8")


def test_the_comparisons_of_the_models_are_those_of_the_stored_tables(monkeypatch):
    """Every table that is stored stands in the document, with the controls marked."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    from comparison_table import markdown

    text = (BENCHMARKS.parent / "models" / "README.md").read_text("utf-8")
    stored = sorted((BENCHMARKS.parent / "models" / "results").glob("compare_*.csv"))
    assert len(stored) >= 6
    for path in stored:
        table = markdown(path)
        assert table in text, path.name
        assert {"`transport` (control: not local)", "`sign` (control: not local)"} <= set(
            line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()
        ) or "noise" in path.name


def test_every_figure_is_on_the_contact_sheet():
    script = (BENCHMARKS / "contact_sheet.py").read_text("utf-8")
    drawn = [name for name in plots.__all__ if name.startswith("plot_")]
    assert [name for name in drawn if name not in script] == []


@pytest.mark.slow
@pytest.mark.needs("elephant", "pandas")
def test_the_contact_sheet_is_drawn(tmp_path):
    styles = ("--styles", "constrained_layout")  # into figures of pyplot; all take a minute
    done = run("contact_sheet.py", tmp_path / "sheet.png", *styles, MPLBACKEND="agg")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.height > 10 * sheet.width
