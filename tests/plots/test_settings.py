"""Figures from Python go by the user's settings of matplotlib; `style` gives the package's own."""

import matplotlib
import numpy as np
import pytest
from helpers.drawn import HISTORY, bands_of, make_spikes
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure

import spikingfa
from spikingfa import plots
from spikingfa.plots.colours import colour_of, cycle, light, muted
from spikingfa.plots.style import BLUE, GREEN, LINES, ORANGE, PURPLE, SKY, VERMILLION

USERS = {
    "font.size": 13,
    "font.family": "serif",
    "axes.prop_cycle": matplotlib.cycler(color=["#111111", "#222222", "#333333"]),
    "axes.labelcolor": "#aa0000",
    "xtick.labelcolor": "#00aa00",
    "axes.facecolor": "#eeeeff",
    "figure.figsize": (5, 4),
}


def test_text_colours_cycle_and_size_are_the_users():
    with matplotlib.rc_context(USERS):
        ax = plots.plot_rates(HISTORY)
        colours = {line.get_color() for line in ax.lines}
    ax.figure.draw_without_rendering()  # later, where these settings are none
    assert ax.figure.get_size_inches().tolist() == [5, 4]
    assert ax.xaxis.label.get_color() == "#aa0000"
    labels = ax.get_xticklabels()
    assert {to_hex(label.get_color()) for label in labels} == {"#00aa00"}
    assert {label.get_fontsize() for label in labels} == {13}
    assert {label.get_fontfamily()[0] for label in labels} == {"serif"}
    assert {"#111111", "#222222", "#333333"} <= colours
    assert to_hex(ax.get_facecolor()) == "#eeeeff"


def test_in_the_packages_style_populations_have_the_colours_of_okabe_and_ito():
    with spikingfa.style():
        names = ("hidden", "error_on", "output", "teacher", "error_off", "hidden_1", "input")
        assert [colour_of(name).upper() for name in names] == [
            *(BLUE, VERMILLION, GREEN, ORANGE, PURPLE, SKY),
            "#000000",
        ]
        assert [colour.upper() for colour in cycle()[:6]] == list(LINES)


def test_on_a_dark_ground_ink_is_light():
    with matplotlib.style.context("dark_background"):
        assert light(colour_of("input"))
        assert light(muted(0.8))
        assert not light(muted(0.1))
        fig = plots.plot_raster(make_spikes(sizes={"input": 10}))
        (band,) = bands_of(fig)
    assert to_rgba(band.lines[0].get_color()) == to_rgba("white")
    assert to_rgba(fig.get_facecolor()) == to_rgba("black")


def test_use_style_stays_and_style_ends():
    with matplotlib.rc_context():
        with spikingfa.style():
            assert matplotlib.rcParams["font.size"] == 7
        assert matplotlib.rcParams["font.size"] == 10
        spikingfa.use_style()
        assert matplotlib.rcParams["font.size"] == 7
        assert not matplotlib.rcParams["axes.spines.top"]


@pytest.mark.parametrize("kind", ["pdf", "eps"])
def test_type_stays_type_when_a_figure_is_saved_by_matplotlib(tmp_path, kind):
    ax = plots.plot_rates(HISTORY)
    ax.figure.savefig(tmp_path / f"f.{kind}")
    data = (tmp_path / f"f.{kind}").read_bytes()
    assert {"pdf": b"/CIDFontType2", "eps": b"/FontType 42"}[kind] in data


def test_a_file_of_eps_has_bands_behind_lines_and_the_figure_stays_as_it_was(tmp_path):
    runs = [HISTORY, HISTORY | {"test_error": 1.2 * np.array(HISTORY["test_error"])}]
    ax = plots.plot_learning_curve(runs)
    before = [(band.get_alpha(), band.get_facecolor().tolist()) for band in ax.collections]
    about = plots.save_figure(ax, tmp_path / "f.eps")
    assert about.endswith(" kB")
    assert [(b.get_alpha(), b.get_facecolor().tolist()) for b in ax.collections] == before


def test_what_was_rasterised_is_said(tmp_path):
    spikes = make_spikes(sizes={"output": 10})
    said = {
        how: plots.save_figure(plots.plot_raster(spikes, rasterize=how), tmp_path / "f.svg", dpi=99)
        for how in ("auto", True, False)
    }
    assert "bitmap" not in said["auto"] + said[False]
    assert said[True].endswith("1 part as a bitmap of 99 dpi")


@pytest.mark.parametrize("kind", ["tiff", "tif"])
def test_tiff(tmp_path, kind):
    figure = Figure(figsize=(2, 1))
    assert plots.save_figure(figure, tmp_path / f"f.{kind}", dpi=50).startswith("2 x 1 in, ")
    assert matplotlib.image.imread(tmp_path / f"f.{kind}").shape[:2] == (50, 100)


def test_the_old_name_of_figure_warns():
    own = Figure(figsize=(5, 6))
    with pytest.warns(spikingfa.SpikingFAWarning, match="plot_raster: fig is called figure now"):
        assert plots.plot_raster(make_spikes(sizes={"output": 10}), fig=own) is own
