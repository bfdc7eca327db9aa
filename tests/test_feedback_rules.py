"""Every feedback rule keeps the contract, whichever there are; each does what its formula says."""

import numpy as np
import pytest

import spikingfa
from spikingfa.cli import main
from spikingfa.feedback_rules import RULES, FeedbackRule
from spikingfa.feedback_weights import feedback_matrices, random_feedback
from spikingfa.initial import initial_state
from spikingfa.model import Model
from spikingfa.pathways import Stimuli

STIMULI = Stimuli(n_features=20, n_classes=3, mean_square_sum=5.0)
NOT_LOCAL = {"transport", "sign"}  # the controls


@pytest.fixture
def model():
    return Model(hidden=[{"size": 40}, {"size": 30}])


@pytest.fixture
def state(model):
    return initial_state(model, STIMULI, np.random.default_rng(1))


def matrices(model, state, seed=0, **fields):
    model = model.but(feedback=fields)
    random = random_feedback(model, STIMULI, np.random.default_rng(seed))
    return random, feedback_matrices(model, random, state)


def test_they_are_listed_with_formula_and_reference(capsys):
    assert main(["show", "--rules"]) == 0
    parts = capsys.readouterr().out.strip().split("\n\nfeedback.kind")
    assert len(parts) == len(RULES)
    for part, rule in zip(parts, RULES.values()):
        assert f'"{rule.kind}"' in part
        assert rule.reference in part
        assert rule.__doc__.splitlines()[0] in part
        assert ("not local" in part.splitlines()[0]) == (not rule.local)


def test_show_needs_something_to_show(capsys):
    assert main(["show"]) == 2
    assert "show needs a MODEL" in capsys.readouterr().err


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_contract(rule, model, state):
    """Shapes, sizes, documents; nothing that is given is changed."""
    assert isinstance(rule, FeedbackRule)
    assert rule.reference
    assert rule.__doc__.strip()
    before = {name: array.copy() for name, array in state.items()}
    random, b = matrices(model, state, kind=rule.kind)
    assert list(b) in ([], ["hidden_0", "hidden_1"])
    for name, size in zip(b, (40, 30)):
        assert b[name].shape == (3, size)
        assert np.sqrt(np.mean(b[name] ** 2)) == pytest.approx(1 / np.sqrt(3), rel=0.15)
    for name in state:
        np.testing.assert_array_equal(state[name], before[name])
    again = random_feedback(model, STIMULI, np.random.default_rng(0))
    for name in random:
        np.testing.assert_array_equal(random[name], again[name])


def test_those_that_are_not_local_are_marked():
    """A rule is local if it makes the same of any forward weights."""
    model = Model(hidden=[{"size": 40}])
    states = [initial_state(model, STIMULI, np.random.default_rng(k)) for k in (1, 2)]
    for kind, rule in RULES.items():
        one, other = (matrices(model, state, kind=kind)[1] for state in states)
        same = all(np.array_equal(one[name], other[name]) for name in one)
        assert same == rule.local == (kind not in NOT_LOCAL)
        assert rule.follows != rule.local


def test_sign_symmetry_keeps_sizes_and_takes_signs(model, state):
    random, b = matrices(model, state, kind="sign")
    w = state["hidden_1_to_output.w"]
    np.testing.assert_array_equal(np.abs(b["hidden_1"]), np.abs(random["hidden_1"]))
    np.testing.assert_array_equal(np.sign(b["hidden_1"]), np.sign(w.T))
    deep = state["hidden_0_to_hidden_1.w"] @ w
    np.testing.assert_array_equal(np.sign(b["hidden_0"]), np.sign(deep.T))


def test_normal_feedback_is_as_large_as_uniform():
    model = Model(hidden=[{"size": 4000}])
    uniform, normal = (
        matrices(model, initial_state(model, STIMULI, np.random.default_rng(1)), distribution=name)
        for name in ("uniform", "normal")
    )
    for b in (uniform[1]["hidden"], normal[1]["hidden"]):
        assert b.std() == pytest.approx(1 / np.sqrt(3), rel=0.03)
    assert np.abs(uniform[1]["hidden"]).max() <= 1 < np.abs(normal[1]["hidden"]).max()


@pytest.mark.parametrize("sparsity", [0.0, 0.5, 0.9])
def test_sparse_feedback_lacks_a_part_of_its_synapses(model, state, sparsity):
    _, b = matrices(model, state, sparsity=sparsity)
    for matrix in b.values():
        assert np.mean(matrix == 0) == pytest.approx(sparsity, abs=0.5 / matrix.size)


def test_feedback_that_is_not_there_does_not_depend_on_sparsity(model, state):
    """The same seed gives the same strengths to the synapses that are left."""
    full, sparse = (matrices(model, state, sparsity=part)[1]["hidden_0"] for part in (0.0, 0.5))
    left = sparse != 0
    np.testing.assert_array_equal(sparse[left], full[left])


@pytest.mark.slow
@pytest.mark.parametrize("kind", RULES)
def test_every_rule_teaches_digits(kind, tmp_path):
    model = spikingfa.load_model("digits_fa").but({"feedback.kind": kind, "hidden.size": 50})
    error = spikingfa.train(model, out=tmp_path / "run", progress=False).metrics["test_error"]
    assert error > 0.2 if kind == "none" else error < 0.05
