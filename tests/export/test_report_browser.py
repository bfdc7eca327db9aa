"""The page of a run in a browser: what can be seen, turned, pressed and touched."""

import dataclasses
import json
import re
import shutil

import numpy as np
import pytest
from helpers.browsers import drawn, until
from helpers.hostile_run import hostile

from spikingfa import open_run, report

PHONE = {"width": 400, "height": 800}


@pytest.fixture
def plain(browser):
    """Open a run's page; what the browser says of it is not looked at."""
    contexts = []

    def open_page(folder, watch=lambda page: None, **options):
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        watch(page)
        page.goto(report(folder, folder.parent / "page.html").as_uri())
        if options.get("java_script_enabled", True):
            drawn(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def opened(plain):
    """The same; in the end see that nothing went wrong and nothing was loaded."""
    faults, loaded = [], []

    def open_page(folder, **options):
        return plain(folder, watch, **options)

    def watch(page):
        page.on("console", lambda told: told.type == "error" and faults.append(told.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: loaded.append(request.url))

    yield open_page
    assert faults == []
    assert loaded
    assert all(re.match("data:|file:.*/page.html$", url) for url in loaded)


@pytest.fixture
def copied(tiny_run, tmp_path):
    """A folder of the tiny run that may be changed."""
    return shutil.copytree(tiny_run.folder, tmp_path / "copied")


def shown(page) -> tuple[float, float]:
    """Start and length of the time that the raster shows, in seconds."""
    drawn(page)
    data = page.locator("#raster").evaluate("figure => ({ ...figure.dataset })")
    return float(data["start"]), float(data["span"])


def middle(page) -> tuple[float, float]:
    page.locator(".stage").scroll_into_view_if_needed()
    box = page.locator(".stage").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_wheel_zooms_at_the_pointer_and_reset_shows_all(opened, copied):
    page = opened(copied)
    whole = shown(page)
    assert whole == (0, pytest.approx(0.2))
    page.mouse.move(*middle(page))
    page.mouse.wheel(0, -300)
    until(page, "raster.dataset.span < 0.19")
    start, span = shown(page)
    assert 0 < start < start + span < 0.2
    assert " ms, trials 0 to 1, " in page.locator("output").text_content()
    page.mouse.wheel(200, 0)
    until(page, f"raster.dataset.start > {start}")
    assert shown(page)[1] == span
    page.get_by_role("button", name="Reset").click()
    assert shown(page) == whole


def test_the_page_scrolls_where_there_is_nothing_to_zoom_out_to(opened, copied):
    page = opened(copied)
    page.mouse.move(*middle(page))
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 300)
    until(page, f"scrollY > {before}")
    assert shown(page) == (0, pytest.approx(0.2))


def test_dragging_zooms_and_with_shift_scrolls(opened, copied):
    page = opened(copied)
    x, y = middle(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    assert page.locator(".selection").is_visible()
    page.mouse.up()
    start, span = shown(page)
    assert 0 < start < start + span < 0.2
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(x + 200, y)
    page.mouse.up()
    assert shown(page) == (pytest.approx(start - 0.1 * span, abs=0.05 * span), span)


def test_buttons_and_keys(opened, copied):
    page = opened(copied)
    page.get_by_role("button", name="Zoom in").click()
    assert shown(page) == (pytest.approx(0.05), pytest.approx(0.1))
    page.get_by_role("button", name="Later").click()
    assert shown(page)[0] == pytest.approx(0.1)
    page.get_by_role("button", name="Zoom out").click()
    assert shown(page) == (0, pytest.approx(0.2))
    page.locator(".stage").focus()
    for key, start, span in (
        ("PageDown", 0.0, 0.1),
        ("PageDown", 0.1, 0.1),
        ("PageUp", 0.0, 0.1),
        ("+", 0.025, 0.05),
        ("ArrowRight", 0.03, 0.05),
        ("End", 0.15, 0.05),
        ("-", 0.1, 0.1),
        ("0", 0.0, 0.2),
    ):
        page.keyboard.press(key)
        assert shown(page) == (pytest.approx(start), pytest.approx(span)), key


def test_keys_go_from_spike_to_spike_and_back(opened, copied):
    page, spikes = opened(copied), open_run(copied).spikes
    page.locator(".stage").focus()
    order = np.lexsort((spikes.population, np.round(spikes.t, 6)))[:20]
    known = [
        f"{spikes.populations[spikes.population[k]].replace('_', ' ')} {spikes.i[k]},"
        f" {1e3 * spikes.t[k]:.0f} ms"
        for k in order
    ]
    told = []
    for key in [*(["."] * len(order)), *([","] * (len(order) - 1))]:
        page.keyboard.press(key)
        told.append(page.locator("output").text_content().split(", trial")[0])
    assert told == known + known[-2::-1]


def test_the_spike_at_the_pointer_is_told(opened, copied):
    page, run = opened(copied), open_run(copied)
    x, y = middle(page)
    tip = page.locator(".tip")
    for step in range(400):
        page.mouse.move(x + step % 20 * 10, y - 150 + step // 20 * 12)
        if tip.is_visible():
            break
    told = re.fullmatch(
        r"(.+) (\d+)\n([\d.]+) ms, trial (\d)\n([\d.]+) ms after its onset\n"
        r"true class (.+), predicted (.+)",
        tip.text_content(),
    )
    name, neuron, time, trial, after, right, given = told.groups()
    t, i = run.spikes.of(name.replace(" ", "_"))
    assert np.any((np.abs(1e3 * t - float(time)) < 1e-3) & (i == int(neuron)))
    assert float(time) - float(after) == pytest.approx(1e3 * run.spikes.onsets[int(trial)])
    assert right == run.spikes.labels[int(trial)]
    assert given == run.spikes.predictions[int(trial)]
    page.mouse.move(0, 0)
    assert not tip.is_visible()


def test_populations_can_be_hidden(opened, copied):
    page = opened(copied)
    n = len(open_run(copied).spikes.of("hidden")[0])
    before = int(page.locator("output").text_content().split()[-2].replace(",", ""))
    page.get_by_role("checkbox", name="hidden").uncheck()
    drawn(page)
    after = int(page.locator("output").text_content().split()[-2].replace(",", ""))
    assert before - after == n > 0
    for box in page.get_by_role("checkbox").all():
        box.set_checked(False)
    drawn(page)
    assert page.locator("output").text_content().endswith(" 0 spikes")
    page.get_by_role("button", name="Reset").click()
    assert page.get_by_role("checkbox", name="hidden").is_checked()


def test_fingers_pinch_and_pan(opened, copied):
    page = opened(copied, viewport=PHONE, has_touch=True, is_mobile=True)
    page.locator(".stage").scroll_into_view_if_needed()
    x, y = middle(page)
    touch = page.context.new_cdp_session(page)

    def fingers(kind, *places):
        points = [{"x": at, "y": y, "id": k} for k, at in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", x - 20, x + 20)
    for apart in (30, 40, 60):
        fingers("touchMove", x - apart, x + apart)
    fingers("touchEnd")
    start, span = shown(page)
    assert span == pytest.approx(0.2 / 3, rel=0.1)
    fingers("touchStart", x)
    for moved in (10, 20, 40):
        fingers("touchMove", x - moved)
    fingers("touchEnd")
    assert shown(page)[0] > start
    assert shown(page)[1] == span


def test_a_bar_scrolls(opened, copied):
    page = opened(copied)
    page.get_by_role("button", name="Zoom in").click()
    shown(page)
    page.locator(".scroll").evaluate("bar => { bar.scrollLeft = 0; }")
    until(page, "raster.dataset.start == 0")
    assert shown(page)[1] == pytest.approx(0.1)


def colours(page) -> dict:
    """Those of the paper, of the text of a figure, and of the input's spikes."""
    drawn(page)
    return page.evaluate(
        """() => {
            const canvas = document.querySelector("canvas");
            const band = canvas.getContext("2d").getImageData(0, 50, canvas.width, 50).data;
            let brightest = 0, darkest = 255;
            for (let k = 0; k < band.length; k += 4) {
                if (band[k + 3] < 255 || band[k] !== band[k + 1]) continue;
                brightest = Math.max(brightest, band[k]);
                darkest = Math.min(darkest, band[k]);
            }
            return {
                paper: getComputedStyle(document.body).backgroundColor,
                text: getComputedStyle(document.querySelector(".curves text")).fill,
                spikes: [darkest, brightest],
            };
        }"""
    )


def test_light_and_dark_and_the_toggle(opened, copied):
    light = colours(opened(copied, color_scheme="light"))
    page = opened(copied, color_scheme="dark")
    dark = colours(page)
    assert (light["paper"], dark["paper"]) == ("rgb(255, 255, 255)", "rgb(21, 24, 28)")
    assert (light["text"], dark["text"]) == ("rgb(0, 0, 0)", "rgb(232, 232, 232)")
    assert light["spikes"][0] == 0
    assert dark["spikes"][1] == 232
    page.get_by_role("button", name="Light theme").click()
    assert colours(page) == light
    page.get_by_role("button", name="Dark theme").click()
    assert colours(page) == dark
    page.emulate_media(color_scheme="light")
    assert colours(page) == dark  # what was chosen stays


@pytest.mark.parametrize("kind", ["tiny", "hostile"])
def test_nothing_overflows_on_a_phone(kind, opened, copied, tiny_model):
    page = opened(hostile(copied, tiny_model) if kind == "hostile" else copied, viewport=PHONE)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_what_is_foreign_does_not_run(opened, copied, tiny_model):
    page = opened(hostile(copied, tiny_model))
    assert page.evaluate("typeof broken") == "undefined"
    page.locator(".stage").focus()
    page.keyboard.press(".")
    assert '<img src="x"' in page.locator(".tip").text_content()
    assert page.locator("img").count() == 1


def test_the_policy_lets_nothing_be_loaded(plain, copied):
    refused = plain(copied).evaluate(
        """() => new Promise(done => {
            document.addEventListener("securitypolicyviolation", event => done(event.blockedURI));
            fetch("http://127.0.0.1:9/").catch(() => {});
        })"""
    )
    assert refused.startswith("http://127.0.0.1:9")


def test_the_model_file_is_copied_and_saved(opened, copied):
    page = opened(copied, permissions=["clipboard-read", "clipboard-write"])
    model = (copied / "model.toml").read_text("utf-8")
    page.get_by_text("The model file").click()
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == model
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as model.toml").click()
    assert saved.value.suggested_filename == "model.toml"
    assert saved.value.path().read_text("utf-8") == model


def test_on_paper_the_raster_is_a_picture(opened, copied):
    page = opened(copied, color_scheme="dark")
    assert not page.locator(".static").is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert page.locator(".static").is_visible()
    assert not page.locator("canvas").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_without_scripts_the_raster_is_a_picture(opened, copied):
    page = opened(copied, java_script_enabled=False)
    assert page.locator(".static").is_visible()
    assert not page.locator(".controls").is_visible()


@pytest.mark.parametrize("what", ["none recorded", "none fired", "not finished", "no classes"])
def test_pages_of_other_runs(what, opened, copied):
    spikes = open_run(copied).spikes
    none, empty = np.zeros(0, int), ("",) * len(spikes.onsets)
    changed = {
        "none fired": {"t": none / 1.0, "i": none, "population": none},
        "no classes": {"labels": empty, "predictions": empty},
    }
    dataclasses.replace(spikes, **changed.get(what, {})).save(copied / "spikes.npz")
    if what not in changed:
        (copied / "spikes.npz").unlink()
    if what == "not finished":
        metrics = json.loads((copied / "metrics.json").read_text())
        (copied / "metrics.json").write_text(json.dumps(metrics | {"finished": False}))
    page = opened(copied)
    assert page.locator("canvas").count() == (what in changed)
    if what == "none fired":
        assert page.locator("output").text_content() == "0 to 200 ms, trials 0 to 1, 0 spikes"
        page.locator(".stage").focus()
        page.keyboard.press(".")
        assert not page.locator(".tip").is_visible()
