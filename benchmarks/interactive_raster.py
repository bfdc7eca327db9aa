"""The interactive raster beside those that Bokeh and Plotly draw of the same spikes.

    pip install bokeh plotly
    python benchmarks/interactive_raster.py

A hundred thousand spikes of three populations in fifty trials, on a page that needs no other file,
opened in Chromium (Debian: apt install chromium) without a window: size of the file, milliseconds
from opening the page to its first picture, and from a turn of the wheel to the next one. Chromium
draws without a graphics card then, which WebGL, that both libraries use here, is slower by. Lines
of ours are those that draw and steer the raster; medians of five, stored in
`benchmarks/results/interactive_raster.json`.
"""

import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from report import machine

import spikingfa
from spikingfa.plots.colours import colour_of

RESULTS = Path(__file__).parent / "results" / "interactive_raster.json"
SCRIPTS = Path(spikingfa.__file__).parent / "export" / "interactive"
N_SPIKES, N_TRIALS, DURATION = 100_000, 50, 0.1
SIZES = {"input": 784, "hidden": 1000, "output": 10}
REPEATS, TURNS = 5, 20
SIZE = (1000, 600)  # pixels
TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def spikes() -> spikingfa.Spikes:
    """Spikes at random times of random neurons."""
    rng = np.random.default_rng(1)
    population = rng.choice(3, N_SPIKES, p=(0.3, 0.68, 0.02))
    return spikingfa.Spikes(
        t=np.sort(np.round(rng.uniform(0, N_TRIALS * DURATION, N_SPIKES), 3)),
        i=(rng.random(N_SPIKES) * np.array(list(SIZES.values()))[population]).astype(int),
        population=population,
        populations=tuple(SIZES),
        sizes=tuple(SIZES.values()),
        onsets=DURATION * np.arange(N_TRIALS),
        duration=DURATION,
        labels=tuple(str(k % 10) for k in range(N_TRIALS)),
        predictions=tuple(str(k % 10) for k in range(N_TRIALS)),
    )


def rows(recorded: spikingfa.Spikes):
    """Name, times and heights of each population's spikes, one above the other."""
    above = 0
    for name, size in SIZES.items():
        t, i = recorded.of(name)
        yield name, t, i + above
        above += size


def ours(recorded: spikingfa.Spikes, path: Path) -> None:
    """The page of `spikingfa.interactive_raster`."""
    spikingfa.interactive_raster(recorded).save(path)


def with_bokeh(recorded: spikingfa.Spikes, path: Path) -> None:
    """A scatter by WebGL, with a tip for each spike."""
    from bokeh.embed import file_html
    from bokeh.models import HoverTool
    from bokeh.plotting import figure
    from bokeh.resources import INLINE

    width, height = SIZE
    drawn = figure(
        width=width,
        height=height,
        output_backend="webgl",
        tools="xpan,xwheel_zoom,reset",
        active_scroll="xwheel_zoom",
    )
    for name, t, i in rows(recorded):
        drawn.scatter(t, i, size=2, color=colour_of(name), legend_label=name)
    drawn.legend.click_policy = "hide"
    drawn.add_tools(HoverTool(tooltips=[("neuron", "@y"), ("time", "@x")]))
    path.write_text(file_html(drawn, INLINE), "utf-8")


def with_plotly(recorded: spikingfa.Spikes, path: Path) -> None:
    """A scatter by WebGL, with a tip for each spike."""
    import plotly.graph_objects as go

    width, height = SIZE
    drawn = go.Figure(layout={"width": width, "height": height, "yaxis": {"fixedrange": True}})
    for name, t, i in rows(recorded):
        marker = {"size": 2, "color": colour_of(name)}
        drawn.add_trace(go.Scattergl(x=t, y=i, mode="markers", name=name, marker=marker))
    drawn.write_html(path, include_plotlyjs=True, config={"scrollZoom": True})


#: What each is by, how it is written, when its first picture is there, and what the wheel turns at.
CONTESTANTS: dict[str, tuple[Callable, str, str]] = {
    "canvas": (ours, "document.querySelector('#raster')?.dataset.span > 0", ".stage"),
    "bokeh": (
        with_bokeh,
        "globalThis.Bokeh?.documents.length && Bokeh.documents[0].is_idle",
        "body",
    ),
    "plotly": (with_plotly, "document.querySelector('.plotly .gl-container canvas')", ".nsewdrag"),
}


def opened(browser, path: Path, ready: str, stage: str) -> tuple[float, float]:
    """Milliseconds to the first picture, and from a turn of the wheel to the next picture."""
    page = browser.new_page(viewport={"width": SIZE[0] + 50, "height": SIZE[1] + 200})
    start = time.perf_counter()
    page.goto(path.as_uri())
    page.wait_for_function(ready)
    page.evaluate(TWO_FRAMES)
    first = time.perf_counter() - start
    box = page.locator(stage).first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(box["height"], SIZE[1]) / 2)
    turns = []
    for turn in range(TURNS):
        start = time.perf_counter()
        page.mouse.wheel(0, -100 if turn < TURNS / 2 else 100)
        page.evaluate(TWO_FRAMES)
        turns.append(time.perf_counter() - start)
    page.close()
    return 1e3 * first, 1e3 * statistics.median(turns)


def lines_of_ours() -> int:
    """Lines of the scripts that draw and steer the raster, and that pack its spikes."""
    files = [*SCRIPTS.glob("*.js"), SCRIPTS / "raster_data.py", SCRIPTS / "raster.py"]
    return sum(len(path.read_text("utf-8").splitlines()) for path in files)


def main() -> None:
    """Measure, print, store."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium found")
    recorded, results = spikes(), {"machine": machine(), "n_spikes": N_SPIKES, "rasters": []}
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        results["versions"] = {"chromium": browser.version, "bokeh": version("bokeh")}
        results["versions"]["plotly"] = version("plotly")
        for name, (write, ready, stage) in CONTESTANTS.items():
            path = Path(folder) / f"{name}.html"
            write(recorded, path)
            times = np.median([opened(browser, path, ready, stage) for _ in range(REPEATS)], axis=0)
            row = {
                "by": name,
                "megabytes": round(path.stat().st_size / 1e6, 2),
                "first_picture_ms": round(times[0]),
                "wheel_ms": round(times[1]),
            }
            results["rasters"].append(row)
            print(row, flush=True)
        browser.close()
    results["lines_of_ours"] = lines_of_ours()
    print(f"{results['lines_of_ours']} lines of ours")
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
