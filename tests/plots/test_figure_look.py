"""Figures in the package's style look the same under hostile settings, in none fail, and show
themselves; hostile names are drawn letter by letter."""

from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from helpers.drawn import DURATION, HISTORY, make_spikes
from matplotlib import pyplot

import spikingfa
from spikingfa import plots
from spikingfa.cli.main import main
from spikingfa.paper.experiment import Figure as FigureOfPaper
from spikingfa.plots.figure import Axes, Figure
from spikingfa.plots.film import Film, Scene
from spikingfa.plots.style import literal
from spikingfa.run_folder.recording import Trace
from spikingfa.tasks import Data

#: All legal; each has broken somebody's figures.
HOSTILE = {
    "figure.constrained_layout.use": True,
    "figure.autolayout": False,
    "figure.subplot.left": 0.45,
    "figure.subplot.hspace": 0.9,
    "figure.titlesize": 30,
    "font.size": 23,
    "font.weight": "bold",
    "axes.grid": True,
    "axes.grid.axis": "both",
    "axes.labelpad": 25,
    "axes.labelweight": "bold",
    "axes.titlesize": 26,
    "axes.titley": 0.5,
    "axes.prop_cycle": matplotlib.cycler(linestyle=["--", ":"]),
    "axes.xmargin": 0.4,
    "axes.ymargin": 0.4,
    "axes.autolimit_mode": "round_numbers",
    "axes.formatter.use_mathtext": True,
    "axes.formatter.useoffset": False,
    "axes.spines.left": False,
    "axes.axisbelow": False,
    "image.origin": "lower",
    "image.aspect": 3.0,
    "image.interpolation": "bicubic",
    "image.cmap": "flag",
    "legend.fontsize": 20,
    "legend.title_fontsize": 20,
    "legend.framealpha": 1.0,
    "legend.shadow": True,
    "legend.borderpad": 5.0,
    "lines.linestyle": "--",
    "lines.marker": "x",
    "lines.markersize": 20,
    "errorbar.capsize": 9,
    "patch.edgecolor": "red",
    "patch.force_edgecolor": True,
    "path.sketch": (1.0, 100.0, 2.0),
    "text.parse_math": False,
    "xtick.labelsize": 20,
    "xtick.top": True,
    "xtick.labelbottom": False,
    "xtick.minor.visible": True,
    "xtick.direction": "in",
    "ytick.labelsize": 20,
    "ytick.right": True,
    "ytick.labelleft": False,
    "ytick.minor.visible": True,
    "savefig.bbox": "tight",
    "savefig.transparent": True,
    "savefig.pad_inches": 2.0,
    "svg.fonttype": "path",
}
NAMES = ("$5 to $9", r"a_b^{2}\alpha", "_hidden", r"$\frac$")
SPIKES = make_spikes(sizes={"input": 6, "hidden_0": 12, "output": 4})
NAMED = replace(SPIKES, labels=NAMES, predictions=NAMES[::-1])
RATES = np.random.default_rng(0).random((3, 13))
TABLE = pd.DataFrame(
    {
        "hidden.tau_m": [1.0, 1.0, 2.0, 2.0],
        "feedback.rule": ["$a$", "_b", "$a$", "_b"],
        "status": "finished",
        "test_error": [0.1, 0.2, 0.3, 0.4],
        "angle_deg": 40.0,
        "ms_per_trial": 1.0,
    }
)
IMAGES = Data(np.ones((8, 6)), np.zeros(8, int), np.ones((8, 6)), np.zeros(8, int), ("0",), (2, 3))


def film(spikes):
    one = replace(spikes, labels=spikes.labels[:1], predictions=spikes.predictions[:1])
    shown = Film(Scene(one, np.ones((2, 3)), classes=NAMES), ["input", "output"])
    shown.show(DURATION)
    return shown.figure


def of_run(draw):
    return lambda request: draw(request.getfixturevalue("tiny_run"))


FIGURES = {
    "raster": lambda request: plots.plot_raster(NAMED, title="a title"),
    "traces": lambda request: plots.plot_traces(
        [Trace("hidden_0.v", "V", np.arange(2), 1e-3, RATES[:, :2])], spikes=NAMED
    ),
    "learning_curve": lambda request: plots.plot_learning_curve(HISTORY),
    "alignment": lambda request: plots.plot_alignment(HISTORY),
    "rates": lambda request: plots.plot_rates(HISTORY),
    "confusion": lambda request: plots.plot_confusion(np.eye(4, dtype=int) + 1, NAMES),
    "error_over_time": lambda request: plots.plot_error_over_time(RATES[0], RATES[1]),
    "population_rates": lambda request: plots.plot_population_rates(
        NAMED, ["output"], by_class=True
    ),
    "comparison": lambda request: plots.plot_comparison(
        {name: (RATES, 90 * RATES) for name in NAMES}, title="rule"
    ),
    "sweep": lambda request: plots.plot_sweep(TABLE, title="a sweep"),
    "sweep_map": lambda request: plots.plot_sweep_map(TABLE, "hidden.tau_m", "feedback.rule"),
    "weights": of_run(plots.plot_weights),
    "receptive_fields": of_run(lambda run: plots.plot_receptive_fields(run, data=IMAGES)),
}


def figure_of(drawn):
    return drawn if isinstance(drawn, matplotlib.figure.Figure) else drawn.figure


def shown_texts(figure):
    """Every text that is seen, as matplotlib breaks it into letters."""
    figure.canvas.draw()
    texts = figure.findobj(lambda artist: isinstance(artist, matplotlib.text.Text))
    return [text._preprocess_math(text.get_text()) for text in texts if text.get_text()]


@pytest.mark.sampled(5)
@pytest.mark.parametrize("kind", FIGURES)
@pytest.mark.parametrize("autolayout", [False, True])
def test_hostile_settings_change_no_dot(kind, autolayout, request, tmp_path):
    with spikingfa.style():
        plots.save(figure_of(FIGURES[kind](request)), tmp_path / "plain.png", dpi=60)
    hostile = HOSTILE | (
        {"figure.constrained_layout.use": False, "figure.autolayout": True} if autolayout else {}
    )
    before = dict(matplotlib.rcParams)
    with matplotlib.rc_context(hostile):
        with spikingfa.style():
            figure = figure_of(FIGURES[kind](request))
        plots.save(figure, tmp_path / "hostile.png", dpi=60)
    assert dict(matplotlib.rcParams) == before
    plain, hostile = (matplotlib.image.imread(tmp_path / f"{n}.png") for n in ("plain", "hostile"))
    np.testing.assert_array_equal(plain, hostile)


def test_hostile_settings_leave_an_animation_as_it_is(tmp_path):
    few = {"step": DURATION, "populations": ["output"]}
    with spikingfa.style():
        plots.animate_trial(NAMED, tmp_path / "plain.gif", **few)
    with matplotlib.rc_context(HOSTILE), spikingfa.style():
        plots.animate_trial(NAMED, tmp_path / "hostile.gif", **few)
    assert (tmp_path / "plain.gif").read_bytes() == (tmp_path / "hostile.gif").read_bytes()


def test_a_raster_in_a_hostile_figure_of_ones_own_keeps_its_bands():
    expected = plots.plot_raster(SPIKES).axes
    with matplotlib.rc_context({"figure.constrained_layout.use": True}):
        own = pyplot.figure(figsize=plots.plot_raster(SPIKES).get_size_inches())
    drawn = plots.plot_raster(SPIKES, figure=own)
    drawn.canvas.draw()
    pyplot.close(own)
    for ax, other in zip(drawn.axes, expected, strict=True):
        np.testing.assert_allclose(ax.get_position().bounds, other.get_position().bounds)


@pytest.mark.parametrize("kind", FIGURES)
def test_hostile_names_are_drawn_letter_by_letter(kind, request):
    texts = shown_texts(figure_of(FIGURES[kind](request)))
    seen = {text.strip() for text, mathematics in texts if not mathematics}
    assert not [text for text, mathematics in texts if mathematics and "W" not in text]
    named = {
        "raster": NAMES,
        "traces": NAMES,
        "confusion": NAMES,
        "population_rates": NAMES,
        "sweep": ("$a$", "_b"),
        "sweep_map": ("$a$", "_b"),
    }
    assert seen >= set(named.get(kind, ()))
    if kind == "comparison":
        assert all(any(text.startswith(name) for text in seen) for name in NAMES)


def test_hostile_names_are_drawn_in_an_animation():
    seen = {text.strip() for text, mathematics in shown_texts(film(NAMED)) if not mathematics}
    assert seen >= {*NAMES, f"true class {NAMES[0]}", f"predicted {NAMES[-1]}"}


@pytest.mark.parametrize("name", [*NAMES, r"\$", "$$", r"a\$b$", ""])
def test_a_label_is_the_name_itself(name):
    text, mathematics = matplotlib.text.Text()._preprocess_math(literal(name))
    assert (text.removeprefix(" "), mathematics) == (name, False)


@pytest.mark.needs("IPython")
@pytest.mark.parametrize("kind", FIGURES)
def test_what_a_function_returns_shows_itself_at_the_end_of_a_cell(kind, request):
    from IPython.core.formatters import DisplayFormatter

    drawn = FIGURES[kind](request)
    assert isinstance(drawn, Figure | Axes)
    data, _ = DisplayFormatter().format(drawn)
    assert data["image/png"].startswith(b"\x89PNG")


def test_figures_of_the_paper_show_themselves_too():
    assert FigureOfPaper is Figure


@pytest.mark.needs("IPython")
def test_under_the_inline_backend_a_figure_is_shown_once():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.core.pylabtools import select_figure_formats

    shell = InteractiveShell()
    select_figure_formats(shell, {"png"})
    data, _ = shell.display_formatter.format(plots.plot_raster(SPIKES))
    assert set(data) == {"image/png", "text/plain"}
    assert not pyplot.get_fignums()  # which the backend would show besides


@pytest.mark.long
def test_classes_with_hostile_names_go_through_every_command(tiny_data, tiny_model, tmp_path):
    with np.load(tiny_data) as data:
        rows = [
            ",".join([*map(str, x), ("$5 to $9", r"$\frac$", "_a^{b}")[y]])
            for x, y in zip(data["x"], data["y"])
        ]
    table = tmp_path / "classes.csv"
    table.write_text("\n".join(["a,b,c,d,e,f,class", *rows]))
    folder = tmp_path / "run"
    model = tiny_model.but({"task.file": str(table)})
    spikingfa.train(model, out=folder, progress=False)
    for command in ("test", "plot", "report"):
        assert main([command, str(folder)]) == 0
    assert r"$\frac$" in (folder / "report.html").read_text("utf-8")
