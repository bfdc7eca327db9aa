"""Tests run without teacher and error: an answer depends on the stimulus and the weights alone."""

import itertools

import numpy as np
import pytest

import spikingfa
from spikingfa import Data, Model
from spikingfa.cli.main import main
from spikingfa.engine.runtime import RuntimeEngine
from spikingfa.model.neurons import NEURONS
from spikingfa.network.build import blueprint
from spikingfa.network.pathways import Stimuli
from spikingfa.network.teacher_way import teacher_acts
from spikingfa.network.topology import Topology
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.tasks.events import Events
from spikingfa.training.data_fit import topology_of
from spikingfa.training.session import Session
from spikingfa.training.start import initial_weights

SIZE = Stimuli(8, 3, 2.0)
N = 6

COUPLED = {"hidden.g_couple": "30 nS", "feedback.scale": "1000 pA"}
#: Neurons that read the apical current themselves, and fire by it.
OWN = {
    "hidden.model": "equations",
    "hidden.equations": "dv/dt = (v_rest - v + r_m*(i_in + i_apical)) / tau_m : volt",
}
EVENTS = {"task.name": "spike_pattern", "output.teacher": "events", "feedback.error_latency": "0 s"}

#: Ways of an error to the spikes of a hidden layer, and what there may be besides.
WAYS = {"coupled": COUPLED, "own equations": OWN | {"feedback.scale": "1000 pA"}}
BESIDES = {
    "plain": {},
    "recurrent": {"hidden.recurrent": "plastic", "hidden.i_recurrent": "50 pA"},
    "delayed": {"hidden.delay": "3 ms", "output.delay": "2 ms"},
    "continuous": {"training.continuous": True},
}
SEVERAL = [
    COUPLED,
    COUPLED | BESIDES["recurrent"] | {"feedback.error": "graded", "hidden.layers": 2},
    COUPLED | BESIDES["continuous"] | {"hidden.model": "alif", "plasticity.rule": "eprop"},
    COUPLED | {"feedback.kind": "layerwise", "hidden.layers": 2, "plasticity.rule": "erbp"},
    COUPLED | {"feedback.kind": "scalar", "hidden.i_noise": "20 pA", "output.teacher": "poisson"},
    WAYS["own equations"] | BESIDES["continuous"] | {"feedback.kind": "kolen_pollack"},
    COUPLED | EVENTS,
]
NOISY = {"hidden.layers": 2, "hidden.i_noise": "20 pA"}
#: Each feedback rule with both forms of error, both ways, and two of what there is besides.
PAIRS = [
    way | besides | {"feedback.kind": kind, "feedback.error": error} | NOISY
    for i, kind in enumerate(RULES)
    for j, (name, besides) in enumerate(BESIDES.items())
    for way in [list(WAYS.values())[(i // 2 + j // 2) % 2]]
    for error in [("spiking", "graded")[j // 2]]
    if (i + j) % 2 == 0 and not (RULES[kind].mirrors and name == "continuous")
]
ALL = [
    *PAIRS,
    *(
        COUPLED | BESIDES["recurrent"] | {"plasticity.rule": rule, "training.continuous": goes_on}
        for rule, goes_on in itertools.product(PLASTICITY, (False, True))
    ),
    *(COUPLED | {"hidden.model": neuron} for neuron in NEURONS),
]


def data_for(model: Model, seed: int) -> Data:
    """Noise that is always the same; what should be answered is drawn."""
    x = np.random.default_rng(1).random((N, 8), dtype=np.float32)
    rng = np.random.default_rng(seed)
    if model.output.teacher != "events":
        y = rng.permutation(N) % 3
        return Data(x, y, x, y, ("a", "b", "c"))
    k = np.repeat(np.arange(N), 9)
    answers = Events.listed(rng.uniform(0, 0.1, 9 * N), np.tile(range(3), 3 * N), k, N, 3)
    y = np.arange(N)
    return Data(x, y, x, y, (), answers=answers, metric="van_rossum")


def outcomes_of(model: Model, **how) -> list:
    """What is left of tests with two sets of labels; some error spikes are due before."""
    outcomes, engine = [], None
    for seed in (1, 2):
        data = data_for(model, seed)
        topology = topology_of(model, data)
        state, b = initial_weights(topology)
        state |= {name: np.ones_like(q) for name, q in state.items() if name.endswith(".q")}
        session = Session(topology, data, b, engine)
        session.engine = engine = engine or RuntimeEngine(session.blueprint)
        if how:
            outcomes.append(engine.run(session.test_chunk(state, session.tests, **how)))
        else:
            outcomes.append(session.test(state, session.tests))
    return outcomes


def model_of(changes: dict) -> Model:
    drive = {"hidden.size": 5, "hidden.i_init": "3 nA", "output.i_bias": "200 pA"}
    model = Model()
    for key in ("hidden.layers", "hidden.model"):
        model = model.but({key: changes[key]}) if key in changes else model
    return model.but(drive | {"training.trial": "50 ms"} | changes)


@pytest.mark.sampled(4)
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize(
    "changes", [*SEVERAL, *(pytest.param(one, marks=pytest.mark.slow) for one in ALL)], ids=str
)
def test_answers_do_not_depend_on_labels(changes):
    """Bit for bit; nor does any spike."""
    one, other = outcomes_of(model_of(changes))
    for name in one.readout:
        np.testing.assert_array_equal(one.readout[name], other.readout[name])
    assert one.n_spikes == other.n_spikes
    assert one.n_spikes["output"] > 0
    assert not sum(n for name, n in one.n_spikes.items() if name.startswith(("teacher", "error")))


@pytest.mark.sampled(7)
@pytest.mark.usefixtures("numpy_target")
@pytest.mark.parametrize("changes", SEVERAL, ids=str)
def test_with_a_teacher_they_would(changes):
    """So the test above can fail."""
    one, other = outcomes_of(model_of(changes), teacher=True)
    assert not np.array_equal(one.readout["charge"], other.readout["charge"])


def shipped_classifiers() -> list[str]:
    """Models that are shipped for intensities and classes, of images or not."""
    models = {name: spikingfa.load_model(name) for name in spikingfa.shipped_models()}
    others = ("linear", "nonlinear", "evidence", "spike_pattern", "spikes")
    return [
        name
        for name, model in models.items()
        if model.task.name not in others and not model.hidden[0].receptive_field
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", [*shipped_classifiers(), "2 nS", "10 nS", "30 nS"])
def test_random_labels_on_noise_are_guessed(name, tmp_path):
    """Within three standard deviations of chance, by the training and by a test of the run."""
    rng, n_train, n_test, chance = np.random.default_rng(3), 300, 2000, 0.9
    x = rng.random((n_train + n_test, 64), dtype=np.float32)
    y = rng.integers(10, size=len(x))
    data = (x[:n_train], y[:n_train], x[n_train:], y[n_train:])
    if name.endswith("nS"):
        model = Model().but(COUPLED | {"hidden.g_couple": name, "hidden.size": 100})
    else:
        model = spikingfa.load_model(name).but({"task.shift": 0})
    model = model.but({"training.epochs": 1})
    run = spikingfa.train(model, data=data, out=tmp_path / "run", progress=False, figures=False)
    again = spikingfa.evaluate(run, data=data, over_time=False).error
    assert again == run.metrics["test_error"]
    assert abs(again - chance) < 3 * np.sqrt(chance * (1 - chance) / n_test)


@pytest.mark.parametrize("graded", [False, True])
@pytest.mark.parametrize("besides", BESIDES.values(), ids=BESIDES)
def test_the_ways_of_a_teacher_to_an_answer(besides, graded):
    plain = Model().but(besides | {"feedback.error": "graded" if graded else "spiking"})
    assert not teacher_acts(blueprint(Topology(plain, SIZE)))
    coupled = plain.but({"hidden.g_couple": "1 nS"})
    assert teacher_acts(blueprint(Topology(coupled, SIZE)))
    assert not teacher_acts(blueprint(Topology(coupled.but({"feedback.kind": "none"}), SIZE)))


@pytest.mark.parametrize(
    "changes",
    [
        {"equations": OWN["hidden.equations"]},
        {"threshold": "v > v_thresh - r_m*i_apical"},
        {"reset": "v = v_rest + r_m*i_apical"},
        {"refractory": "i_apical > 5*pA"},
    ],
    ids=str,
)
def test_own_texts_are_such_a_way(changes):
    own = Model().but({"hidden.model": "equations"})
    assert not teacher_acts(blueprint(Topology(own, SIZE)))
    own = own.but({f"hidden.{key}": text for key, text in changes.items()})
    assert teacher_acts(blueprint(Topology(own, SIZE)))


@pytest.fixture(scope="module")
def coupled_run(tiny_model, tmp_path_factory):
    model = tiny_model.but({"hidden.g_couple": "5 nS", "output.i_init": "60 pA"})
    return spikingfa.train(model, out=tmp_path_factory.mktemp("coupled") / "run", progress=False)


def test_a_recording_has_the_teacher_that_reaches_no_answer(tiny_run):
    assert tiny_run.spikes.teacher == "apart"
    assert tiny_run.spikes.note == ""
    assert len(tiny_run.spikes.of("teacher")[0])


def test_a_teacher_that_acts_is_recorded_when_asked(coupled_run, capsys):
    assert coupled_run.spikes.teacher == "silent"
    assert not len(coupled_run.spikes.of("teacher")[0])
    assert main(["record", str(coupled_run.folder), "--name", "with", "--teacher"]) == 0
    assert "recorded with a teacher that acts on the answers" in capsys.readouterr().out
    spikes = coupled_run.recording("with").spikes
    assert spikes.teacher == "acts"
    assert len(spikes.of("teacher")[0])


def test_the_figure_says_so(coupled_run):
    frame = spikingfa.plot_raster(coupled_run).axes[0]
    texts = [text.get_text() for text in frame.texts]
    assert "recorded without teacher and errors" in texts


def test_the_model_may_ask(coupled_run, tmp_path):
    model = coupled_run.model.but({"recording.teacher": True})
    run = spikingfa.train(model, out=tmp_path / "run", progress=False)
    assert run.spikes.teacher == "acts"
    assert run.metrics["test_error"] == coupled_run.metrics["test_error"]


def test_a_prediction_is_the_answer_of_the_test(coupled_run, tiny_data):
    with np.load(tiny_data) as file:
        x, y = file["x"][::2], file["y"][::2]
    tested = spikingfa.evaluate(coupled_run, data=(x, y), over_time=False)
    predicted = spikingfa.predict(coupled_run, x)
    np.testing.assert_array_equal(predicted.answers, tested.predictions)
