"""A user's own equations: checked by Brian2, with its own reason, before anything is compiled."""

import gc

import brian2
import pytest
from brian2.devices.device import reset_device

import spikingfa
from spikingfa.model.describe import parameter_table
from spikingfa.model.model import Model
from spikingfa.model.neurons import NEURONS
from spikingfa.model.neurons.equations_check import AROUND, RESERVED, names_of_rules
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY

SIZE = Stimuli(n_features=8, n_classes=3, mean_square_sum=2.0)
OWN = Model().but({"hidden.model": "equations"})
LIF = "dv/dt = (v_rest - v + r_m*i_in) / tau_m : volt"

FILE = """
[hidden]
model = "equations"
equations = '''
    dv/dt = (v_rest - v + resistance*input) / tau : volt
    du/dt = -u / tau                              : 1     # counts spikes
'''
current = "input"
threshold = "v > -50*mV and u < u_max"
reset = '''
    v = v_rest
    u += 1
'''
onset = "v = v_rest; u = 0"
sensitivity = "exp(-(drive - 1)**2)"

[hidden.parameters]
v_rest = "-65 mV"
tau = { dist = "normal", mean = "20 ms", sd = "2 ms" }
resistance = "0.1 Gohm"
u_max = 20
slope = "3 mV/ms"
"""


@pytest.fixture
def model(tmp_path):
    (tmp_path / "own.toml").write_text(FILE)
    return spikingfa.load_model(tmp_path / "own.toml")


def test_they_are_read_and_written(model, tmp_path):
    spikingfa.write_model(model, tmp_path / "again.toml")
    assert spikingfa.load_model(tmp_path / "again.toml") == model
    assert model.hidden[0].equations.splitlines()[1].startswith("du/dt = -u / tau")


def test_they_are_shown(model):
    table = parameter_table(model)
    assert "resistance = 0.1 Gohm" in table
    assert "tau = dist = normal, mean = 20 ms, sd = 2 ms" in table
    text = blueprint(Topology(model, SIZE)).population("hidden").equations
    assert "dv/dt = (v_rest - v + resistance*input) / tau : volt" in text
    assert "input = i_syn + i_bias : amp" in text


def test_parameters_are_passed_by_themselves(model):
    """A number that changes is no other network, a distribution in its place is."""
    changed = model.but({"hidden.parameters.v_rest": "-70 mV", "hidden.parameters.u_max": 5})
    assert changed.hidden[0].parameters["u_max"] == 5
    assert blueprint(Topology(changed, SIZE)) == blueprint(Topology(model, SIZE))
    single = model.but({"hidden.parameters.tau": "20 ms"})
    assert blueprint(Topology(single, SIZE)) != blueprint(Topology(model, SIZE))


@pytest.mark.sampled(9)
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"equations": "dv/dt = (v_rest - v + r_m*i_in + i_in) / tau_m : volt"},
            "hidden.equations: Expression '(v_rest - v) + (r_m * i_in) + i_in' uses inconsistent"
            " units ('(v_rest - v) + (r_m * i_in)' has unit V; 'i_in' has unit A).",
        ),
        (
            {"equations": "dv/dt = (v_rest - v + r_m*i_in) / tau : volt"},
            'hidden.equations: The identifier "tau" could not be resolved.',
        ),
        (
            {"equations": "dv/dt = (v_rest - v + r_m*i_in / tau_m : volt"},
            "hidden.equations: needs an expression, got '(v_rest - v + r_m*i_in / tau_m': '(' was"
            " never closed (<unknown>, line 1)",
        ),
        (
            {"equations": "dv/dt = (v_rest - v) / tau_m : volt"},
            "hidden.equations: nothing depends on 'i_in', the current that flows in",
        ),
        (
            {"equations": f"{LIF}\nw : 1"},
            "hidden.equations: 'w' is a name that the layer needs itself",
        ),
        (
            {"equations": f"{LIF}\ntau_m : second"},
            "hidden.equations: 'tau_m' is the name of the parameter already",
        ),
        (
            {"equations": f"{LIF}\ni_in : amp"},
            "hidden.equations: 'i_in' is the name of the current already",
        ),
        ({"equations": f"{LIF}\ny : 1 (linked)"}, "hidden.equations: 'y' cannot be (linked) here"),
        (
            {"equations": f"{LIF} {{evil}}"},
            "hidden.equations: Expected end of text, found '{' (at char 47), (line:1, col:48)",
        ),
        ({"current": "w"}, "hidden.current: 'w' is a name that the layer needs itself"),
        (
            {"parameters.w": "1 pA"},
            "hidden.parameters: 'w' is a name that the layer needs itself",
        ),
        (
            {"parameters.i_bias": "1 pA"},
            "hidden.parameters: 'i_bias' has a key of its own, outside of parameters",
        ),
        ({"parameters.1x": 1}, "hidden.parameters: '1x' cannot be the name of a parameter"),
        (
            {"parameters.tau": "20 xs"},
            'hidden.parameters: tau needs a quantity with its unit, such as "20 ms",'
            " got '20 xs': there is no unit 'xs', did you mean 'ms'?",
        ),
        (
            {"parameters.tau": True},
            'hidden.parameters: tau needs a number or a quantity such as "20 ms", got True',
        ),
        ({"threshold": "u > 1"}, 'hidden.threshold: The identifier "u" could not be resolved.'),
        (
            {"threshold": "v"},
            "hidden.threshold: Threshold condition '(v)' is not a boolean expression",
        ),
        ({"threshold": ""}, "hidden.threshold: String should have at least 1 character, got ''"),
        (
            {"reset": "v = 1"},
            'hidden.reset: The right-hand-side of code statement "v = 1" does not have the'
            " expected unit m^2 kg s^-3 A^-1 (unit is 1).",
        ),
        (
            {"refractory": "2"},
            "hidden.refractory: Refractory expression is dimensionless but not a boolean value."
            " It needs to either evaluate to a timespan or to a boolean value.",
        ),
        (
            {"onset": "v = 3*ms"},
            'hidden.onset: The right-hand-side of code statement "v = 3*ms" does not have the'
            " expected unit m^2 kg s^-3 A^-1 (unit is s).",
        ),
        ({"drive": "1 : 1\nx : 1"}, "hidden.drive: needs an expression, got '1 : 1 x : 1': "),
        (
            {"sensitivity": "exp(-drive"},
            "hidden.sensitivity: needs an expression, got 'exp(-drive'",
        ),
        (
            {
                "g_couple": "1 nS",
                "equations": "du/dt = (r_m*i_in/mV - u) / tau_m : 1",
                "threshold": "u > 1",
                "reset": "u = 0",
                "onset": "u = 0",
            },
            "hidden.g_couple: needs v and v_rest in the equations: The identifier"
            ' "v" could not be resolved.',
        ),
    ],
    ids=str,
)
def test_what_is_wrong_is_told_of_the_field(changes, told, capfd):
    with pytest.raises(spikingfa.ModelError) as caught:
        OWN.but({f"hidden.{key}": value for key, value in changes.items()})
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_of_several_layers_the_wrong_one_is_told():
    model = OWN.model_copy(update={"hidden": OWN.hidden * 2})
    with pytest.raises(spikingfa.ModelError, match=r"^hidden\.1\.threshold: "):
        model.but({"hidden.1.threshold": "u > 1"})


def test_the_session_keeps_its_device():
    brian2.set_device("cpp_standalone", build_on_run=False)
    try:
        OWN.but({"hidden.reset": "v = v_reset - 1*mV"})
        assert brian2.get_device() is brian2.all_devices["cpp_standalone"]
    finally:
        reset_device()


def names(text):
    return set(brian2.Equations(text))


@pytest.mark.sampled(10)
@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("rule", PLASTICITY)
@pytest.mark.parametrize("graded", [False, True])
def test_no_name_of_a_network_is_left_to_the_equations(rule, kind, graded):
    """What surrounds the soma, and the synapses onto it, may declare nothing that is not taken."""
    changes = {"hidden.model": "equations", "output.model": "equations", "hidden.dropout": 0.1}
    changes |= {"hidden.i_noise": "1 pA", "output.i_noise": "1 pA", "hidden.g_couple": "1 nS"}
    changes |= {"plasticity.w_max": "1 nA", "plasticity.rule": rule}
    changes |= {"feedback.kind": kind}
    changes |= {"feedback.error": "graded" if graded else "spiking"}
    changes |= {"output.readout_latency": "10 ms", "output.inhibition": "1 pA"}
    changes |= {"plasticity.homeostasis": "1 pA", "hidden.excitatory": 0.8, "hidden.sparsity": 0.5}
    changes |= {"plasticity.intrinsic": "1 pA", "hidden.layers": 2, "feedback.tau_relay": "2 ms"}
    changes |= {"feedback.error_rms": 0.1}
    if "teaching_post" in PLASTICITY[rule].change and kind != "scalar":
        changes |= {"plasticity.teaching_rms": "1 pA"}
    if kind == "scalar" and "teaching_post" not in PLASTICITY[rule].change:
        pytest.skip("the two do not go together")
    model = Model().but(changes)
    network = blueprint(Topology(model, SIZE))
    own = {"v", "i_in", *model.hidden[0].parameters}
    of_rule = names_of_rules()
    for name in ("hidden_0", "hidden_1", "output"):
        assert names(network.population(name).equations) - own - of_rule <= RESERVED
    for projection in network.projections:
        if projection.post in ("hidden_0", "hidden_1", "output"):
            synaptic = names(projection.equations) if projection.equations else set()
            assert {key.removesuffix("_post") for key in synaptic} <= RESERVED | of_rule
    assert names(AROUND) <= RESERVED


@pytest.mark.parametrize("name", NEURONS)
def test_shipped_neuron_models_keep_to_the_same_rule(name):
    """No parameter of a neuron model has the name of a synaptic variable."""
    synaptic = {"w", "eta", "weight_decay", "w_max", "gain", "b", "scale", "decay", "delay"}
    assert not synaptic & set(NEURONS[name].parameter_names)
