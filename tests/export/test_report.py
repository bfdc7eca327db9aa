"""The page of a run tells what there is, escapes what is foreign, and is the same every time."""

import base64
import dataclasses
import html.parser
import json
import re
import shutil

import numpy as np
import pytest
from helpers.hostile_run import EVIL, hostile

import spikingfa
from spikingfa import Spikes, open_run, report, write_model
from spikingfa.base.errors import RunFolderError
from spikingfa.cli.main import main
from spikingfa.export.interactive.html import SCRIPTS
from spikingfa.export.interactive.raster_data import MAX_SHORT, raster_values
from spikingfa.export.interactive.theme import THEME
from spikingfa.export.report.page import MAX_ANSWERS
from spikingfa.export.report.summary import parameters

VOID = {"meta", "img", "input", "br", "hr", "link"}


class Parsed(html.parser.HTMLParser):
    """A page: its tags with their attributes, its scripts, and its texts by tag."""

    def __init__(self, page: str):
        super().__init__()
        self.tags, self.scripts, self.texts, self.open = [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[-1] += data
        elif self.open and self.open[-1] != "style" and data.strip():
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def spikes(self) -> dict:
        """What the raster draws."""
        assert ("script", {"type": "application/json", "id": "spikes"}) in self.tags
        return json.loads(self.scripts[0])


def parsed(folder, **options) -> Parsed:
    page = Parsed(report(folder, **options).read_text("utf-8"))
    assert page.open == []
    return page


@pytest.fixture
def copied(tiny_run, tmp_path):
    """A folder of the tiny run that may be changed."""
    return shutil.copytree(tiny_run.folder, tmp_path / "copied")


def test_a_page_tells_the_run(copied, tiny_run):
    page = parsed(copied)
    error = f"{100 * tiny_run.metrics['test_error']:.2f} %"
    assert f"test error {error}" in page.text
    assert f"angle of W and B {tiny_run.metrics['angle_deg']:.1f}°" in page.text
    assert "epochs 1 of 1" in page.text
    assert "finished" in page.texts
    assert "arrays · 6 – 12 – 3 · direct feedback · three_factor · lif neurons" in page.text
    assert tiny_run.versions["command"].split()[0] in page.text
    assert spikingfa.__version__ in page.texts
    w = 1e12 * tiny_run.arrays["hidden_to_output.w"]
    numbers = " ".join(f"{n:.3g}" for n in (w.min(), w.mean(), w.max(), w.std()))
    assert f"hidden_to_output.w 12 × 3 {numbers.replace('-', '−')} pA" in page.text
    assert "population hidden: 12 neurons" in page.text
    assert f'file = "{tiny_run.model.task.file}"' in page.text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("/home/me/.venv/bin/spikingfa run a --out b", "spikingfa run a --out b"),
        ("/home/me/spikingfa/__main__.py run a", "spikingfa run a"),
        ("my_script.py /data/spikingfa", "my_script.py /data/spikingfa"),
        ("/home/me/mine/__main__.py run a", "/home/me/mine/__main__.py run a"),
    ],
)
def test_the_command_that_made_the_run_is_told(given, told, copied):
    (copied / "versions.json").write_text(json.dumps({"command": given}))
    assert told in parsed(copied).texts


def test_landmarks_and_alternatives(copied):
    page = parsed(copied)
    for landmark in ("header", "main", "footer", "h1"):
        assert [tag for tag, _ in page.tags].count(landmark) == 1
    for tag, attributes in page.tags:
        if tag == "img":
            assert attributes["alt"]
        if tag == "svg":
            assert attributes["role"] == "img"
            assert re.search(r"\d", attributes["aria-label"])
        if tag == "section":
            assert ("h2", {"id": attributes["aria-labelledby"]}) in page.tags
    identities = [a["id"] for _, a in page.tags if "id" in a]
    assert len(identities) == len(set(identities))


def test_nothing_is_loaded(copied):
    page = report(copied).read_text("utf-8")
    policy = next(a["content"] for t, a in Parsed(page).tags if "http-equiv" in a)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    for tag, attributes in Parsed(page).tags:
        for name in ("src", "href", "xlink:href"):
            assert attributes.get(name, "#").startswith(("data:", "#")), (tag, attributes)
    assert not re.search(r"@import|url\((?!#)", page)


def test_curves_take_the_colours_of_the_theme(copied):
    page = report(copied).read_text("utf-8")
    curves = re.findall("<svg.*?</svg>", page, flags=re.DOTALL)
    assert len(curves) == 3
    assert all("var(--ink)" in curve for curve in curves)
    assert not any(light in "".join(curves).upper() for light, _ in THEME.values())
    assert "epoch</text>" in curves[0]


def test_the_raster_holds_every_spike(copied, tiny_run):
    drawn, spikes = parsed(copied).spikes, tiny_run.spikes
    assert (drawn["duration"], drawn["onsets"]) == (spikes.duration, spikes.onsets.tolist())
    assert drawn["labels"] == list(spikes.labels)
    assert drawn["answers"] == list(spikes.predictions)
    assert [p["name"] for p in drawn["populations"]] == list(spikes.populations)
    for population in drawn["populations"]:
        t, i = spikes.of(population["name"])
        ticks = np.frombuffer(base64.b64decode(population["t"]), "<u4")
        np.testing.assert_allclose(ticks * drawn["tick"], t, atol=drawn["tick"] / 2)
        np.testing.assert_array_equal(np.frombuffer(base64.b64decode(population["i"]), "<u2"), i)


def test_long_recordings_of_many_neurons_fit():
    trials = {"onsets": np.array([0.0, 5000.0]), "duration": 5000.0}
    trials |= {"labels": ("", ""), "predictions": ("", "")}
    by_population = {"input": (np.array([0.0, 9999.5]), np.array([0, MAX_SHORT]))}
    spikes = Spikes.gather(by_population, {"input": MAX_SHORT + 1}, **trials)
    drawn = raster_values(spikes)["raster"]
    (population,) = drawn["populations"]
    ticks = np.frombuffer(base64.b64decode(population["t"]), "<u4")
    np.testing.assert_allclose(ticks * drawn["tick"], [0.0, 9999.5], atol=drawn["tick"])
    neurons = np.frombuffer(base64.b64decode(population["i"]), "<u4")
    np.testing.assert_array_equal(neurons, [0, MAX_SHORT])
    assert drawn["labels"] == []


def test_what_is_foreign_stays_text(copied, tiny_model):
    folder = hostile(copied, tiny_model)
    page = parsed(folder)
    assert len(page.scripts) == 2 + len(SCRIPTS)
    assert not any("broken" in script for script in page.scripts[1:])
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert {tag for tag, _ in page.tags}.isdisjoint({"b", "iframe", "object"})
    assert page.spikes["labels"] == [EVIL, "b"]
    assert folder.name in page.texts
    assert f"{EVIL}.npz" in page.text
    assert "<script>broken = 1: error 50.00 % of 2 stimuli" in page.texts


def test_the_same_run_gives_the_same_page(copied, tmp_path):
    first = report(copied).read_bytes()
    other = shutil.copytree(copied, tmp_path / "elsewhere" / copied.name)
    assert report(open_run(other), tmp_path / "page.html") == tmp_path / "page.html"
    assert (tmp_path / "page.html").read_bytes() == first
    assert report(copied).read_bytes() == first


def test_a_run_that_is_not_finished(copied):
    metrics = json.loads((copied / "metrics.json").read_text())
    (copied / "metrics.json").write_text(json.dumps(metrics | {"finished": False}))
    (copied / "spikes.npz").unlink()
    page = parsed(copied)
    assert "not finished" in page.texts
    assert "Left out: spikes.npz is missing." in page.texts
    assert "None yet." in page.texts
    assert len(page.scripts) == 1 + len(SCRIPTS)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "name", ["metrics.json", "history.csv", "weights.npz", "spikes.npz", "versions.json"]
)
def test_a_file_that_is_missing_or_damaged_is_named(name, copied):
    (copied / name).write_bytes(b"\xff garbage")
    with pytest.warns(spikingfa.SpikingFAWarning, match=f"cannot read .*{name}"):
        assert f"Left out: {name} cannot be read." in parsed(copied).texts
    (copied / name).unlink()
    assert f"Left out: {name} is missing." in parsed(copied).texts


def test_a_model_alone_has_a_page(copied):
    for path in copied.iterdir():
        if path.name != "model.toml":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    page = parsed(copied)
    assert "not finished" in page.texts
    assert "population hidden: 12 neurons" in page.text


def test_a_model_that_cannot_be_read_is_shown_as_it_is(copied):
    (copied / "model.toml").write_text("[hidden]\nsize = '<many>'\n")
    with pytest.warns(spikingfa.SpikingFAWarning, match=r"cannot read .*model\.toml"):
        page = parsed(copied)
    assert "Left out: model.toml cannot be read; weights.npz cannot be read." in page.texts
    assert "[hidden] size = '<many>'" in page.texts


def test_data_that_are_gone_are_told(copied, tiny_model):
    write_model(tiny_model.but({"task.file": "gone.npz"}), copied / "model.toml")
    assert "cannot be shown: cannot read the data file gone.npz" in parsed(copied).text


def test_a_run_without_recorded_spikes(copied, tiny_model):
    write_model(tiny_model.but({"recording.trials": 0}), copied / "model.toml")
    (copied / "spikes.npz").unlink()
    page = parsed(copied)
    assert "None: the model asks for no recorded trials" in page.text
    assert "Left out" not in page.text


def test_populations_that_never_fired(copied):
    spikes = open_run(copied).spikes
    none = np.zeros(0, int)
    dataclasses.replace(spikes, t=none / 1.0, i=none, population=none).save(copied / "spikes.npz")
    assert all(p["t"] == "" for p in parsed(copied).spikes["populations"])


def test_answers_that_are_no_classes(copied):
    spikes = open_run(copied).spikes
    empty = ("",) * len(spikes.onsets)
    replaced = dataclasses.replace(spikes, labels=empty, predictions=empty)
    replaced.save(copied / "spikes.npz")
    metrics = json.loads((copied / "metrics.json").read_text())
    (copied / "metrics.json").write_text(json.dumps(metrics | {"metric": "nse"}))
    page = parsed(copied)
    assert "test NSE" in page.texts
    assert "Answers" not in page.texts
    assert page.spikes["labels"] == []


def test_answers_of_the_recorded_trials(copied):
    spikes = open_run(copied).spikes
    wrong = dataclasses.replace(spikes, labels=("0", "1"), predictions=("0", "2"))
    wrong.save(copied / "spikes.npz")
    assert "trial 0 1 true class 0 1 predicted 0 2 ✗" in parsed(copied).text
    n = MAX_ANSWERS + 1
    many = {"labels": ("0",) * n, "predictions": ("0",) * n, "onsets": 0.1 * np.arange(n)}
    dataclasses.replace(spikes, **many).save(copied / "spikes.npz")
    assert f", the first {MAX_ANSWERS} of {n}" in parsed(copied).text


def test_what_a_test_found_is_shown(copied, capsys):
    assert main(["test", str(copied), "--kill", "0.5"]) == 0
    assert main(["test", str(copied)]) == 0
    told = re.findall(r"test error +(\S+) %", capsys.readouterr().out)
    page = parsed(copied)
    named = [text for text in page.texts if re.fullmatch(r".*: error .* stimuli", text)]
    assert named == [
        f"unperturbed: error {told[1]} % of 12 stimuli",
        f"kill-0.5: error {told[0]} % of 12 stimuli",
    ]
    (copied / "tests" / "kill-0.5" / "confusion.csv").write_text("right,0,1\n0,1\n")
    with pytest.warns(spikingfa.SpikingFAWarning, match=r"cannot read .*kill-0\.5"):
        page = parsed(copied)
    assert "Left out: tests/kill-0.5 cannot be read." in page.texts
    assert "kill-0.5: error" not in page.text


def test_a_test_may_be_made_for_the_page(copied):
    page = parsed(copied, test=True)
    error = 100 * open_run(copied).metrics["test_error"]
    assert f"unperturbed: error {error:.2f} % of 12 stimuli" in page.texts
    assert not (copied / "tests").exists()


def test_a_test_for_the_page_takes_the_place_of_the_stored_one(copied):
    for arguments in (["--kill", "0.5"], []):
        assert main(["test", str(copied), *arguments]) == 0
    texts = parsed(copied, test=True).texts
    names = [
        text.partition(":")[0] for text in texts if re.fullmatch(r".*: error .* stimuli", text)
    ]
    assert names == ["unperturbed", "kill-0.5"]


def test_changed_parameters_come_first(tiny_model):
    model = tiny_model.but({"hidden.tau_m": "15 ms"})
    changed, usual = parameters(model)
    assert ("hidden.tau_m", "15 ms", "20 ms", "membrane time constant") in changed
    assert {path for path, *_ in changed} == {
        *("task.name", "task.file", "hidden.size", "hidden.tau_m"),
        *("training.epochs", "recording.trials"),
    }
    assert all(value == default for _, value, default, _ in usual)


@pytest.mark.parametrize("name", spikingfa.shipped_models())
def test_every_shipped_model_can_be_told(name, tmp_path):
    model = spikingfa.load_model(name)
    write_model(model, tmp_path / "model.toml")
    page = parsed(tmp_path)
    assert model.task.name in page.text
    changed, usual = parameters(model)
    assert len(changed) + len(usual) == len(spikingfa.model.describe.parameter_rows(model))


def test_the_command(copied, capsys, tmp_path):
    assert main(["report", str(copied)]) == 0
    assert capsys.readouterr().out == f"written to {copied / 'report.html'}\n"
    assert main(["report", str(copied), "-o", str(tmp_path / "a.html")]) == 0
    assert (tmp_path / "a.html").read_bytes() == (copied / "report.html").read_bytes()


@pytest.mark.parametrize("where", ["none/a.html", "."])
def test_a_page_that_cannot_be_written(where, copied, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    with pytest.raises(RunFolderError, match="cannot write"):
        report(copied, where)
    assert set(tmp_path.rglob("*")) == before


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(RunFolderError, match="holds no run"):
        report(tmp_path)
