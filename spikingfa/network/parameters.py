"""The values that a network runs with: of a model, and of a stage of its training."""

from collections.abc import Sequence

from spikingfa.model.distribution import Distribution
from spikingfa.model.latencies import NEVER
from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model, Plasticity
from spikingfa.network import coding, plasticity
from spikingfa.network import populations as neurons
from spikingfa.network.error_signal import pool_parameters
from spikingfa.network.feedback_parameters import feedback_parameters
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.pathways import Pathway
from spikingfa.network.topology import Topology
from spikingfa.rules.schedules import part_left

#: Constant currents in a noise phase, as parts of rheobase: hidden neurons fire by their noise, and
#: the output fires on its own, so that it can respond with more spikes and with fewer.
MIRROR_BIAS, MIRROR_BIAS_OUTPUT = 0.8, 1.1


def parameters(topology: Topology, trial: float | None = None) -> dict[str, float]:
    """Every value that is passed when the network runs, by ``group.variable``, in SI units.

    `trial` is the duration of a trial in seconds, where it is not the model's.

    What differs between learning and test is left out: see `while_learning` and `while_tested`.
    """
    model, output = topology.model, topology.model.output
    trial = {"trial_duration": float(model.training.trial) if trial is None else trial}
    apical = {"tau_apical": float(model.feedback.tau)}
    groups = {
        "input": coding.input_parameters(model.input) | trial,
        "output": neurons.soma_parameters(output) | apical,
        "teacher": coding.teacher_parameters(model) | trial,
    }
    for name, layer in topology.hidden.items():
        groups[name] = neurons.soma_parameters(layer) | apical
    groups |= feedback_parameters(topology)
    for name, values in pool_parameters(topology).items():
        groups[name] = groups.get(name, {}) | values
    mirrored = {forward.name for _, forward in topology.mirrored_pairs}
    for path in topology.pathways:
        groups[path.name] = _synapse_parameters(model, path, path.name in mirrored)
    if model.plasticity.keeps_rates:
        rates = ("target_rate", "tau_homeostasis")
        for name in topology.hidden:
            groups[name] |= {key: float(getattr(model.plasticity, key)) for key in rates}
    for name in topology.sizes:
        values = plasticity.neuron_parameters(name, topology.pathways, model.plasticity)
        groups[name] |= _floats(values)
    if float(output.inhibition):
        groups["output_to_output"] = {"inhibition": float(output.inhibition)}
    return {f"{g}.{name}": value for g, values in groups.items() for name, value in values.items()}


def _synapse_parameters(model: Model, path: Pathway, mirrored: bool) -> dict[str, float]:
    if not path.plastic:
        return _delay(path.target)
    values = plasticity.synapse_parameters(path, model.plasticity)
    # what mirrors a forward weight decays as it does
    values |= {"weight_decay": model.feedback.decay} if mirrored else {}
    return _floats(values) | _delay(path.target)


def _delay(layer: Hidden | Output) -> dict[str, float]:
    """The delay of the synapses onto a layer, where it is one for all."""
    one = float(layer.delay) > 0 and not isinstance(layer.delay, Distribution)
    return {"delay": float(layer.delay)} if one else {}


def _floats(values: dict) -> dict[str, float]:
    return {name: float(value) for name, value in values.items()}


def learning_rates(
    topology: Topology, progress: float, errors: Sequence[float] = ()
) -> dict[str, float]:
    """Learning rate per presynaptic spike of each plastic projection, when `progress` is done.

    Parameters
    ----------
    progress : float
        Part of the training that is behind, 0 to 1.
    errors : sequence of float
        Validation errors before it and after each of its epochs (schedule ``plateau``).
    """
    section, trial = topology.model.plasticity, float(topology.model.training.trial)
    decay = part_left(section, progress, errors)
    rates = {}
    for path in topology.pathways:
        if not path.plastic:
            continue
        eta = _eta(section, path)
        if not path.recurrent:  # what all pathways into a layer change adds up
            eta /= len(topology.forward_into(path.post))
        rates[path.name] = plasticity.eta_per_spike(
            eta * decay, float(path.target.tau_syn), trial, path.squared_rates
        )
    for hop, forward in topology.mirrored_pairs:
        # the feedback to a layer that is frozen is, too
        rates |= dict.fromkeys(hop.projections, rates.get(forward.name, 0.0))
    if feedback_rule(topology.model).mirrors:
        rates |= dict.fromkeys(topology.feedback_names, 0.0)
    return {f"{name}.eta": eta for name, eta in rates.items()}


def _eta(section: Plasticity, path: Pathway) -> float:
    if path.recurrent:
        return section.eta_recurrent
    return section.eta_output if path.post == "output" else section.eta_hidden


def _dropout(topology: Topology, learning: bool) -> dict[str, float]:
    """Part of each hidden layer that is dropped out, and the gain of the synapses from it."""
    parts = {
        name: layer.dropout if learning else 0.0
        for name, layer in topology.hidden.items()
        if layer.dropout
    }
    gains = {
        f"{path.name}.gain": 1 / (1 - parts[path.pre])
        for path in topology.pathways
        if path.dropped_out
    }
    return {f"{name}.dropout": part for name, part in parts.items()} | gains


def _slow_variables(topology: Topology, learning: bool) -> dict[str, float]:
    """What changes slowly while the network learns, and does not in a test."""
    section = topology.model.plasticity
    tau_rms = float(topology.model.feedback.tau_rms) if learning else NEVER
    values = {f"{pool}.tau_rms": tau_rms for pool in topology.pools.values()}
    if float(section.intrinsic):
        intrinsic = float(section.intrinsic) if learning else 0.0
        values |= {f"{name}.intrinsic": intrinsic for name in topology.hidden}
    return values


def while_learning(
    topology: Topology, progress: float, errors: Sequence[float] = ()
) -> dict[str, float]:
    """Values besides `parameters` with which a chunk is learnt; see `learning_rates`."""
    values = learning_rates(topology, progress, errors) | _dropout(topology, learning=True)
    return values | _slow_variables(topology, learning=True)


def while_tested(topology: Topology, teacher: bool = False) -> dict[str, float]:
    """Values besides `parameters` without learning, and with all neurons.

    There is no error either, unless there is to be a `teacher`.
    """
    rates = dict.fromkeys(learning_rates(topology, 0.0), 0.0)
    values = rates | _dropout(topology, learning=False) | _slow_variables(topology, False)
    return values if teacher else values | coding.untaught(topology.model)


def while_mirroring(topology: Topology) -> dict[str, float]:
    """Values in a phase in which noise drives the hidden layers, and only feedback learns.

    No input, no teacher and no error.
    """
    model = topology.model
    values = while_tested(topology) | coding.without_input(model.input)
    values["output.i_bias"] = MIRROR_BIAS_OUTPUT * model.output.rheobase()
    for name, layer in topology.hidden.items():
        values[f"{name}.i_bias"] = MIRROR_BIAS * layer.rheobase()
    rate = model.feedback.mirror_rate
    return values | {f"{name}.eta": rate for name in topology.feedback_names}
