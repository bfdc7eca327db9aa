"""Every rule is local: a synapse reads itself and its two neurons, and a neuron reads itself.

The statements are read from the blueprint, and again from the C++ that comes of it.
"""

import itertools
import json
import re

import pytest

from spikingfa.engine.compiled.cache import compiled
from spikingfa.model.model import Model
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import RULES, FeedbackRule
from spikingfa.rules.plasticity import PLASTICITY, rule_of

STIMULI = Stimuli(n_features=20, n_classes=3, mean_square_sum=5.0)
FUNCTIONS = {"clip", "exp", "sqrt", "abs", "int", "randn", "rand", "rand8"}
UNITS = {"amp", "pA", "coulomb", "volt", "mV", "second", "ms", "Hz"}
CONSTANTS = {"t", "dt", "and", "not", "or", "True"} | FUNCTIONS | UNITS
OF_EACH_SYNAPSE = {"delay"}  # by which it is known whether a spike is of this trial
OF_EACH_NEURON = {"i", "lastspike", "not_refractory"}
OF_EACH_NEURON |= {"stimulus", "target"}  # of these two stimuli are made

#: What may be combined with any rule.
OPTIONS = {
    "plain": {},
    "bounded": {"plasticity.w_max": "500 pA"},
    "Dale": {"input.excitatory": 0.5, "hidden.excitatory": 0.8},
    "sparse": {"hidden.sparsity": 0.5, "output.sparsity": 0.2},
    "noise": {"plasticity.update_noise": "10 pA"},
    "homeostasis": {"plasticity.homeostasis": "2 pA"},
    "recurrent": {"hidden.recurrent": "plastic"},
    "fixed": {"hidden.recurrent": "fixed", "output.inhibition": "20 pA"},
    "dropout": {"hidden.dropout": 0.2, "hidden.i_noise": "10 pA"},
    "skip": {"hidden.layers": 2, "hidden.skip": ["input"]},
    "deep": {
        **{"hidden.layers": 3, "feedback.kind": "layerwise", "feedback.opponent": True},
        **{"feedback.tau_relay": "2 ms", "feedback.error_rms": 0.1},
        "plasticity.intrinsic": "2 pA",
    },
}
OPTIONS["all"] = {k: v for changes in OPTIONS.values() for k, v in changes.items()}
OPTIONS["all"]["hidden.recurrent"] = "plastic"
OPTIONS["graded"] = {"feedback.error": "graded"}
NOISY = {"hidden.layers": 2, "hidden.i_noise": "10 pA"}
OPTIONS |= {kind: {"feedback.kind": kind} | NOISY for kind in RULES}

#: Every rule, and one whose texts stand in the model.
SETTINGS = {rule: {"plasticity.rule": rule} for rule in PLASTICITY}
SETTINGS["own"] = {
    "plasticity.rule": "equations",
    "plasticity.change": "gate*eligibility*teaching_post",
    "plasticity.synapse": "eligibility : Hz\ngate = clip((v_post - v_low)/(9*mV), 0, 1) : 1",
    "plasticity.step": "eligibility += dt/tau_e*(x_pre*exp(-abs(w)/w_step_post) - eligibility)",
    "plasticity.rest": "eligibility = 0*Hz",
    "plasticity.sensitivity": "exp(-abs(i_syn)/w_step)",
    "plasticity.parameters": {"tau_e": "20 ms", "v_low": "-60 mV", "w_step": "200 pA"},
}


def fits(rule: str, kind: str) -> bool:
    """Whether the rule learns from what the feedback rule teaches."""
    default = RULES[kind].teaching == FeedbackRule.teaching
    return default or rule_of(Model().but(SETTINGS[rule]).plasticity).reads("teaching_post")


BOTH = [
    (rule, option)
    for rule, option in itertools.product(SETTINGS, OPTIONS)
    if fits(rule, OPTIONS[option].get("feedback.kind", "direct"))
]
# Brian2 judges the texts of an own rule, a second each: by default of one network
OWN = [pair for pair in BOTH if pair[0] == "own"]
OTHERS = [pytest.param(*pair, marks=pytest.mark.long) for pair in OWN if pair[1] != "all"]
BOTH = [("own", "all"), *(pair for pair in BOTH if pair not in OWN), *OTHERS]


def names(text: str) -> set[str]:
    """Identifiers in code, without comments and numbers."""
    return set(re.findall(r"(?<![\w.])[A-Za-z_]\w*", re.sub(r"#.*", "", text)))


def declared(equations: str) -> set[str]:
    """Variables and parameters that equations declare."""
    found = re.findall(r"^\s*(?:d(\w+)/dt|(\w+))\s*[=:]", equations, flags=re.MULTILINE)
    return {a or b for a, b in found}


def read_by_equations(equations: str) -> set[str]:
    """Names on the right of all equations."""
    lines = [line.rsplit(":", 1)[0] for line in equations.splitlines() if "=" in line]
    return set().union(*(names(line.split("=", 1)[1]) for line in lines), set())


def read_by_synapse(network, projection) -> tuple[set[str], set[str], set[str]]:
    """Names that a projection's texts read: of the synapse, of its pre- and postsynaptic neuron."""
    texts = projection.statements[1:]
    read = set().union(*map(names, texts)) | read_by_equations(projection.equations)
    pre = {name for name in read if name.endswith("_pre")}
    post = {name for name in read if name.endswith("_post")}
    own = read - pre - post - CONSTANTS
    return own, {n.removesuffix("_pre") for n in pre}, {n.removesuffix("_post") for n in post}


def network_of(rule: str, option: str):
    return blueprint(Topology(Model().but(SETTINGS[rule] | OPTIONS[option]), STIMULI))


@pytest.mark.sampled(8)
@pytest.mark.parametrize(("rule", "option"), BOTH)
def test_a_synapse_names_itself_and_its_two_neurons(rule, option):
    network = network_of(rule, option)
    for projection in network.projections:
        own, pre, post = read_by_synapse(network, projection)
        assert own <= declared(projection.equations) | OF_EACH_SYNAPSE, projection.name
        pre -= {"N"}  # how many neurons there are, of whose mean a pool neuron learns
        assert pre <= declared(network.population(projection.pre).equations), projection.name
        assert post <= declared(network.population(projection.post).equations), projection.name
        if "w" in declared(projection.equations):
            assert "(summed)" not in projection.equations


@pytest.mark.sampled(8)
@pytest.mark.parametrize(("rule", "option"), BOTH)
def test_a_neuron_reads_itself(rule, option):
    for population in network_of(rule, option).populations:
        own = declared(population.equations) | CONSTANTS | OF_EACH_NEURON
        statements = (population.threshold, population.reset, population.refractory)
        read = set().union(*map(names, (*statements, population.rest, population.onset)))
        assert read | read_by_equations(population.equations) <= own, population.name


@pytest.mark.sampled(4)
@pytest.mark.parametrize(("rule", "option"), BOTH)
def test_no_feedback_synapse_reads_a_forward_weight(rule, option):
    for projection in network_of(rule, option).projections:
        if projection.pre.startswith("error"):
            assert "w" not in set().union(*map(names, projection.statements))
            assert projection.continuous == projection.rest == ""


def test_what_is_not_local_would_be_found():
    network = network_of("three_factor", "plain")
    projection = network.projections[0]
    for text in ("w = w - eta*w_output", "w = w - i_apical", "w = w*heard_post"):
        other = type(projection)(**vars(projection) | {"on_pre": text})
        own, _, post = read_by_synapse(network, other)
        assert own - declared(other.equations) or post - declared(
            network.population("hidden").equations
        )


@pytest.mark.slow
@pytest.mark.parametrize("rule", SETTINGS)
def test_the_compiled_synapse_reads_arrays_of_itself_and_its_two_neurons(rule):
    """Also of the time step, and of the random generator."""
    network = network_of(rule, "all")
    folder = compiled(network).folder
    owners = {}
    for name in json.loads((folder / "manifest.json").read_text()):
        group, variable = name.rsplit(".", 1)
        owners[f"_array_{group}_{variable}"] = group
    n_read = 0
    for projection in network.projections:
        allowed = {projection.name, projection.pre, projection.post, "step"}
        allowed |= {f"{projection.name}_pre"}  # its delay
        for kind in ("pre", "continuous"):
            path = folder / "code_objects" / f"{projection.name}_{kind}_codeobject.cpp"
            if not path.exists():
                assert not (projection.continuous if kind == "continuous" else projection.on_pre)
                continue
            code = path.read_text()
            arrays = set(re.findall(r"\b(?:_ptr)?(?:_dynamic)?(_array_\w+)", code))
            arrays = {re.sub(r"^_array__", "_array_", a) for a in arrays if not _is_size(a)}
            arrays -= {"_array_run_seed", "_array_run_steps_per_trial"}  # of random numbers
            assert {owners[a] for a in arrays if "spikespace" not in a} <= allowed, path.name
            n_read += len(arrays)
    assert n_read > 20


def _is_size(name: str) -> bool:
    return name.startswith("_array_num")
