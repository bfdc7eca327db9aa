"""Every experiment of the article keeps the contract; what is stored follows from its data."""

import csv
import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from spikingfa.base.errors import DataError
from spikingfa.cli.main import main
from spikingfa.paper import EXPERIMENTS, Claim, Experiment
from spikingfa.paper.files import verdict
from spikingfa.paper.rate.linear import RULES, Linear
from spikingfa.paper.report import write_report
from spikingfa.paper.run_jobs import Job, run_jobs
from spikingfa.paper.tables import joined, load, read_csv, save, write_csv

DOCS = Path(__file__).parents[2] / "docs"
NEED_MNIST = {"mnist", "sparse", "deeper", "mnist_spiking", "sparse_spiking"}
SLOW = {key for key, e in EXPERIMENTS.items() if e.spiking} | NEED_MNIST | {"nonlinear"}


def arguments(experiment):
    return ["paper", experiment.name, *(["--spiking"] if experiment.spiking else [])]


def stored_verdict(key):
    return json.loads((DOCS / "paper" / key / "verdict.json").read_text("utf-8"))


@pytest.mark.sampled(16)
@pytest.mark.parametrize(
    "key", [pytest.param(k, marks=[pytest.mark.slow] if k in SLOW else []) for k in EXPERIMENTS]
)
def test_the_contract(key, tmp_path, capsys, request, monkeypatch):
    """One command leaves data, a figure and a verdict, and says what holds."""
    experiment = EXPERIMENTS[key]
    if key in NEED_MNIST:
        monkeypatch.setenv("SPIKINGFA_DATA", str(request.getfixturevalue("real_mnist")))
    assert "Chosen here" in " ".join(type(experiment).__doc__.split())
    seeds = list(range(1, experiment.few + 1))
    assert main([*arguments(experiment), "--quick", "-o", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    found = json.loads((tmp_path / "verdict.json").read_text())
    for claim, stored in zip(found, stored_verdict(key), strict=True):
        assert claim["holds"] in (stored["holds"], None), claim["measured"]
        assert claim["claim"] == stored["claim"]
        assert claim["claim"] in told
        assert claim["measured"] in told
        assert claim["seeds"] == seeds
        assert claim["quick"]
        assert all(np.isfinite(list(claim["numbers"].values())))
    tables = list(tmp_path.glob("*.csv"))
    assert tables
    for path in tables:
        with open(path, newline="") as file:
            columns = list(csv.reader(file))
        assert len({len(row) for row in columns}) == 1
        assert {row[columns[0].index("seed")] for row in columns[1:]} == set(map(str, seeds))
    for kind in ("pdf", "png"):
        assert (tmp_path / f"figure.{kind}").stat().st_size > 5000
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("key", EXPERIMENTS)
def test_stored_verdicts_follow_from_stored_tables(key):
    """docs/paper: whole runs, each claim recomputed from the CSV beside it."""
    folder = DOCS / "paper" / key
    tables = {path.stem: read_csv(path) for path in sorted(folder.glob("*.csv"))}
    found = verdict(tables, False, EXPERIMENTS[key].claims(tables, quick=False))
    found, stored = json.loads(json.dumps(found)), stored_verdict(key)
    assert [claim | {"numbers": None} for claim in found] == [
        claim | {"numbers": None} for claim in stored
    ]
    for claim, same in zip(found, stored):  # the last digits are those of SciPy's version
        assert dict(_leaves(claim["numbers"])) == pytest.approx(
            dict(_leaves(same["numbers"])), rel=1e-9, nan_ok=True
        )


def _leaves(value, path=""):
    """Every number, or text, by its path."""
    if isinstance(value, dict | list):
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(entry, f"{path}.{key}")
    else:
        yield path, value


def test_the_page_is_that_of_the_stored_verdicts(tmp_path):
    """docs/paper.md is what `spikingfa paper --all` wrote; every claim stands on it."""
    assert {path.parent.name for path in DOCS.glob("paper/*/verdict.json")} == set(EXPERIMENTS)
    shutil.copytree(DOCS / "paper", tmp_path / "paper")
    write_report(list(EXPERIMENTS.values()), tmp_path)
    page = (tmp_path / "paper.md").read_text("utf-8")
    assert page == (DOCS / "paper.md").read_text("utf-8")
    for linked in re.findall(r"\]\((paper/[^)]+)\)", page):
        assert (DOCS / linked).is_file()


def test_what_does_not_hold_is_looked_into():
    """Each such claim stands in docs/what-does-not-hold.md, by its beginning or its end."""
    page = " ".join((DOCS / "what-does-not-hold.md").read_text("utf-8").split())
    for key in EXPERIMENTS:
        for claim in stored_verdict(key):
            if claim["holds"] is False:
                words = re.sub("^(LIF|stochastic sigmoid) neurons: ", "", claim["claim"]).split()
                assert " ".join(words[:6]) in page, claim["claim"]


def test_the_html_page_needs_no_other_file(tmp_path):
    shutil.copytree(DOCS / "paper", tmp_path / "paper")
    write_report(list(EXPERIMENTS.values()), tmp_path)
    page = (tmp_path / "paper.html").read_text("utf-8")
    sources = re.findall(r'(?:src|href)="([^"]{5})', page)
    assert sources.count("data:") == len(EXPERIMENTS)
    assert all(source == "data:" or source.startswith("#") for source in sources)


def test_they_are_listed(capsys):
    assert main(["paper"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0].replace(" --", "_") for line in lines] == list(EXPERIMENTS)


def test_an_unknown_one_is_told_in_one_line(capsys):
    assert main(["paper", "lineer"]) == 2
    assert capsys.readouterr().err == (
        "spikingfa: there is no experiment 'lineer'; did you mean 'linear'?\n"
    )


def test_one_in_rates_only_is_told_in_one_line(capsys):
    assert main(["paper", "theory", "--spiking"]) == 2
    assert capsys.readouterr().err == (
        "spikingfa: the experiment 'theory' is in rates only: needs no --spiking\n"
    )


def test_all_or_one(capsys):
    assert main(["paper", "linear", "--all"]) == 2
    assert "either --all or" in capsys.readouterr().err


def test_the_same_seeds_give_the_same_numbers():
    one, again = (Linear().one(3, quick=False)["curves"] for _ in range(2))
    for name, column in one.items():
        np.testing.assert_array_equal(column, again[name])


@pytest.mark.slow
def test_the_check_figures_of_the_linear_task():
    """Independent runs of the same task: FA 1.3e-9, BP 5.7e-12, shallow 0.987 (medians of 10)."""
    table = joined({seed: Linear().one(seed, quick=False) for seed in range(1, 11)})["curves"]
    last = table["example"] == table["example"].max()
    median = {rule: np.median(table[f"nse_{rule.replace(' ', '_')}"][last]) for rule in RULES}
    assert 1e-10 < median["FA"] < 1e-7
    assert 1e-13 < median["BP"] < 1e-9
    assert median["shallow"] == pytest.approx(0.987, abs=0.005)
    angles = [table[name][last].mean() for name in ("angle_bp_deg", "angle_pseudoinverse_deg")]
    assert angles[0] == pytest.approx(28, abs=5)
    assert angles[1] == pytest.approx(4, abs=2)


def test_tables_survive_files(tmp_path):
    tables = {"a": {"x": np.array([1.5, np.nan]), "which": np.array(["one, two", "three"])}}
    save(tmp_path / "a.npz", tables)
    write_csv(tmp_path / "a.csv", tables["a"])
    for table in (load(tmp_path / "a.npz")["a"], read_csv(tmp_path / "a.csv")):
        np.testing.assert_array_equal(table["x"], tables["a"]["x"])
        assert list(table["which"]) == ["one, two", "three"]


class Counted(Experiment):
    """Leaves a file each time that it is carried out with a seed. Chosen here: nothing."""

    name, shows, seeds, few = "counted", "nothing", 2, 1

    def __init__(self, folder, failing=()):
        self.folder, self.failing = folder, failing

    def one(self, seed, quick):
        if seed in self.failing:
            raise DataError("no data")
        path = self.folder / f"ran-{seed}"
        path.write_text(f"{path.read_text() if path.exists() else ''}x")
        return {"table": {"value": np.array([seed, 10 * seed])}}

    def claims(self, tables, quick):
        return [Claim("It adds up.", "yes", bool(tables["table"]["value"].sum() == 33), {})]

    def figure(self, tables):  # all of it, as experiments did before they had `draw`
        return Linear().figure(joined({1: Linear().one(1, quick=True)}))


def test_a_stopped_run_goes_on_with_the_seeds_that_are_missing(in_this_process, tmp_path):
    def run(failing):
        job = Job(Counted(tmp_path, failing), [1, 2], False, tmp_path / "out")
        return next(run_jobs([job], lambda *_: None))[1]

    assert str(run(failing=(2,))) == "no data"
    assert not (tmp_path / "out" / "verdict.json").exists()
    assert [claim.holds for claim in run(failing=())] == [True]
    assert (tmp_path / "ran-1").read_text() == "x"
    run(failing=())  # it was finished: this is a new one
    assert (tmp_path / "ran-1").read_text() == "xx"


def test_one_that_cannot_be_carried_out_does_not_stop_the_others(
    in_this_process, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(Counted, "key", property(lambda self: "flow"), raising=False)
    broken = Counted(tmp_path, failing=(1,))
    few = {"flow": broken, "theory": EXPERIMENTS["theory"]}
    monkeypatch.setattr("spikingfa.paper.EXPERIMENTS", few)
    assert main(["paper", "--all", "--seeds", "1", "-o", str(tmp_path)]) == 2
    assert capsys.readouterr().err.endswith("spikingfa: not carried out: flow: no data\n")
    page = (tmp_path / "paper.md").read_text("utf-8")
    assert "`theory`" in page
    assert "`flow`" not in page


def test_a_folder_that_cannot_be_made_is_told_in_one_line(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["paper", "flow", "--seeds", "1", "-o", str(tmp_path / "file")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
