"""A methods section holds every parameter, the equations that are integrated, and no more."""

import re
import shutil

import pytest
from brian2 import Equations
from helpers.recordings import shipped_model

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.cli.main import main
from spikingfa.export.methods import mathematics
from spikingfa.export.methods.described import Described
from spikingfa.export.methods.page import tex
from spikingfa.model.describe import parameter_rows

THREE = ("digits_fa", "digits_ten", "spike_pattern_fa")


@pytest.mark.parametrize("name", THREE)
def test_it_holds_the_parameters_that_show_holds_and_no_others(name):
    text = spikingfa.methods_section(name)
    table = text.split("**Parameters**")[1]
    rows = [line.strip("|").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    paths = {path: value for path, value, _ in parameter_rows(spikingfa.load_model(name))}
    assert {path.strip(" `"): value.strip() for path, value, _ in rows} == {
        path: value.replace("|", r"\|") for path, value in paths.items()
    }
    sections = {path.partition(".")[0] for path in paths}
    named = re.findall(r"`(\w+)\.([\w.]+)`", text)
    of_any_layer = {re.sub(r"\.\d+\.", ".", path) for path in paths}
    assert {f"{a}.{b}" for a, b in named if a in sections} <= {*paths, *of_any_layer}


@pytest.mark.needs("docutils")
@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", spikingfa.shipped_models())
def test_every_equation_is_tex(name, tmp_path):
    from docutils.utils.math.latex2mathml import tex2mathml

    network = Described(shipped_model(name, tmp_path)).network
    for population in network.populations:
        lines = mathematics.of_equations(population.equations)
        known = [
            one
            for key, one in Equations(population.equations).items()
            if one.type != "parameter" and key not in mathematics.BOOKKEEPING
        ]
        assert len(lines) == len(known)
        for line in [*lines, *mathematics.of_statements(population.reset)]:
            tex2mathml(line.replace("&", ""))
    for projection in network.projections:
        for statements in (projection.on_pre, projection.on_post, projection.continuous):
            for line in mathematics.of_statements(statements):
                tex2mathml(line.replace("&", ""))


@pytest.mark.parametrize(
    ("brian2", "written"),
    [
        ("v_rest - v", r"v_\mathrm{rest} - v"),
        ("int(v > v_thresh)", r"\left[ v > v_\mathrm{thresh} \right]"),
        ("int(x/y)", r"\left\lfloor \frac{x}{y} \right\rfloor"),
        ("1e6*tau_m", r"1 \cdot 10^{6} \, \tau_\mathrm{m}"),
        (
            "clip(sqrt(mean_x), 0, 1)",
            r"\mathrm{clip}\left(\sqrt{\mathrm{mean}_\mathrm{x}}, 0, 1\right)",
        ),
        ("dt*phase", r"\Delta t \, \varphi"),
    ],
)
def test_expressions(brian2, written):
    assert mathematics.expression(brian2).replace("1000000", r"1 \cdot 10^{6}") == written


def test_statements_are_assignments_without_bookkeeping():
    lines = mathematics.of_statements("w = w - eta*(c + d)\ni_syn_post += w\nn_spikes += 1")
    assert lines == [
        r"w &\leftarrow w - \eta \, \left(c + d\right)",
        r"i_\mathrm{syn,\,post} &\leftarrow i_\mathrm{syn,\,post} + w",
    ]


def test_a_run_adds_its_data_its_seed_and_versions(tiny_run):
    text = spikingfa.methods_section(tiny_run)
    data = tiny_run.data
    assert f"with {data.n_train} training and {data.n_test} test stimuli" in text
    assert (
        f"spikingfa {tiny_run.versions['spikingfa']} on Brian2 {tiny_run.versions['brian2']}"
        in text
    )
    assert f"phases and noise was {tiny_run.metrics['seed']}." in text
    assert f"{tiny_run.model.hidden[0].size} neurons" in text


def test_of_a_run_that_has_just_begun_the_model_is_said(tiny_run, tmp_path):
    folder = shutil.copytree(tiny_run.folder, tmp_path / "run")
    for name in ("metrics.json", "versions.json", "data.json"):
        (folder / name).unlink()
    text = spikingfa.methods_section(folder)
    assert "spikingfa on Brian2 (" in text
    assert "The task was `arrays`." in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"hidden.recurrent": "plastic"}, "Neurons of hidden projected to each other"),
        ({"hidden.sparsity": 0.5}, "a part of 0.5 of the incoming synapses was absent"),
        ({"hidden.excitatory": 0.8}, "By Dale's law a part of 0.8 of the neurons of hidden"),
        ({"hidden.g_couple": "2 nS"}, "through a conductance of 2 nS"),
        ({"hidden.layers": 3}, "three hidden layers of 200 neurons each"),
        ({"hidden.layers": 3, "hidden.frozen": 2}, "hidden_0 and hidden_1 did not change"),
        ({"hidden.model": "alif"}, "Neurons of hidden followed the model `alif`"),
        ({"feedback.kind": "transport"}, "a control that is not local"),
        ({"feedback.error": "graded"}, "Errors were carried by graded currents."),
        ({"plasticity.schedule": "cosine"}, "They fell along half a cosine to 0.02"),
        ({"plasticity.homeostasis": "1 pA"}, "Further, `plasticity.homeostasis`: dw = -eta"),
        ({"training.continuous": True}, "nothing was put to rest in between"),
        ({"training.continuous": True}, "through synapses with a delay of 12 ms"),
        ({"hidden.excitatory": 0.8}, "in which excitation and inhibition cancel"),
        ({"output.teacher": "poisson"}, "for each output fired poisson spikes at 80 Hz times"),
        ({"training.epochs": 1}, "shown once in a random order"),
    ],
)
def test_options_are_said(changes, sentence):
    assert sentence in spikingfa.methods_section(spikingfa.load_model("digits_fa").but(changes))


def test_a_pattern_of_spikes_is_taught_by_its_spikes():
    text = spikingfa.methods_section("spike_pattern_fa")
    assert "fired the spikes that were wanted of it." in text
    assert "The input neurons fired at the times of a stimulus's events" in text
    assert "Tests measured van Rossum's distance between spike trains" in text


def test_latex_escapes_what_is_text():
    assert tex("a_b 5 % `c_d` $x_1$ & {}") == r"a\_b 5 \% \texttt{c\_d} $x_1$ \& \{\}"
    text = spikingfa.methods_section("digits_fa", "latex")
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") == 4
    assert text.count(r"\begin{align*}") == text.count(r"\end{align*}") > 8
    assert "<%" not in text
    assert "`" not in text


def test_the_command(tiny_run, tmp_path, capsys):
    assert main(["methods", str(tiny_run.folder)]) == 0
    assert capsys.readouterr().out.rstrip() == spikingfa.methods_section(tiny_run).rstrip()
    path = tmp_path / "methods.tex"
    settings = ["--set", "hidden.tau_m=15 ms"]
    assert main(["methods", "digits_fa", *settings, "-o", str(path)]) == 0
    assert r"\texttt{hidden.tau\_m} & 15 ms &" in path.read_text("utf-8")
    assert main(["methods", "digits_fa", "-o", str(tmp_path / "methods.doc")]) == 2
    assert capsys.readouterr().err == (
        "spikingfa: methods are markdown (.md) or latex (.tex), got 'methods.doc'\n"
    )
    with pytest.raises(ModelError, match="got 'word'"):
        spikingfa.methods_section("digits_fa", "word")
