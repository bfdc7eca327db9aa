"""What any rule may be combined with keeps its promise while a network learns."""

import numpy as np
import pytest

import spikingfa
from spikingfa.base.seeds import stream
from spikingfa.model.model import Model
from spikingfa.network.connectivity import balanced, mask, signs
from spikingfa.network.initial import initial_state
from spikingfa.network.parameters import learning_rates
from spikingfa.network.pathways import Stimuli
from spikingfa.network.topology import Topology
from spikingfa.training import chunks
from spikingfa.training.data_fit import topology_of

STIMULI = Stimuli(n_features=40, n_classes=3, mean_square_sum=5.0)

#: All terms at once, in one compiled network.
ALL = {
    "input.excitatory": 0.5,
    "hidden.excitatory": 0.75,
    "hidden.sparsity": 0.5,
    "output.sparsity": 0.25,
    "hidden.recurrent": "plastic",
    "plasticity.eta_recurrent": 0.5,
    "plasticity.homeostasis": "2 pA",
    "plasticity.update_noise": "20 pA",
    "plasticity.w_max": "300 pA",
    "plasticity.weight_decay": 0.01,
}
PLASTIC = ("input_to_hidden", "hidden_to_output", "hidden_to_hidden")


def trained(model, folder, **changes):
    return spikingfa.train(model.but(ALL | changes), out=folder, progress=False)


@pytest.fixture(
    scope="module", params=[pytest.param("three_factor", marks=pytest.mark.slow), "eprop"]
)
def model(request, tiny_model):
    return tiny_model.but({"plasticity.rule": request.param, "training.epochs": 3})


@pytest.fixture(scope="module")
def run(model, tmp_path_factory):
    return trained(model, tmp_path_factory.mktemp("terms") / "run")


def start(model, run) -> dict[str, np.ndarray]:
    """The weights that a run began with."""
    topology = topology_of(run.model, spikingfa.tasks.load_data(model.task))
    return initial_state(topology, stream(1, "weights"), stream(1, "structure"))


def test_no_weight_changes_its_sign(model, run):
    for name in PLASTIC:
        w, sign = run.arrays[f"{name}.w"], run.arrays[f"{name.split('_')[0]}.polarity"]
        assert (w * sign[:, None] >= 0).all()
        assert {-1.0, 1.0} == set(sign)
        assert not np.array_equal(w, start(model, run)[f"{name}.w"])


def test_absent_synapses_stay_absent(model, run):
    before = start(model, run)
    for name, sparsity in zip(PLASTIC, (0.5, 0.25, 0.5)):
        there = run.arrays[f"{name}.mask"]
        np.testing.assert_array_equal(there, before[f"{name}.mask"])
        assert (run.arrays[f"{name}.w"][there == 0] == 0).all()
        assert (before[f"{name}.w"][there == 0] == 0).all()
        if name != "hidden_to_hidden":
            assert (there.mean(axis=0) == 1 - sparsity).all()
    assert (np.diag(run.arrays["hidden_to_hidden.w"]) == 0).all()


def test_weights_stay_within_their_bounds(run):
    for name in PLASTIC:
        assert np.abs(run.arrays[f"{name}.w"]).max() <= 300e-12


def test_without_learning_nothing_changes(model, run, tmp_path):
    etas = {f"plasticity.eta_{name}": 0.0 for name in ("hidden", "output", "recurrent")}
    still = trained(model, tmp_path / "run", **etas)
    before = start(model, run)
    for name in PLASTIC:
        np.testing.assert_array_equal(still.arrays[f"{name}.w"], before[f"{name}.w"])


def test_a_run_with_all_terms_goes_on_to_the_same_result(model, run, tmp_path, monkeypatch):
    """Masks, polarities, mean rates and noise, stopped in its second epoch."""
    from helpers.stopping import assert_same_run, stop_at

    monkeypatch.setattr(chunks, "CHUNK", 16)
    expected = trained(model, tmp_path / "expected")
    with monkeypatch.context() as patch:
        stop_at(patch, 9)
        with pytest.raises(KeyboardInterrupt):
            trained(model, tmp_path / "run")
    again = spikingfa.train(run.model, out=tmp_path / "run", resume=True, progress=False)
    assert_same_run(again, expected)


@pytest.mark.long
def test_stored_weights_are_tested_as_they_were_trained(run):
    """Also with another seed of noise: what is absent is read from the run."""
    assert spikingfa.evaluate(run, over_time=False).error == run.metrics["test_error"]
    noisy = spikingfa.Perturbation(noise="1 pA", seed=5)
    assert 0 <= spikingfa.evaluate(run, noisy, over_time=False).error <= 1


@pytest.mark.long
def test_noise_spreads_the_weights_as_much_as_its_formula_says(tiny_model, tmp_path):
    """Without error and decay, a weight walks by eta update_noise at each presynaptic spike."""
    changes = {"feedback.kind": "none", "plasticity.update_noise": "20 pA"}
    changes |= {"plasticity.schedule": "constant", "hidden.size": 200, "feedback.scale": "0 pA"}
    model = tiny_model.but(changes)
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    data = spikingfa.tasks.load_data(model.task)
    topology = topology_of(model, data)
    w = initial_state(topology, stream(1, "weights"))["input_to_hidden.w"]
    eta = learning_rates(topology, 0.0)["input_to_hidden.eta"]
    n_spikes = 200 * 0.1 * data.x_train.sum(axis=0)
    spread = (run.arrays["input_to_hidden.w"] - w).std(axis=1)
    np.testing.assert_allclose(spread, eta * 20e-12 * np.sqrt(n_spikes), rtol=0.25)


@pytest.mark.long
def test_homeostasis_brings_the_rate_to_its_target(tiny_model, tmp_path):
    rates = {}
    for current in ("0 pA", "5 pA"):
        model = tiny_model.but(
            {
                "feedback.kind": "none",
                "plasticity.homeostasis": current,
                "plasticity.target_rate": "30 Hz",
                "plasticity.schedule": "constant",
                "training.epochs": 12,
            }
        )
        run = spikingfa.train(model, out=tmp_path / current, progress=False)
        rates[current] = run.history["rate_hidden_hz"][-1]
    assert abs(rates["5 pA"] - 30) < 6 < abs(rates["0 pA"] - 30)


def test_signs_and_balance():
    rng = np.random.default_rng(0)
    sign = signs(1000, 0.8, rng)
    assert (sign > 0).sum() == 800
    w = balanced(rng.normal(size=(1000, 300)), sign)
    assert (w * sign[:, None] >= 0).all()
    assert abs(w.mean()) < 0.02
    assert np.sqrt((w**2).mean()) == pytest.approx(1, rel=0.01)
    for one in (1.0, -1.0):
        w = rng.normal(size=(4, 3))
        np.testing.assert_array_equal(balanced(w, np.full(4, one)), one * np.abs(w))


@pytest.mark.parametrize("sparsity", [0.3, 0.9])
def test_each_neuron_projects_as_often(sparsity):
    changes = {"hidden.connectivity": "fixed_outdegree", "hidden.sparsity": sparsity}
    (path, *_) = Topology(Model().but(changes | {"hidden.size": 40}), STIMULI).pathways
    there = mask(path, np.random.default_rng(0))
    assert set((there == 0).sum(axis=1)) == {round(40 * sparsity)}
    assert len(set((there == 0).sum(axis=0))) > 1


def test_synapses_may_be_there_by_chance():
    changes = {"hidden.connectivity": "bernoulli", "hidden.sparsity": 0.3, "hidden.size": 400}
    (path, *_) = Topology(Model().but(changes), STIMULI).pathways
    there = mask(path, np.random.default_rng(0))
    sd = np.sqrt(0.3 * 0.7 / there.size)
    assert abs((there == 0).mean() - 0.3) < 4 * sd
    of_each = (there == 0).sum(axis=0)  # binomial
    assert of_each.var() == pytest.approx(0.3 * 0.7 * path.n_pre, rel=0.4)


@pytest.mark.parametrize("sparsity", [0.0, 0.3, 0.9])
def test_each_neuron_lacks_as_many_synapses(sparsity):
    model = Model().but({"hidden.sparsity": sparsity, "hidden.recurrent": "fixed"})
    forward, _, recurrent = Topology(model, STIMULI).pathways
    there = mask(forward, np.random.default_rng(0))
    assert set((there == 0).sum(axis=0)) == {round(40 * sparsity)}
    assert (np.diag(mask(recurrent, np.random.default_rng(0))) == 0).all()


def test_sparse_layers_begin_with_the_same_current_and_learn_as_fast():
    full, sparse = (Model().but({"hidden.sparsity": part}) for part in (0.0, 0.75))
    one, other = (
        initial_state(Topology(model, STIMULI), np.random.default_rng(0))["input_to_hidden.w"]
        for model in (full, sparse)
    )
    squares = [np.mean((w**2).sum(axis=0)) for w in (one, other)]
    assert squares[1] == pytest.approx(squares[0], rel=0.05)
    eta = [learning_rates(Topology(m, STIMULI), 0.0)["input_to_hidden.eta"] for m in (full, sparse)]
    assert eta[1] == pytest.approx(4 * eta[0])


def test_what_is_not_used_draws_nothing():
    plain = initial_state(
        Topology(Model(), STIMULI), np.random.default_rng(0), np.random.default_rng(1)
    )
    assert set(plain) == {
        *("input_to_hidden.w", "hidden_to_output.w", "input.phase", "error_on.q", "error_off.q")
    }
    sparse = initial_state(
        Topology(Model().but({"hidden.sparsity": 0.5}), STIMULI),
        np.random.default_rng(0),
        np.random.default_rng(1),
    )
    np.testing.assert_array_equal(sparse["hidden_to_output.w"], plain["hidden_to_output.w"])
    np.testing.assert_array_equal(sparse["input.phase"], plain["input.phase"])


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("hidden.sparsity", 1.0, "hidden.sparsity: Input should be less than 1, got 1.0"),
        ("output.sparsity", -0.1, "greater than or equal to 0, got -0.1"),
        ("hidden.excitatory", 0.0, "hidden.excitatory: Input should be greater than 0, got 0.0"),
        ("input.excitatory", 1.5, "input.excitatory: Input should be less than or equal to 1"),
        ("hidden.recurrent", "yes", "hidden.recurrent: Input should be 'none', 'fixed' or 'plast"),
        ("plasticity.homeostasis", "-1 pA", "plasticity.homeostasis: must not be negative"),
        ("plasticity.update_noise", "3", "plasticity.update_noise: needs a current with its unit"),
        ("plasticity.tau_eligibility", "0 ms", "must be more than zero, got 0 ms"),
        ("output.inhibition", "2 mV", "which is not a current"),
        ("plasticity.rule", "hebb", "plasticity.rule: Input should be 'three_factor'"),
    ],
)
def test_a_wrong_value_is_told_in_one_line(path, value, told):
    with pytest.raises(spikingfa.ModelError) as caught:
        Model().but({path: value})
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
