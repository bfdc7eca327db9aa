"""The values that a network runs with: of a model, and of a stage of its training."""

from spikingfa import neurons, plasticity
from spikingfa.distribution import Distribution
from spikingfa.feedback_parameters import feedback_parameters, twins
from spikingfa.feedback_pathways import error_names, feedback_pathways, feedback_rule
from spikingfa.layers import Hidden, Output
from spikingfa.model import Model, layer_names
from spikingfa.pathways import Pathway, Stimuli, forward_names, pathways
from spikingfa.schedules import SCHEDULES

#: Constant currents in a noise phase, as parts of rheobase: hidden neurons fire by their noise, and
#: the output fires on its own, so that it can respond with more spikes and with fewer.
MIRROR_BIAS, MIRROR_BIAS_OUTPUT = 0.8, 1.1


def parameters(model: Model, stimuli: Stimuli, trial: float | None = None) -> dict[str, float]:
    """Every value that is passed when the network runs, by ``group.variable``, in SI units.

    `trial` is the duration of a trial in seconds, where it is not the model's.

    What differs between learning and test is left out: see `while_learning` and `while_tested`.
    """
    output = model.output
    trial = {"trial_duration": float(model.training.trial) if trial is None else trial}
    teacher = {name: float(getattr(output, name)) for name in ("teacher_rate", "teacher_latency")}
    apical = {"tau_apical": float(model.feedback.tau)}
    groups = {
        "input": {"rate_max": float(model.input.rate_max)} | trial,
        "output": neurons.soma_parameters(output) | apical,
        "teacher": teacher | trial,
    }
    for name, layer in zip(layer_names(model), model.hidden):
        groups[name] = neurons.soma_parameters(layer) | apical
    groups |= feedback_parameters(model, stimuli)
    mirrored = {forward.name for _, forward in twins(model, stimuli)}
    for path in pathways(model, stimuli):
        groups[path.name] = _synapse_parameters(model, path, path.name in mirrored)
    return {f"{g}.{name}": value for g, values in groups.items() for name, value in values.items()}


def _synapse_parameters(model: Model, path: Pathway, mirrored: bool) -> dict[str, float]:
    section = model.plasticity
    values = {"weight_decay": model.feedback.decay if mirrored else section.weight_decay}
    if section.w_max is not None:
        values["w_max"] = float(section.w_max)
    return values | _delay(path.target)


def _delay(layer: Hidden | Output) -> dict[str, float]:
    """The delay of the synapses onto a layer, where it is one for all."""
    one = float(layer.delay) > 0 and not isinstance(layer.delay, Distribution)
    return {"delay": float(layer.delay)} if one else {}


def learning_rates(model: Model, stimuli: Stimuli, progress: float) -> dict[str, float]:
    """Learning rate per presynaptic spike of each forward projection, when `progress` is done.

    Parameters
    ----------
    progress : float
        Part of the training that is behind, 0 to 1.
    """
    section, trial = model.plasticity, float(model.training.trial)
    decay = SCHEDULES[section.schedule](progress, section.eta_final)
    rates = {}
    for path in pathways(model, stimuli):
        eta = section.eta_output if path.post == "output" else section.eta_hidden
        rates[path.name] = plasticity.eta_per_spike(
            eta * decay, float(path.target.tau_syn), trial, path.squared_rates
        )
    for hop, forward in twins(model, stimuli):
        for error in error_names(model.feedback, hop.source):
            rates[f"{error}_to_{hop.post}"] = rates[forward.name]
    if feedback_rule(model).mirrors:
        rates |= dict.fromkeys(_plastic_feedback(model, stimuli), 0.0)
    return {f"{name}.eta": eta for name, eta in rates.items()}


def _plastic_feedback(model: Model, stimuli: Stimuli) -> list[str]:
    return [
        f"{error}_to_{hop.post}"
        for hop in feedback_pathways(model, stimuli)
        for error in error_names(model.feedback, hop.source)
    ]


def _blank_out(model: Model, blanks: list[float]) -> dict[str, float]:
    """Part of each hidden layer that is blanked out, and the gain of the synapses from it."""
    values = {}
    outgoing = forward_names(model)[1:]
    for name, projection, layer, blank in zip(layer_names(model), outgoing, model.hidden, blanks):
        if layer.blank:
            values |= {f"{name}.blank": blank, f"{projection}.gain": 1 / (1 - blank)}
    return values


def while_learning(model: Model, stimuli: Stimuli, progress: float) -> dict[str, float]:
    """Values besides `parameters` with which a chunk is learnt when `progress` is done."""
    blanks = [layer.blank for layer in model.hidden]
    return learning_rates(model, stimuli, progress) | _blank_out(model, blanks)


def while_tested(model: Model, stimuli: Stimuli) -> dict[str, float]:
    """Values besides `parameters` without learning, and with all neurons."""
    rates = dict.fromkeys(learning_rates(model, stimuli, 0.0), 0.0)
    return rates | _blank_out(model, [0.0] * len(model.hidden))


def while_mirroring(model: Model, stimuli: Stimuli) -> dict[str, float]:
    """Values in a phase in which noise drives the hidden layers, and only feedback learns.

    No input and no teacher.
    """
    values = while_tested(model, stimuli) | {"input.rate_max": 0.0, "teacher.teacher_rate": 0.0}
    values["output.i_bias"] = MIRROR_BIAS_OUTPUT * model.output.rheobase()
    for name, layer in zip(layer_names(model), model.hidden):
        values[f"{name}.i_bias"] = MIRROR_BIAS * layer.rheobase()
    rate = model.feedback.mirror_rate
    return values | {f"{name}.eta": rate for name in _plastic_feedback(model, stimuli)}
