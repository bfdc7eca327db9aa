"""A user's own plasticity rule: what it may say, and that it does what it says."""

import gc
from dataclasses import replace

import brian2
import numpy as np
import pytest
from helpers.tiny_chunks import DT, STEPS, tiny_chunk

import spikingfa
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.describe import parameter_table
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint, check_rule
from spikingfa.network.describe import equations
from spikingfa.network.parameters import parameters
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology

SIZE = Stimuli(n_features=8, n_classes=3, mean_square_sum=2.0)

FILE = """
[plasticity]
rule = "equations"
change = "burst*i_apical_post*(1 - clip(abs(w)/w_soft, 0, 1))"
synapse = '''
    eligibility : Hz                         # of this synapse
    burst = clip(eligibility/Hz, 0, 1)*Hz : Hz
'''
step = '''
    eligibility += dt/tau_e*(x_pre*sensitivity_post - eligibility)   # not i_apical
'''
rest = "eligibility = 0*Hz"
sensitivity = "exp(-((v - v_thresh)/width)**2)"
output_sensitivity = "1"

[plasticity.parameters]
w_soft = "200 pA"
tau_e = "20 ms"
width = "10 mV"
"""

#: Of one that is carried out at presynaptic spikes.
GATED = {
    "plasticity.rule": "equations",
    "plasticity.change": "gain_of_it*teaching_post*clip((v_post - v_low)/width - 0*mV/width, 0, 1)",
    "plasticity.parameters": {"gain_of_it": 0.7, "v_low": "-65 mV", "width": "15 mV"},
}

EPROP = {
    "change": "eligibility*i_apical_post",
    "synapse": "eligibility : Hz",
    "step": "eligibility += (1 - exp(-dt/tau_eligibility))*(sensitivity_post*x_pre - eligibility)",
    "rest": "eligibility = 0*Hz",
    "sensitivity": "clip(1 - abs(v - v_thresh)/(v_thresh - v_rest), 0, 1)",
    "output_sensitivity": "1",
    "parameters": {"tau_eligibility": "10 ms"},
}


def own(**fields) -> Model:
    changes = {f"plasticity.{name}": value for name, value in fields.items()}
    return Model().but({"plasticity.rule": "equations"} | changes)


@pytest.fixture
def model(tmp_path) -> Model:
    (tmp_path / "own.toml").write_text(FILE)
    return spikingfa.load_model(tmp_path / "own.toml")


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("three_factor", {}),
        ("traced", {"change": "x_pre*teaching_post"}),
        ("eprop", EPROP),
    ],
    ids=["three_factor", "traced", "eprop"],
)
@pytest.mark.parametrize("options", [{}, {"hidden.dropout": 0.1, "plasticity.w_max": "1 nA"}])
def test_a_shipped_rule_by_its_texts_is_the_same_network(kind, fields, options):
    """So that it is compiled once for both, and learns the same, bit for bit."""
    shipped = Model().but({"plasticity.rule": kind} | options)
    assert blueprint(Topology(own(**fields).but(options), SIZE)) == blueprint(
        Topology(shipped, SIZE)
    )
    values = parameters(Topology(own(**fields).but(options), SIZE))
    assert values == parameters(Topology(shipped, SIZE))


def test_by_default_it_is_three_factor_bit_for_bit(tiny_model, tiny_run, tmp_path):
    model = tiny_model.but({"plasticity.rule": "equations"})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert set(run.arrays) == set(tiny_run.arrays)
    for name, array in tiny_run.arrays.items():
        np.testing.assert_array_equal(run.arrays[name], array)


def test_it_is_read_written_and_shown(model, tmp_path):
    spikingfa.write_model(model, tmp_path / "again.toml")
    assert spikingfa.load_model(tmp_path / "again.toml") == model
    assert "w_soft = 200 pA" in parameter_table(model)
    text = equations(model)
    assert "eligibility += dt/tau_e*(x_pre*sensitivity_post - eligibility)\n" in text
    assert "change = burst*i_apical_post*(1 - clip(abs(w)/w_soft, 0, 1)) : amp*Hz\n" in text
    assert "w = w - eta*(dt*(change + x_pre*(weight_decay*w)))" in text
    assert "#" not in blueprint(Topology(model, SIZE)).projection("input_to_hidden").equations


def test_parameters_are_passed_by_themselves(model):
    """In the synapses, or in the neurons whose sensitivity names them; nothing is compiled."""
    changes = {"plasticity.parameters.tau_e": "5 ms", "plasticity.parameters.width": "2 mV"}
    assert blueprint(Topology(model.but(changes), SIZE)) == blueprint(Topology(model, SIZE))
    values = parameters(Topology(model.but(changes), SIZE))
    for projection in ("input_to_hidden", "hidden_to_output"):
        assert values[f"{projection}.tau_e"] == pytest.approx(5e-3)
        assert f"{projection}.width" not in values
    for population in ("hidden", "output"):
        assert values[f"{population}.width"] == pytest.approx(2e-3)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    "change",
    [
        "clip(teaching_post, 0*amp, teaching_post)",
        "i_apical_post*int(v_post > 0*mV)",
        "teaching_post*exp(-0*w/pA) + 0*pA",
        "-teaching_post",
    ],
)
def test_what_sympy_would_simplify_away_does_no_harm(change):
    check_rule(own(change=change))


@pytest.mark.sampled(8)
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"change": "v_post"},
            "change: Expression 'v_post' does not have the expected unit amp (unit is V).",
        ),
        (
            {"change": "x_pre*v_post"},
            "change: Expression 'x_pre*v_post' does not have the expected unit amp * hertz"
            " (unit is m^2 kg s^-4 A^-1). As x_pre is named, w changes in every step.",
        ),
        (
            {"change": "teaching_pos"},
            "change: 'teaching_pos' is no variable of the synapses input_to_hidden and their"
            " neurons; did you mean 'teaching_post'?",
        ),
        (
            {"change": "teaching"},
            "change: 'teaching' is no variable of the synapses input_to_hidden and their"
            " neurons; did you mean 'teaching_post'?",
        ),
        (
            {"change": "w = 0*amp"},
            "change: needs an expression, got 'w = 0*amp': invalid syntax (<unknown>, line 1)",
        ),
        (
            {"change": "teaching_post*(1 - w/nA"},
            "change: needs an expression, got 'teaching_post*(1 - w/nA': '(' was never closed"
            " (<unknown>, line 1)",
        ),
        (
            {"change": "randn()*teaching_post"},
            "change: cannot draw random numbers by randn(): plasticity.update_noise does",
        ),
        ({"change": ""}, "change: String should have at least 1 character, got ''"),
        (
            {"change": "sensitivity_post*pA"},
            "output_sensitivity: is needed where change names sensitivity_post:"
            ' "1" lets every output neuron learn',
        ),
        (
            {"sensitivity": "v"},
            "sensitivity: Expression 'v' does not have the expected unit 1 (unit is V).",
        ),
        (
            {"sensitivity": "v_post/mV"},
            "sensitivity: 'v_post' is no variable of hidden; did you mean 'v_rest'?",
        ),
        ({"output_sensitivity": "teaching/pA"}, "output_sensitivity: 'teaching' is no variable of"),
        ({"synapse": "w : 1"}, "synapse: 'w' is a name that the synapse needs itself"),
        ({"synapse": "q_pre : 1"}, "synapse: 'q_pre' is a name that the synapse needs itself"),
        ({"synapse": "tau_m : 1", "rest": "tau_m = 0"}, "synapse: 'tau_m' is the name of a"),
        (
            {"synapse": "q : 1", "parameters": {"q": 1}},
            "synapse: 'q' is the name of a parameter already",
        ),
        ({"synapse": "q : 1 (shared)"}, "synapse: 'q' cannot be (shared) here"),
        (
            {"synapse": "dq/dt = -q/(10*ms) : 1"},
            "synapse: 'q' cannot have a differential equation here: how it changes is said by the"
            " statements in step",
        ),
        (
            {"synapse": "q = x_pre : volt"},
            "synapse: Expression 'x_pre' does not have the expected unit volt (unit is Hz).",
        ),
        ({"synapse": "q : 1"}, "rest: must set q, as every trial begins at rest"),
        ({"synapse": "q : 1", "rest": "q"}, "rest: needs statements such as x = 0*Hz, got 'q'"),
        (
            {"synapse": "q : 1", "rest": "q = 0*mV"},
            'rest: The right-hand-side of code statement "q = 0*mV" does not have the expected'
            " unit 1 (unit is V).",
        ),
        ({"step": "w += 1*pA"}, "step: sets 'w', which is no variable declared in synapse"),
        (
            {"synapse": "q : 1", "rest": "q = 0", "step": "q += v_post"},
            "step: Expression 'q + v_post' uses inconsistent units",
        ),
        (
            {
                **{"synapse": "q : Hz", "rest": "q = 0*Hz", "change": "q*i_apical_post"},
                "step": "q = q + clip(x_pre, 0*Hz, x_pre)",
            },
            "step: Unknown identifier Hz: Brian2 left it out as it is zero;"
            ' "x += y" may do in place of "x = x + y"',
        ),
        (
            {"parameters": {"w_max": "1 nA"}},
            "parameters: 'w_max' is a name that the synapse needs itself",
        ),
        (
            {"parameters": {"tau_m": "1 ms"}},
            "parameters: 'tau_m' is the name of a variable of hidden already",
        ),
        ({"parameters": {"a b": 1}}, "parameters: 'a b' cannot be the name of a parameter"),
        (
            {"parameters": {"tau": {"dist": "normal", "mean": "1 ms", "sd": "0 ms"}}},
            "parameters: tau is one for all synapses, and cannot be a distribution",
        ),
        ({"parameters": {"exp": 1}}, "parameters: 'exp' is the name of a function"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_of_the_field(fields, told, capfd):
    with pytest.raises(spikingfa.ModelError) as caught:
        check_rule(own(**fields))
    assert str(caught.value).startswith(f"plasticity.{told}")
    assert "\n" not in str(caught.value)
    gc.collect()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "name", ["v_pre", "u_post", "x_post", "w_output", "i", "j", "N", "lastupdate"]
)
def test_what_is_not_of_the_synapse_and_its_two_neurons_is_refused(name):
    with pytest.raises(spikingfa.ModelError, match=f"plasticity.change: '{name}' is no variable"):
        check_rule(own(change=f"teaching_post + 0*{name}*teaching_post"))


COMMENTS = ["teaching_post # comment", "teaching_post : amp #"]
EVIL = [
    *COMMENTS,
    "system(0)*amp",
    "system('ls')*teaching_post",
    'teaching_post*"); system("ls"); ("',
    "teaching_post; system(0)",
    "teaching_post\nsystem(0)",
    "teaching_post // system(0)",
    "teaching_post /* x */",
    "teaching_post # \\\n + system(0)",
    "#include <cstdlib>",
    "\n#include <cstdlib>\n",
    "teaching_post : amp\nq : 1",
    "__import__('os').system('ls')*amp",
    "(lambda: teaching_post)()",
    "teaching_post if w > 0*amp else w",
    "(w := teaching_post)",
    "teaching_post[0]",
    "{teaching_post}",
    "teaching_post*1e999",
    "teaching_post*2j",
]


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("field", ["change", "sensitivity", "output_sensitivity"])
def test_no_expression_smuggles_code(field, text):
    with pytest.raises(spikingfa.ModelError, match=rf"^plasticity\.{field}: ") as caught:
        check_rule(own(**{field: text}))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize(
    ("field", "form"), [("synapse", "q = {} : amp"), ("step", "q = {}"), ("rest", "q = {}")]
)
def test_no_statement_smuggles_code(field, form, text):
    if text in COMMENTS:
        pytest.skip("a comment may stand here")
    fields = {"synapse": "q : amp", "rest": "q = 0*amp"} | {field: form.format(text)}
    with pytest.raises(spikingfa.ModelError, match=r"^plasticity\.") as caught:
        check_rule(own(**fields))
    assert "\n" not in str(caught.value)


def test_comments_do_not_reach_the_compiler():
    model = own(synapse="q : amp # x", rest="q = 0*amp # y", step="# z\nq = teaching_post # y")
    for projection in blueprint(Topology(model, SIZE)).projections:
        assert "#" not in "".join(projection.statements)


@pytest.mark.parametrize("end", ["\r", "\v", "\f", "\x1e", "\x85", "\u2028"])
def test_whatever_ends_a_line_ends_a_comment(end):
    with pytest.raises(spikingfa.ModelError, match=r"^plasticity\.step: needs statements"):
        own(synapse="q : 1", rest="q = 0", step=f'q = 0 # a comment{end}system("ls");')
    with pytest.raises(spikingfa.ModelError, match=r"hidden\.reset: "):
        Model().but({"hidden.model": "equations", "hidden.reset": f"v = v_rest #{end}system(0)"})


def test_a_backslash_hides_no_line():
    with pytest.raises(spikingfa.ModelError, match=r"hidden\.reset: no backslash can stand in"):
        Model().but({"hidden.model": "equations", "hidden.reset": "v = v_rest # \\"})


@pytest.mark.parametrize("field", ["change", "sensitivity", "synapse", "step", "rest"])
def test_texts_of_another_rule_are_refused(field):
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but({f"plasticity.{field}": "2*teaching_post"})
    assert str(caught.value) == (
        f'plasticity.{field}: needs plasticity.rule = "equations", got "three_factor"'
    )
    with pytest.raises(spikingfa.ModelError, match=r'parameters: needs .* got "eprop"'):
        Model().but({"plasticity.rule": "eprop", "plasticity.parameters.k": 1})


def test_what_passes_over_the_teaching_of_a_feedback_rule_is_refused():
    feedback = {"hidden.i_noise": "10 pA", "feedback.kind": "scalar"}
    with pytest.raises(spikingfa.ModelError, match="learns from the apical current itself"):
        own(change="i_apical_post").but(feedback)
    own(change="2*teaching_post").but(feedback)


def test_neurons_without_what_it_names_are_told():
    changes = {"plasticity.change": "i_apical_post*int(i_adapt_post > 0*amp)"}
    told = "'i_adapt_post' is no variable of the synapses "
    with pytest.raises(spikingfa.ModelError, match=f"{told}input_to_hidden"):
        check_rule(own().but(changes))
    with pytest.raises(spikingfa.ModelError, match=f"{told}hidden_to_output"):
        check_rule(own().but(changes | {"hidden.model": "adex"}))
    check_rule(own().but(changes | {"hidden.model": "adex", "output.model": "adex"}))


def test_it_changes_weights_by_its_formula(monkeypatch):
    """From the presynaptic spikes, and the potential and teaching current of each neuron."""
    monkeypatch.setitem(brian2.prefs, "codegen.target", "numpy")
    network, chunk = tiny_chunk(Model().but(GATED | {"hidden.size": 4}))
    engine = RuntimeEngine(network)
    engine.prepare(chunk)
    seen = {}
    for post in ("hidden", "output"):
        group = engine.parts.groups[post]
        seen[post] = brian2.StateMonitor(
            group, ("v", "teaching"), record=True, when="before_synapses"
        )
        engine.parts.network.add(seen[post])
    engine.parts.network.run(2 * STEPS * DT * brian2.second, namespace={})
    for pre, post in (("input", "hidden"), ("hidden", "output")):
        t, i = engine._spikes(pre)
        name = f"{pre}_to_{post}"
        w, eta = chunk.arrays[f"{name}.w"].copy(), chunk.parameters[f"{name}.eta"]
        v, teaching = seen[post].v_.T, seen[post].teaching_.T
        for k, neuron in zip(np.round(t / DT).astype(int), i):
            w[neuron] -= eta * 0.7 * teaching[k] * np.clip((v[k] + 65e-3) / 15e-3, 0, 1)
        np.testing.assert_allclose(engine._get(f"{name}.w"), w.ravel(), rtol=1e-9)
        assert np.abs(w - chunk.arrays[f"{name}.w"]).max() > 1e-13


@pytest.mark.slow
@pytest.mark.parametrize("gated", [True, False])
def test_runtime_and_compiled_network_agree_bit_for_bit(gated, model, tmp_path, monkeypatch):
    monkeypatch.setitem(brian2.prefs, "codegen.target", "numpy")
    model = Model().but(GATED) if gated else model
    changes = {"hidden.excitatory": 0.5, "hidden.sparsity": 0.25, "hidden.size": 4}
    network, chunk = tiny_chunk(model.but(changes | {"hidden.recurrent": "plastic"}))
    compiled, runtime = StandaloneEngine(network, tmp_path).run(chunk), RuntimeEngine(network)
    stepped = runtime.run(chunk)
    for name, array in compiled.state.items():
        np.testing.assert_array_equal(stepped.state[name], array, err_msg=name)
    plain = StandaloneEngine(replace(network, vectorised=False), tmp_path).run(chunk)
    for name, array in compiled.state.items():
        np.testing.assert_array_equal(plain.state[name], array, err_msg=name)


@pytest.mark.slow
def test_an_own_rule_learns_digits(tmp_path):
    run = spikingfa.train(
        spikingfa.load_model("digits_own_rule"), out=tmp_path / "run", progress=False
    )
    assert run.metrics["test_error"] < 0.05
    assert run.metrics["angle_deg"] < 65
