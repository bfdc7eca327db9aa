"""The raster on a page of its own holds the chosen spikes, in a file, a notebook and a browser."""

import base64
import html
import json
import re

import numpy as np
import pytest
from helpers.browsers import drawn, until

import spikingfa
from spikingfa.base.errors import RunFolderError, SelectionError
from spikingfa.cli.main import main

MANY = 100_000


def held(page: str) -> dict:
    """What a page draws: trials, and spikes by population as ticks and neurons."""
    data = json.loads(
        re.search(r'<script type="application/json" id="spikes">(.*?)</script>', page)[1]
    )
    for population in data["populations"]:
        for key, kind in (("t", "<u4"), ("i", "<u2")):
            population[key] = np.frombuffer(base64.b64decode(population[key]), kind)
    return data


@pytest.fixture(scope="module")
def many():
    """A hundred thousand spikes in fifty trials."""
    rng = np.random.default_rng(1)
    return spikingfa.Spikes(
        t=np.sort(np.round(rng.uniform(0, 4.999, MANY), 4)),
        i=rng.integers(0, 1000, MANY),
        population=rng.integers(0, 2, MANY),
        populations=("input", "hidden"),
        sizes=(1000, 1000),
        onsets=0.1 * np.arange(50),
        duration=0.1,
        labels=tuple("ab" * 25),
        predictions=tuple("aabb" * 12 + "ab"),
    )


def test_the_page_holds_the_spikes(tiny_run):
    data = held(spikingfa.interactive_raster(tiny_run).page)
    assert [one["name"] for one in data["populations"]] == list(tiny_run.spikes.populations)
    for one in data["populations"]:
        t, i = tiny_run.spikes.of(one["name"])
        np.testing.assert_allclose(one["t"] * data["tick"], t, atol=1e-6)
        np.testing.assert_array_equal(one["i"], i)


def test_of_chosen_trials_and_populations(many):
    raster = spikingfa.interactive_raster(many, trials=[7, 3], populations=["hidden"])
    data = held(raster.page)
    assert data["trials"] == [7, 3]
    assert data["labels"] == ["b", "b"]
    assert data["answers"] == [many.predictions[7], many.predictions[3]]
    (one,) = data["populations"]
    t, i = many.of("hidden")
    in_trials = [many.trial_of(t) == k for k in (7, 3)]
    assert raster.n_spikes == len(one["t"]) == sum(which.sum() for which in in_trials)
    np.testing.assert_array_equal(one["i"], np.concatenate([i[which] for which in in_trials]))
    assert data["end"] == pytest.approx(0.2)


def test_wrong_choices_are_refused(many):
    with pytest.raises(ValueError, match="no population 'hiden' was recorded; did you mean"):
        spikingfa.interactive_raster(many, populations=["hiden"])
    with pytest.raises(SelectionError, match="trials"):
        spikingfa.interactive_raster(many, trials=50)
    with pytest.raises(RunFolderError, match="no/such"):
        spikingfa.interactive_raster(many).save("no/such/folder.html")


def test_it_loads_nothing_and_is_the_same_every_time(tiny_run):
    page = spikingfa.interactive_raster(tiny_run, title="<b>A & B</b>").page
    assert page == spikingfa.interactive_raster(tiny_run, title="<b>A & B</b>").page
    assert "<b>" not in page
    assert "default-src 'none'; script-src 'sha256-" in html.unescape(page)
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)


def test_a_notebook_shows_the_same_page(tiny_run):
    raster = spikingfa.interactive_raster(tiny_run)
    (shown,) = re.findall('srcdoc="([^"]*)"', raster._repr_html_())
    assert html.unescape(shown) == raster.page
    assert repr(raster).startswith(f"InteractiveRaster({raster.n_spikes} spikes, 0.")


def test_the_command_writes_it(tiny_run, tmp_path, capsys):
    path = tmp_path / "raster.html"
    arguments = ["--trials", "1", "--populations", "hidden", "--title", "One", "-o", str(path)]
    assert main(["raster", str(tiny_run.folder), *arguments]) == 0
    raster = spikingfa.interactive_raster(tiny_run, trials=1, populations=["hidden"], title="One")
    assert path.read_text("utf-8") == raster.page
    other = tmp_path / "other.html"
    assert main(["plot", str(tiny_run.folder), "raster", *arguments[:-1], str(other)]) == 0
    assert other.read_text("utf-8") == raster.page
    size = len(raster.page.encode()) / 1e3
    assert f"({raster.n_spikes} spikes, {size:.0f} kB)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--sort", "rate"], "an interactive raster does not go by sort; it goes by trials,"),
        (["--trials", "9"], "trials"),
        (["--populations", "hiden"], "no population 'hiden' was recorded"),
        (["--recording", "none"], "none"),
    ],
)
def test_what_it_does_not_go_by_is_refused(arguments, reason, tiny_run, tmp_path, capsys):
    path = tmp_path / "raster.html"
    assert main(["raster", str(tiny_run.folder), *arguments, "-o", str(path)]) == 2
    errors = capsys.readouterr().err
    assert reason in errors
    assert errors.count("\n") == 1
    assert not path.exists()


def test_in_a_browser_a_hundred_thousand_spikes_are_zoomed_and_asked(browser, many, tmp_path):
    path = spikingfa.interactive_raster(many).save(tmp_path / "raster.html")
    page = browser.new_page()
    page.goto(path.as_uri())
    drawn(page)
    assert page.locator("output").text_content() == "0 to 5000 ms, trials 0 to 49, 100,000 spikes"
    box = page.locator(".stage").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.wheel(0, -1000)
    until(page, "raster.dataset.span < 1")
    assert "true class" in page.locator(".tip").text_content() or page.locator(".tip").is_hidden()
    page.get_by_role("checkbox", name="input").uncheck()
    page.get_by_role("checkbox", name="hidden").uncheck()
    drawn(page)
    assert page.locator("output").text_content().endswith(" 0 spikes")


def test_in_a_notebook_it_is_drawn_in_a_frame(browser, many):
    page, faults = browser.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    raster = spikingfa.interactive_raster(many, trials=[7, 3])
    page.set_viewport_size({"width": 500, "height": 600})
    page.set_content(f"<h1 id='raster'>A notebook</h1>{raster._repr_html_()}")
    frame = page.frame_locator("iframe")
    frame.locator("canvas").wait_for()
    page.wait_for_timeout(200)
    assert "trials 7 to 3" in frame.locator("output").text_content()
    until(page, "document.querySelector('iframe').style.height !== '720px'")
    inner = "document.querySelector('iframe').contentDocument.documentElement"
    assert page.evaluate(f"{inner}.scrollHeight <= {inner}.clientHeight")
    assert faults == []
