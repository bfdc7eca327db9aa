"""Every experiment of the article keeps the contract; what the article says of it holds."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from spikingfa.cli import main
from spikingfa.paper import EXPERIMENTS, Experiment
from spikingfa.paper.linear import RULES, Linear
from spikingfa.paper.report import write_report

LONG = {"nonlinear"}  # takes a minute or so


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.slow] if n in LONG else []) for n in EXPERIMENTS],
)
def test_the_contract(name, tmp_path, capsys):
    """One command leaves data, a figure and a verdict, and says what holds."""
    experiment = EXPERIMENTS[name]
    assert isinstance(experiment, Experiment)
    assert experiment.shows
    assert "Chosen here" in type(experiment).__doc__
    assert main(["paper", name, "--seeds", "2", "-o", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().out
    verdict = json.loads((tmp_path / "out" / "verdict.json").read_text())
    for claim in verdict:
        assert claim["holds"], claim["measured"]
        assert claim["claim"] in told
        assert claim["measured"] in told
        assert claim["seeds"] == [1, 2]
        assert all(np.isfinite(list(claim["numbers"].values())))
    tables = list((tmp_path / "out").glob("*.csv"))
    assert tables
    for path in tables:
        with open(path, newline="") as file:
            columns = list(csv.reader(file))
        assert len({len(row) for row in columns}) == 1
        assert {float(row[columns[0].index("seed")]) for row in columns[1:]} == {1.0, 2.0}
    for kind in ("pdf", "png"):
        assert (tmp_path / "out" / f"figure.{kind}").stat().st_size > 5000


def test_they_are_listed(capsys):
    assert main(["paper"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == list(EXPERIMENTS)


def test_an_unknown_one_is_told_in_one_line(capsys):
    assert main(["paper", "lineer"]) == 2
    assert capsys.readouterr().err == (
        "spikingfa: there is no experiment 'lineer'; did you mean 'linear'?\n"
    )


def test_the_same_seeds_give_the_same_numbers():
    one, again = (Linear().run([3]).tables["curves"] for _ in range(2))
    for name, column in one.items():
        np.testing.assert_array_equal(column, again[name])


@pytest.mark.slow
def test_the_check_figures_of_the_linear_task():
    """Independent runs of the same task: FA 1.3e-9, BP 5.7e-12, shallow 0.987 (medians of 10)."""
    table = Linear().run(list(range(1, 11))).tables["curves"]
    last = table["example"] == table["example"].max()
    median = {rule: np.median(table[f"nse_{rule.replace(' ', '_')}"][last]) for rule in RULES}
    assert 1e-10 < median["FA"] < 1e-7
    assert 1e-13 < median["BP"] < 1e-9
    assert median["shallow"] == pytest.approx(0.987, abs=0.005)
    angles = [table[name][last].mean() for name in ("angle_bp_deg", "angle_pseudoinverse_deg")]
    assert angles[0] == pytest.approx(28, abs=5)
    assert angles[1] == pytest.approx(4, abs=2)


def test_the_page_is_that_of_the_stored_verdicts(tmp_path):
    """docs/paper holds what `spikingfa paper --all` wrote; every claim stands on the page."""
    docs = Path(__file__).parents[1] / "docs" / "paper"
    stored = {path.parent.name for path in docs.glob("*/verdict.json")}
    assert stored == set(EXPERIMENTS)
    for name in stored:
        (tmp_path / name).mkdir()
        shutil.copy(docs / name / "verdict.json", tmp_path / name)
        assert (docs / name / "figure.png").exists()
    write_report(list(EXPERIMENTS.values()), tmp_path)
    assert (tmp_path / "paper.md").read_text("utf-8") == (docs / "paper.md").read_text("utf-8")
