"""The values that a network runs with: of a model, and of a stage of its training."""

from spikingfa import feedback, neurons, plasticity
from spikingfa.distribution import Distribution
from spikingfa.layers import Hidden, Output
from spikingfa.model import Model, layer_names
from spikingfa.pathways import Stimuli, forward_names, pathways
from spikingfa.schedules import SCHEDULES


def parameters(model: Model, trial: float | None = None) -> dict[str, float]:
    """Every value that is passed when the network runs, by ``group.variable``, in SI units.

    `trial` is the duration of a trial in seconds, where it is not the model's.

    What differs between learning and test is left out: see `while_learning` and `while_tested`.
    """
    output, section = model.output, model.feedback
    trial = {"trial_duration": float(model.training.trial) if trial is None else trial}
    teacher = {name: float(getattr(output, name)) for name in ("teacher_rate", "teacher_latency")}
    apical = {"tau_apical": float(section.tau)}
    spiking = {"error_rate": float(section.error_rate)} if section.error == "spiking" else {}
    error = {
        "tau_trace": float(output.tau_trace),
        "teacher_rate": float(output.teacher_rate),
        "error_latency": float(section.error_latency),
    }
    groups = {
        "input": {"rate_max": float(model.input.rate_max)} | trial,
        "output": neurons.soma_parameters(output) | apical,
        "teacher": teacher | trial,
    }
    for name, layer in zip(layer_names(model), model.hidden):
        groups[name] = neurons.soma_parameters(layer) | apical
    for name in feedback.error_names(section):
        groups[name] = error | spiking
    for p in feedback.feedback_projections(section, layer_names(model)):
        scale = section.output_scale if p.post == "output" else section.scale
        groups[p.name] = {"scale": float(scale)}
        if p.delayed:
            groups[p.name]["delay"] = float(section.delay)
    for name, layer in zip(forward_names(model), (*model.hidden, output)):
        groups[name] = {"weight_decay": model.plasticity.weight_decay} | _delay(layer)
        if model.plasticity.w_max is not None:
            groups[name]["w_max"] = float(model.plasticity.w_max)
    return {f"{g}.{name}": value for g, values in groups.items() for name, value in values.items()}


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
        rates[f"{path.name}.eta"] = plasticity.eta_per_spike(
            eta * decay, float(path.target.tau_syn), trial, path.squared_rates
        )
    return rates


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


def while_tested(model: Model) -> dict[str, float]:
    """Values besides `parameters` without learning, and with all neurons."""
    rates = {f"{name}.eta": 0.0 for name in forward_names(model)}
    return rates | _blank_out(model, [0.0] * len(model.hidden))
