"""Learning without trials: both pathways are active all the time, and nothing is ever reset."""

from collections.abc import Iterator, Mapping
from typing import Any

from spikingfa.model.files import load_model
from spikingfa.model.model import Model
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.spiking.continuous_claims import claims
from spikingfa.paper.spiking.continuous_figure import draw
from spikingfa.paper.spiking.drifting_input import track
from spikingfa.paper.spiking.learner import history
from spikingfa.paper.spiking.variants import FA, RULES
from spikingfa.paper.tables import Table, Tables, below, table_of
from spikingfa.plots.figure import Figure

Settings = Mapping[str, Any]

#: Models of the tasks; "stochastic" is the digits with stochastic sigmoid neurons.
MODELS = {
    "digits": "digits_fa",
    "linear": "linear_fa",
    "drift": "linear_fa",
    "stochastic": "digits_stochastic",
}
USUAL = 100  # ms, of a stimulus
DELAY = {"digits": 18, "linear": 10, "drift": 10, "stochastic": 40}  # ms, of the teacher

_ALL = {"output.readout_latency": "40 ms", "output.tau_trace": "20 ms", "recording.trials": 0}
OPERATIONS: dict[str, Settings] = {
    "trials": _ALL,
    "continuous": _ALL | {"training.continuous": True, "feedback.error_latency": "0 ms"},
}
COMPARED = (("trials", FA), *(("continuous", rule) for rule in RULES))

DURATIONS = (60, 80, 150, 200)  # ms, of a digit, besides the usual one
DELAYS = (2, 10, 14, 18, 26, 34)  # ms, of the teacher in continuous operation

#: Inputs that drift are seen every 10 ms, and as much is learnt from ten of them as from a trial.
DRIFTING: Settings = {
    "training.trial": "10 ms",
    "output.readout_latency": "0 ms",
    "plasticity.eta_hidden": 0.08,
    "plasticity.eta_output": 0.08,
}
N_STEPS = 20_000  # of them, in an epoch
OF_TASK: dict[str, Settings] = {
    "drift": DRIFTING,
    "stochastic": {"output.readout_latency": "60 ms"},
}
SHORT = {"training.epochs": 4}  # quick


class Continuous(Experiment):
    """Networks (`digits_fa`, `linear_fa`) learn from stimuli that follow without a pause.

    Nothing tells the network when a stimulus ends: no potential, current, trace or error is reset,
    no error is gated, feedback flows and all synapses are plastic all the time. What the teacher
    tells arrives with a constant delay. The control, learning in trials, begins each stimulus at
    rest, and switches teacher and error on after a latency. Either is read out from 40 ms after the
    beginning of a stimulus on. In a third task nothing begins or ends: inputs drift
    (Ornstein-Uhlenbeck processes, 200 ms), and a linear map of them is taught all the time. In a
    shallow network the hidden layer does not learn; its weights are those that others begin with,
    or (strong) four times as large. The digits are learnt by stochastic sigmoid neurons, too
    (`digits_stochastic`, 200 ms a digit, read out from 60 ms on). Chosen here: all of it; the delay
    (digits 18, with stochastic neurons 40, the other tasks 10 ms) and the filter of output and
    teacher spikes, 20 ms, on training stimuli that were held out, and on inputs that drift of
    another seed.
    """

    name, shows = "continuous", "feedback that is always on"
    seeds, few, spiking = 5, 1, True
    size = (7.0, 5.4)

    def one(self, seed: int, quick: bool) -> Tables:
        """Learning curves; errors by duration and by delay; drifting inputs."""
        common = {"training.seed": seed} | (SHORT if quick else {})
        curves = {
            (task, *compared): _history(_model(task, *compared, common))
            for task in (("digits", "linear") if quick else ("digits", "linear", "stochastic"))
            for compared in COMPARED
        }
        n_steps = N_STEPS // 4 if quick else N_STEPS
        drift = {
            ("drift", *compared): track(_model("drift", *compared, common), n_steps)
            for compared in COMPARED[1:]
        }
        curves |= {at: errors for at, (errors, _) in drift.items()}
        ends = {at: float(errors["error"][-1]) for at, errors in curves.items()}
        return {
            "curves": below(curves, ("task", "operation", "rule")),
            "durations": table_of(("operation", "ms", "error"), _durations(ends, common, quick)),
            "delays": table_of(("task", "ms", "error"), _delays(ends, common, quick)),
            "tracking": drift["drift", "continuous", FA][1],
        }

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by means over seeds."""
        return claims(tables, quick)

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Learning curves and angles; errors by duration and delay; an answer that follows."""
        draw(figure, tables)


def _model(task: str, operation: str, rule: str, more: Settings) -> Model:
    of_task = dict(OF_TASK.get(task, {}))
    if operation == "continuous":
        of_task["output.teacher_latency"] = f"{DELAY[task]} ms"
    settings = {**OPERATIONS[operation], **of_task, **RULES[rule], **more}
    return load_model(MODELS[task]).but(settings)


def _history(model: Model) -> Table:
    """Test error and angle after each epoch."""
    columns = {"epoch": "epoch", "error": "test_error", "angle_deg": "angle_hidden_deg"}
    recorded = history(model)
    return {name: recorded[column] for name, column in columns.items()}


def _durations(ends: dict, common: Settings, quick: bool) -> Iterator[tuple]:
    for operation in OPERATIONS:
        yield operation, USUAL, ends["digits", operation, FA]
        for ms in DURATIONS[-1:] if quick else DURATIONS:
            longer = common | {"training.trial": f"{ms} ms"}
            yield operation, ms, _history(_model("digits", operation, FA, longer))["error"][-1]


def _delays(ends: dict, common: Settings, quick: bool) -> Iterator[tuple]:
    for task in ("digits", "linear"):
        yield task, DELAY[task], ends[task, "continuous", FA]
        for ms in DELAYS[:1] if quick else DELAYS:
            delayed = common | {"output.teacher_latency": f"{ms} ms"}
            if ms != DELAY[task]:
                yield task, ms, _history(_model(task, "continuous", FA, delayed))["error"][-1]
