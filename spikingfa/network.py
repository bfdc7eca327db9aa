"""From records to a blueprint, its parameters and its initial state."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from spikingfa import coding, feedback, neurons, plasticity
from spikingfa.blueprint import Blueprint
from spikingfa.model import Model, layer_names
from spikingfa.schedules import SCHEDULES


@dataclass(frozen=True)
class Stimuli:
    """What the network must know of the data: sizes, and how bright a stimulus is.

    `mean_square_sum` is the mean over stimuli of the sum of squared intensities; it sets the
    scale of the input weights and of their learning rate.
    """

    n_features: int
    n_classes: int
    mean_square_sum: float


def blueprint(model: Model, stimuli: Stimuli) -> Blueprint:
    """Write out the network that `model` describes, for stimuli of the given size."""
    graded = model.feedback.error == "graded"
    layers = layer_names(model)
    chain = ("input", *layers, "output")
    blanked = [False, *(layer.blank > 0 for layer in model.hidden)]
    return Blueprint(
        dt=float(model.training.dt),
        precision=model.training.precision,
        populations=(
            coding.input_population(stimuli.n_features, model.input),
            *(neurons.hidden_population(n, h, graded) for n, h in zip(layers, model.hidden)),
            neurons.output_population(stimuli.n_classes, model.output, graded),
            coding.teacher_population(stimuli.n_classes, model.output),
            *feedback.error_populations(stimuli.n_classes, model.feedback),
        ),
        projections=(
            *(
                plasticity.forward_projection(*pair, model.plasticity, blanked)
                for pair, blanked in zip(pairwise(chain), blanked)
            ),
            *feedback.comparison(model.feedback),
            *feedback.feedback_projections(model.feedback, layers),
        ),
    )


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
        "output": neurons.lif_parameters(output) | apical,
        "teacher": teacher | trial,
    }
    for name, layer in zip(layer_names(model), model.hidden):
        groups[name] = neurons.lif_parameters(layer) | apical
    for name in feedback.error_names(section):
        groups[name] = error | spiking
    for p in feedback.feedback_projections(section, layer_names(model)):
        scale = section.output_scale if p.post == "output" else section.scale
        groups[p.name] = {"scale": float(scale)}
        if p.delayed:
            groups[p.name]["delay"] = float(section.delay)
    for name in forward_names(model):
        groups[name] = {"weight_decay": model.plasticity.weight_decay}
        if model.plasticity.w_max is not None:
            groups[name]["w_max"] = float(model.plasticity.w_max)
    return {f"{g}.{name}": value for g, values in groups.items() for name, value in values.items()}


def forward_names(model: Model) -> tuple[str, ...]:
    """Names of the forward projections, from the input on."""
    chain = ("input", *layer_names(model), "output")
    return tuple(f"{pre}_to_{post}" for pre, post in pairwise(chain))


def _squared_rates(model: Model, stimuli: Stimuli) -> list[float]:
    """Expected sums of squared presynaptic rates (Hz**2), one per forward projection."""
    from_input = float(model.input.rate_max) ** 2 * stimuli.mean_square_sum
    reference = float(model.plasticity.reference_rate) ** 2
    return [from_input, *(layer.size * reference for layer in model.hidden)]


def learning_rates(model: Model, stimuli: Stimuli, progress: float) -> dict[str, float]:
    """Learning rate per presynaptic spike of each forward projection, when `progress` is done.

    Parameters
    ----------
    progress : float
        Part of the training that is behind, 0 to 1.
    """
    section = model.plasticity
    decay = SCHEDULES[section.schedule](progress, section.eta_final)
    etas = [section.eta_hidden] * len(model.hidden) + [section.eta_output]
    layers = [*model.hidden, model.output]
    trial = float(model.training.trial)
    return {
        f"{name}.eta": plasticity.eta_per_spike(eta * decay, float(layer.tau_syn), trial, squares)
        for name, eta, layer, squares in zip(
            forward_names(model), etas, layers, _squared_rates(model, stimuli)
        )
    }


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


def initial_state(
    model: Model, stimuli: Stimuli, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """What changes and is carried from chunk to chunk, as it is before learning.

    Weights are normal with mean 0; their SD gives a synaptic current of SD `i_init` in each
    neuron: ``w_sd = i_init / (tau_syn * sqrt(sum_i r_i**2))``.

    Returns
    -------
    dict of ndarray
        Weights ``<pre>_to_<post>.w`` (n_pre, n_post) in amp, phases of the input trains, charge
        of the error neurons.
    """
    sizes = [stimuli.n_features, *(layer.size for layer in model.hidden), stimuli.n_classes]
    layers = [*model.hidden, model.output]
    state = {}
    for k, (name, squares) in enumerate(zip(forward_names(model), _squared_rates(model, stimuli))):
        sd = float(layers[k].i_init) / (float(layers[k].tau_syn) * np.sqrt(squares))
        state[f"{name}.w"] = rng.normal(0.0, sd, (sizes[k], sizes[k + 1]))
    if model.input.coding == "regular":
        state["input.phase"] = rng.uniform(0.0, 1.0, stimuli.n_features)
    if model.feedback.error == "spiking":
        # evenly staggered, so that the neurons of one output do not fire in step
        m = model.feedback.neurons_per_output
        staggered = np.tile((np.arange(m) + 0.5) / m, stimuli.n_classes)
        state |= {f"{name}.q": staggered for name in feedback.SIGNS}
    return state
