"""The values that a network runs with: of a model, and of a stage of its training."""

from collections.abc import Sequence

from spikingfa import feedback, neurons, plasticity
from spikingfa.model import Model, Plasticity, layer_names
from spikingfa.pathways import Pathway, Stimuli, pathways
from spikingfa.schedules import part_left

_ANY = Stimuli(1, 1, 1.0)  # where the size of the data makes no difference


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
    paths = pathways(model, _ANY)
    for path in paths:
        if path.plastic:
            values = plasticity.synapse_parameters(path, model.plasticity)
            groups[path.name] = {name: float(value) for name, value in values.items()}
    for name in ("input", *layer_names(model)):
        values = plasticity.neuron_parameters(name, paths, model.plasticity)
        groups[name] |= {name: float(value) for name, value in values.items()}
    if float(output.inhibition):
        groups["output_to_output"] = {"inhibition": float(output.inhibition)}
    return {f"{g}.{name}": value for g, values in groups.items() for name, value in values.items()}


def learning_rates(
    model: Model, stimuli: Stimuli, progress: float, errors: Sequence[float] = ()
) -> dict[str, float]:
    """Learning rate per presynaptic spike of each plastic projection, when `progress` is done.

    Parameters
    ----------
    progress : float
        Part of the training that is behind, 0 to 1.
    errors : sequence of float
        Validation errors before it and after each of its epochs (schedule ``plateau``).
    """
    section, trial = model.plasticity, float(model.training.trial)
    decay = part_left(section, progress, errors)
    rates = {}
    for path in pathways(model, stimuli):
        if not path.plastic:
            continue
        eta = _eta(section, path)
        rates[f"{path.name}.eta"] = plasticity.eta_per_spike(
            eta * decay, float(path.target.tau_syn), trial, path.squared_rates
        )
    return rates


def _eta(section: Plasticity, path: Pathway) -> float:
    if path.recurrent:
        return section.eta_recurrent
    return section.eta_output if path.post == "output" else section.eta_hidden


def _blank_out(model: Model, blanked: bool) -> dict[str, float]:
    """Part of each hidden layer that is blanked out, and the gain of the synapses from it."""
    blanks = {
        name: layer.blank if blanked else 0.0
        for name, layer in zip(layer_names(model), model.hidden)
        if layer.blank
    }
    gains = {
        f"{path.name}.gain": 1 / (1 - blanks[path.pre])
        for path in pathways(model, _ANY)
        if path.blanked
    }
    return {f"{name}.blank": blank for name, blank in blanks.items()} | gains


def while_learning(
    model: Model, stimuli: Stimuli, progress: float, errors: Sequence[float] = ()
) -> dict[str, float]:
    """Values besides `parameters` with which a chunk is learnt; see `learning_rates`."""
    return learning_rates(model, stimuli, progress, errors) | _blank_out(model, True)


def while_tested(model: Model) -> dict[str, float]:
    """Values besides `parameters` without learning, and with all neurons."""
    rates = {f"{path.name}.eta": 0.0 for path in pathways(model, _ANY) if path.plastic}
    return rates | _blank_out(model, False)
