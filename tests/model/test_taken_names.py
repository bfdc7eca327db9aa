"""Names that own equations cannot give: each is refused with its list, and is documented."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from brian2 import Equations
from brian2.core.functions import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS

import spikingfa
from spikingfa.base.errors import ModelError
from spikingfa.model.model import Model
from spikingfa.model.neurons.equations_check import names_taken
from spikingfa.model.neurons.neuron import OWN_KEYS
from spikingfa.model.user_equations.names import (
    OF_BRIAN2,
    OF_CPP,
    OF_PYTHON,
    OF_THE_C_LIBRARY,
    problem_of_name,
)
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.network.user_rule_checks import ENDS, RESERVED
from spikingfa.rules.feedback import RULES

OWN_RULE = spikingfa.load_model("digits_own_rule")
OWN_NEURONS = Model(hidden={"model": "equations"})
EXT = Path(__file__).parents[2] / "docs" / "_ext"


def refused(model, path, name) -> str:
    section, _, key = path.partition(".")
    record = model.plasticity if section == "plasticity" else model.hidden
    given = getattr(record, key) | {name: 0.5}
    with pytest.raises(ModelError) as error:
        blueprint(Topology(model.but({path: given}), Stimuli(4, 3, 1.0)))
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(scope="module")
def page() -> str:
    """The page of the documents, as it is made."""
    sys.path.insert(0, str(EXT))
    try:
        return importlib.import_module("taken_names").page()
    finally:
        sys.path.remove(str(EXT))


def named(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_names_of_the_synapse_are_listed_where_one_is_given(name):
    told = refused(OWN_RULE, "plasticity.parameters", name)
    assert f"plasticity.parameters: {name!r} is a name that the synapse needs itself" in told
    assert {*told.partition("taken are ")[2].split(", ")} == {
        *RESERVED,
        "names in _pre",
        "names in _post",
    }


@pytest.mark.parametrize("name", sorted(names_taken() - {*OWN_KEYS}))
def test_names_of_the_layer_are_listed_where_one_is_given(name):
    told = refused(OWN_NEURONS, "hidden.parameters", name)
    assert f"hidden.parameters: {name!r} is a name that the layer needs itself" in told
    assert {*told.partition("taken are ")[2].split(", ")} == {*names_taken(), "i_in"}


@pytest.mark.parametrize("name", OWN_KEYS)
def test_keys_of_the_layer_are_no_parameters(name):
    assert "has a key of its own" in refused(OWN_NEURONS, "hidden.parameters", name)


def test_variables_of_the_neurons_are_listed_where_one_is_given():
    told = refused(OWN_RULE, "plasticity.parameters", "tau_m")
    assert "'tau_m' is the name of a variable of hidden already; they are " in told
    assert {"v", "i_syn", "tau_m", "teaching"} <= {*told.partition("they are ")[2].split(", ")}


@pytest.mark.parametrize(
    "name", sorted({*OF_BRIAN2, *DEFAULT_FUNCTIONS, *DEFAULT_CONSTANTS, "xi_x"})
)
def test_brian2_refuses_its_own_names(name):
    if problem_of_name(name) is None:  # int is a word of C++ besides
        with pytest.raises(SyntaxError):
            Equations(f"{name} : 1")


def test_names_of_languages_are_refused():
    for name in {*OF_PYTHON, *OF_CPP, *OF_THE_C_LIBRARY, "M_PI", "x__y", "_x", "x" * 65}:
        assert problem_of_name(name)
    assert problem_of_name("x" * 64) is None


def test_the_documents_list_all_names(page):
    parts = dict(zip(*[iter(re.split(r"^## (.*)\n", page, flags=re.MULTILINE)[1:])] * 2))
    assert names_taken() | {*OWN_KEYS} == named(parts["In equations of neurons"])
    assert named(parts["In a rule of plasticity"]) >= RESERVED
    both = {*OF_BRIAN2, *OF_PYTHON, *OF_CPP, *OF_THE_C_LIBRARY, *DEFAULT_FUNCTIONS}
    assert both | {*DEFAULT_CONSTANTS} <= named(parts["In both"])
    assert "guide/neurons.md#your-own-equations" in page
    assert "## Your own equations" in (EXT.parent / "guide" / "neurons.md").read_text("utf-8")


@pytest.mark.parametrize("kind", sorted({*RULES} - {"scalar"}))  # with which no own rule goes
def test_no_name_of_a_synapse_is_left_to_the_rule(kind):
    """What a synapse with every option declares may not be given by the rule that stands in it."""
    changes = {"plasticity.w_max": "1 nA", "plasticity.weight_decay": 0.1, "hidden.dropout": 0.1}
    changes |= {"plasticity.update_noise": "1 pA", "plasticity.homeostasis": "1 pA"}
    changes |= {"hidden.excitatory": 0.8, "hidden.sparsity": 0.5, "hidden.delay": "2 ms"}
    changes |= {"hidden.i_noise": "1 pA", "feedback.kind": kind}
    network = blueprint(Topology(OWN_RULE.but(changes), Stimuli(3, 2, 1.0)))
    own = {*OWN_RULE.plasticity.parameters, "gate"}
    plastic = {"input_to_hidden", "hidden_to_output"}
    for projection in network.projections:
        if projection.name in plastic:
            declared = set(Equations(projection.equations).names) - own
            assert {name for name in declared if not name.endswith(ENDS)} <= RESERVED
