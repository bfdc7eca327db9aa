"""Every plasticity rule keeps the contract, whichever there are, and does what its formula says."""

import csv
from pathlib import Path

import brian2
import numpy as np
import pytest
from helpers.tiny_chunks import DT, STEPS, tiny_chunk

import spikingfa
from spikingfa.cli.main import main
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.layers import HIDDEN
from spikingfa.model.model import Model
from spikingfa.network.pathways import Stimuli
from spikingfa.network.plasticity import learning
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY, PlasticityRule
from spikingfa.rules.terms import TERMS, PlasticityTerm
from spikingfa.rules.terms.depth import DEPTH
from spikingfa.rules.terms.lateral import LATERAL

PATH = "plasticity.rule"
PARTS = [*PLASTICITY.values(), *TERMS.values(), *LATERAL.values(), *DEPTH.values()]


@pytest.mark.parametrize("part", PARTS)
def test_the_contract_of_every_part(part, capsys):
    """A formula, units, a reference; listed by the command; small."""
    assert main(["show", "--rules"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    document = " ".join(part.__doc__.split())
    assert document in listed
    assert " ".join(part.reference.split()) in listed
    assert "=" in document
    assert any(char.isdigit() for char in part.reference)
    for kind in part.kind.split(", "):
        assert kind in listed


@pytest.mark.parametrize("rule", PLASTICITY.values(), ids=PLASTICITY)
def test_the_contract_of_rules(rule):
    assert isinstance(rule, PlasticityRule)
    assert PLASTICITY[rule.kind] is rule
    assert learning(rule, tuple(TERMS.values())).startswith("w = ")
    section = Model().plasticity
    for name in (*rule.parameters, *(rule.trace.parameters if rule.trace else ())):
        assert float(getattr(section, name)) > 0


@pytest.mark.parametrize("term", TERMS.values(), ids=TERMS)
def test_the_contract_of_terms(term):
    """Switched off by default, but for the decay; what switches it on is a field of the model."""
    assert isinstance(term, PlasticityTerm)
    model = Model()
    paths = Topology(model, Stimuli(3, 2, 1.0)).pathways
    used = [term.used(path, model.plasticity) for path in paths]
    assert used == [term.kind == "plasticity.weight_decay"] * len(paths)
    for path in term.kind.split(", "):
        section, field = path.split(".")
        tables = model.model_dump()
        assert field in tables[section]


def test_all_rules_are_listed_once(capsys):
    assert main(["show", "--rules"]) == 0
    titles = [line for line in capsys.readouterr().out.splitlines() if line[:1].strip()]
    assert len(titles) == len(RULES) + len(PARTS)


def test_a_rule_refuses_neurons_without_what_it_needs():
    class Phase(HIDDEN["lif"]):
        def soma(self):
            soma = super().soma()
            return type(soma)(**vars(soma) | {"equations": soma.equations.replace("dv/", "dp/")})

    model = Model().model_copy(update={"hidden": (Phase(),)})
    fields = model.model_dump() | {"hidden": (Phase(),), "plasticity": {"rule": "eprop"}}
    with pytest.raises(ValueError, match="needs neurons") as caught:
        Model.model_validate({**fields, "hidden": [Phase()]})
    assert (
        'plasticity.rule = "eprop" needs neurons with v, v_rest, v_thresh;'
        ' hidden.model = "lif" has no v' in str(caught.value)
    )


def test_a_rule_that_passes_over_what_teaches_is_refused():
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but({"hidden.i_noise": "10 pA", "feedback.kind": "scalar", PATH: "eprop"})
    assert str(caught.value) == (
        'plasticity.rule = "eprop" learns from the apical current itself and does not go with'
        ' feedback.kind = "scalar"'
    )
    Model().but({"hidden.i_noise": "10 pA", "feedback.kind": "scalar", PATH: "traced"})


def observed(engine: RuntimeEngine, duration: float) -> dict[str, np.ndarray]:
    """Variables of the postsynaptic neurons at the end of every step, shape (n_steps, n)."""
    names = ("v", "i_apical", "teaching")
    monitors = {
        post: brian2.StateMonitor(engine.parts.groups[post], names, record=True, when="end")
        for post in ("hidden", "output")
    }
    for monitor in monitors.values():
        engine.parts.network.add(monitor)
    engine.parts.network.run(duration * brian2.second, namespace={})
    return {f"{p}.{n}": np.array(getattr(m, f"{n}_")).T for p, m in monitors.items() for n in names}


def trace_of(spikes: np.ndarray, rule: str) -> np.ndarray:
    """Presynaptic trace at each step, before the spikes of that step, from the formula."""
    tau, tau_rise = 10e-3, 5e-3
    x, rise = np.zeros(spikes.shape[1]), np.zeros(spikes.shape[1])
    found = []
    for k, fired in enumerate(spikes):
        if k % STEPS == 0:
            x, rise = np.zeros_like(x), np.zeros_like(x)
        if rule == "superspike":
            x = rise + (x - rise) * np.exp(-DT / tau)
            rise = rise * np.exp(-DT / tau_rise)
        else:
            x = x * np.exp(-DT / tau)
        found.append(x)
        if rule == "superspike":
            rise = rise + fired / tau_rise
        else:
            x = x + fired / tau
    return np.array(found)


def sensitivity_of(v: np.ndarray, rule: str, post: str) -> np.ndarray:
    distance = np.abs(v + 50e-3) / 15e-3
    if rule == "superspike":
        return 1 / (1 + distance) ** 2
    return np.ones_like(v) if post == "output" else np.maximum(1 - distance, 0)


@pytest.mark.parametrize("rule", [kind for kind, rule in PLASTICITY.items() if rule.trace])
def test_continuous_rules_follow_their_formula(rule, numpy_target):
    """The weights after two trials, from the spikes, potentials and apical currents alone."""
    changes = {"plasticity.rule": rule, "plasticity.weight_decay": 0.3, "hidden.size": 4}
    network, chunk = tiny_chunk(Model().but(changes))
    engine = RuntimeEngine(network)
    engine.prepare(chunk)
    pairs = [("input", "hidden"), ("hidden", "output")]
    seen = observed(engine, 2 * STEPS * DT)
    for pre, post in pairs:
        t, i = engine._spikes(pre)
        spikes = np.zeros((2 * STEPS, len(engine.parts.groups[pre])))
        spikes[np.round(t / DT).astype(int), i] = 1
        assert spikes.sum() > 10
        x, w = trace_of(spikes, rule), chunk.arrays[f"{pre}_to_{post}.w"].copy()
        eta = chunk.parameters[f"{pre}_to_{post}.eta"]
        e = np.zeros_like(w)
        for k in range(2 * STEPS):
            e = np.zeros_like(w) if k % STEPS == 0 else e
            # subexpressions are computed at the beginning of a step, from what the last one left
            v = seen[f"{post}.v"][k - 1] if k else np.full(w.shape[1], -65e-3)
            gate = np.outer(x[k], sensitivity_of(v, rule, post))
            e = e + (1 - np.exp(-DT / 10e-3)) * (gate - e)
            if rule == "traced":
                change = np.outer(x[k], seen[f"{post}.teaching"][k])
            else:
                change = e * seen[f"{post}.i_apical"][k]
            w = w - eta * DT * (change + x[k][:, None] * 0.3 * w)
        np.testing.assert_allclose(engine._get(f"{pre}_to_{post}.w"), w.ravel(), rtol=1e-9)
        assert np.abs(w - chunk.arrays[f"{pre}_to_{post}.w"]).max() > 1e-13


@pytest.mark.slow
@pytest.mark.parametrize("rule", PLASTICITY)
def test_runtime_and_compiled_network_agree_bit_for_bit(rule, tmp_path, numpy_target):
    changes = {"plasticity.rule": rule, "hidden.excitatory": 0.5, "hidden.sparsity": 0.25}
    changes |= {"hidden.size": 4, "hidden.recurrent": "plastic", "output.inhibition": "20 pA"}
    network, chunk = tiny_chunk(Model().but(changes))
    compiled, runtime = StandaloneEngine(network, tmp_path).run(chunk), RuntimeEngine(network)
    stepped = runtime.run(chunk)
    for name, array in compiled.state.items():
        np.testing.assert_array_equal(stepped.state[name], array, err_msg=name)
    assert stepped.n_spikes == compiled.n_spikes


def test_the_table_of_the_rules_is_that_of_the_stored_results():
    models = Path(__file__).parents[2] / "models"
    text = (models / "README.md").read_text("utf-8")
    with open(models / "results" / "digits_plasticity_rules.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert next(row["plasticity.rule"] for row in rows) == next(iter(PLASTICITY))
    assert {row["plasticity.rule"] for row in rows} == set(PLASTICITY) - {"equations"}
    for row in rows:
        mean, sd = (100 * float(row[f"test_error_{key}"]) for key in ("mean", "sd"))
        assert f"| `{row['plasticity.rule']}` | {mean:.2f} ± {sd:.2f} |" in text


@pytest.mark.slow
@pytest.mark.parametrize("rule", PLASTICITY)
def test_every_rule_learns_digits(rule, tmp_path):
    model = spikingfa.load_model("digits_fa").but({"plasticity.rule": rule, "training.epochs": 8})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert run.metrics["test_error"] < 0.04
    assert run.metrics["angle_deg"] < 70
