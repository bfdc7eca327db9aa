"""An onset is one: of the trial before, only what learning left crosses it, and it is listed here.

A trial that follows another is compared with the same trial as the first of a run that begins with
what is carried: weights, phases of regular input, charges of error neurons (small errors add up),
mean rates under homeostasis, and what is usual to node perturbation.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from spikingfa import Data, Model
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.model import layer_names
from spikingfa.model.neurons import NEURONS
from spikingfa.rules.feedback import RULES, FeedbackRule
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights

#: Everything fires to the end of a trial, and errors count from its beginning.
LOUD = {
    "hidden.size": 6,
    "input.rate_max": "400 Hz",
    "hidden.i_init": "100 pA",
    "output.i_init": "100 pA",
    "output.i_bias": "250 pA",
    "output.teacher_latency": "0 ms",
    "feedback.error_latency": "0 ms",
    "plasticity.weight_decay": 1e-3,
    "training.trial": "40 ms",
}
#: And with a potential that is not that of rest, which refractory neurons hold.
SILENT_FOR_LONG = {
    **{"hidden.tau_refrac": "8 ms", "output.tau_refrac": "5 ms"},
    **{"hidden.v_reset": "-72 mV", "output.v_reset": "-70 mV"},
}
DELAYED = {"hidden.delay": "6 ms", "output.delay": "4 ms", "feedback.delay": "5 ms"}
#: Rounded up to whole steps.
HALF = {"hidden.delay": "2.5 ms", "output.delay": "1.5 ms", "feedback.delay": "1.5 ms"}
DIFFERING = {
    "hidden.delay": {"dist": "uniform", "low": "1 ms", "high": "9 ms"},
    "feedback.neurons_per_output": 3,
}
RECURRENT = {"hidden.recurrent": "plastic", "hidden.i_recurrent": "100 pA"}
GRADED = {"feedback.error": "graded"}
DEEP = {"hidden.layers": 2, "hidden.i_noise": "20 pA"}

SEVERAL = {
    "spiking": SILENT_FOR_LONG | {"feedback.error_rate": "900 Hz", "output.teacher_rate": "20 Hz"},
    "graded": SILENT_FOR_LONG | GRADED,
    "delayed": DELAYED | SILENT_FOR_LONG,
    "different delays": DIFFERING,
    "delays of half a step": HALF,
    "recurrent": DELAYED | RECURRENT | {"plasticity.rule": "superspike"},
    "layerwise": DEEP | DELAYED | {"feedback.kind": "layerwise", "plasticity.rule": "erbp"},
    "layerwise and graded": DEEP | GRADED | {"feedback.kind": "kolen_pollack"},
    "scalar": DEEP | {"feedback.kind": "scalar", "hidden.dropout": 0.3, "input.coding": "poisson"},
    "homeostatic": {
        "hidden.model": "adex",
        "plasticity.rule": "eprop",
        "plasticity.homeostasis": "2 pA",
        "output.inhibition": "20 pA",
    },
}


def fits(rule: str, kind: str) -> bool:
    """Whether the rule learns from what the feedback rule teaches."""
    default = RULES[kind].teaching == FeedbackRule.teaching
    return default or PLASTICITY[rule].reads("teaching_post")


#: Each plasticity rule with a third of the feedback rules, each with another one; with spikes and
#: delays in one half and without in the other.
ALL = [
    {"plasticity.rule": rule, "feedback.kind": kind} | DEEP | (GRADED if k % 2 else DELAYED)
    for k, ((i, rule), (j, kind)) in enumerate(
        itertools.product(enumerate(PLASTICITY), enumerate(RULES))
    )
    if (i + j) % 3 == 0 and fits(rule, kind)
] + [{"hidden.model": name} | delays for name in NEURONS for delays in ({}, DELAYED)]


def model_of(changes: dict) -> Model:
    model = Model()
    for key in ("hidden.layers", "hidden.model"):
        model = model.but({key: changes[key]}) if key in changes else model
    bias = {"hidden.i_bias": f"{1.07e12 * model.hidden[0].rheobase():.0f} pA"}
    return model.but(LOUD | bias | changes)


def presentation(model: Model) -> tuple[Session, dict]:
    """Three stimuli, and what the network begins with."""
    rng = np.random.default_rng(5)
    x = 0.4 + 0.6 * rng.random((3, 8), dtype=np.float32)
    data = Data(x, np.arange(3), x, np.arange(3), ("a", "b", "c"))
    topology = topology_of(model, data)
    state, b = initial_weights(topology)
    if model.feedback.kind == "scalar":
        state |= {f"{name}.i_usual": np.zeros(6) for name in layer_names(model)}
    return Session(topology, data, b), state


def learn(shown: Session, state: dict, fixed: dict, *order: int):
    """What is left when these stimuli were learnt, one after the other."""
    chunk = shown.learning_chunk(state, np.array(order), 0.0, 1, first=order[0])
    return shown.engine.run(replace(chunk, record=True, arrays=chunk.arrays | fixed))


def without_due(name: str, array: np.ndarray) -> np.ndarray:
    """Charges of error neurons without a spike that is due."""
    return np.where(array < 1, array, 0) if name.endswith(".q") else array


def assert_nothing_crosses(shown: Session, state: dict) -> None:
    """Bit for bit, in spikes and in what is carried."""
    arrays = shown.learning_chunk(state, np.arange(1), 0.0, 1).arrays
    # B of some rules follows the weights, from run to run
    fixed = {name: array for name, array in arrays.items() if name not in state}
    both = learn(shown, state, fixed, 0, 1)
    first = learn(shown, state, fixed, 0)
    left = {name: without_due(name, array) for name, array in first.state.items()}
    alone = learn(shown, left, fixed, 1)
    trial, dt = (float(getattr(shown.model.training, name)) for name in ("trial", "dt"))
    for name, (t, i) in both.spikes.items():
        later = t > trial - dt / 2
        steps = np.round((t[later] - trial) / dt).astype(int)
        expected, neurons = alone.spikes[name]
        np.testing.assert_array_equal(steps, np.round(expected / dt).astype(int), name)
        np.testing.assert_array_equal(i[later], neurons, name)
    for name in state:
        np.testing.assert_array_equal(both.state[name], alone.state[name], name)
    for name, counts in alone.readout.items():
        np.testing.assert_array_equal(both.readout[name][1:], counts, name)
    assert alone.n_spikes["output"] > 0
    assert any(
        not np.array_equal(alone.state[name], first.state[name])
        for name in state
        if name.endswith("output.w")
    )


@pytest.mark.filterwarnings("ignore:.* is rounded")
@pytest.mark.sampled(5)
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize(
    "changes",
    [
        *(pytest.param(changes, id=name) for name, changes in SEVERAL.items()),
        *(pytest.param(changes, id=str(changes), marks=pytest.mark.slow) for changes in ALL),
    ],
)
def test_a_trial_does_not_depend_on_the_one_before(changes):
    shown, state = presentation(model_of(changes))
    shown.engine = RuntimeEngine(shown.blueprint)
    assert_nothing_crosses(shown, state)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(DELAYED | SILENT_FOR_LONG, marks=pytest.mark.long),
        pytest.param(GRADED | RECURRENT, marks=pytest.mark.slow),
    ],
    ids=["delayed", "graded"],
)
def test_nor_does_it_when_compiled(changes, tmp_path):
    shown, state = presentation(model_of(changes))
    shown.engine = StandaloneEngine(shown.blueprint, tmp_path)
    assert_nothing_crosses(shown, state)


@pytest.mark.usefixtures("numpy_target")
@pytest.mark.sampled(2)
@pytest.mark.parametrize("error", [{}, GRADED], ids=["spiking", "graded"])
def test_without_trials_it_does(error):
    """So that the comparison can fail."""
    shown, state = presentation(model_of(DELAYED | error | {"training.continuous": True}))
    shown.engine = RuntimeEngine(shown.blueprint)
    with pytest.raises(AssertionError):
        assert_nothing_crosses(shown, state)
