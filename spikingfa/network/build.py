"""From records to a blueprint: the network that a model describes, written out."""

from spikingfa.model.layers import Output
from spikingfa.model.learning import OWN
from spikingfa.model.model import Model, hidden_layers
from spikingfa.network import coding, error_neurons, feedback, plasticity, user_rule
from spikingfa.network import populations as neurons
from spikingfa.network.blueprint import Blueprint, Population, Projection
from spikingfa.network.feedback_pathways import feedback_pathways, feedback_rule
from spikingfa.network.pathways import Pathway, Stimuli, pathways
from spikingfa.network.under_way import are_dropped, with_onset


def blueprint(model: Model, stimuli: Stimuli) -> Blueprint:
    """Write out the network that `model` describes, for stimuli of the given size.

    Raises
    ------
    ModelError
        The model's own plasticity rule cannot be carried out: see `check_rule`.
    """
    check_rule(model)
    return _written_out(model, stimuli)


def check_rule(model: Model) -> None:
    """Let Brian2 judge the plasticity rule of a model, where it is the user's own.

    Raises
    ------
    ModelError
        It cannot be carried out in the synapses and neurons of this model.
    """
    if model.plasticity.rule == OWN:
        user_rule.check(model, _written_out)


def _written_out(model: Model, stimuli: Stimuli) -> Blueprint:
    paths = pathways(model, stimuli)
    return Blueprint(
        dt=float(model.training.dt),
        precision=model.training.precision,
        continuous=model.training.continuous,
        populations=(
            *(_plastic(p, model, paths) for p in _forward_populations(model, stimuli)),
            coding.teacher_population(stimuli.n_classes, model.output),
            *error_neurons.error_populations(model, stimuli),
        ),
        projections=(
            *(
                plasticity.forward_projection(path, model.plasticity, model.training.continuous)
                for path in paths
            ),
            *inhibition(model.output),
            *error_neurons.error_inputs(model),
            *feedback.feedback_projections(model),
        ),
    )


def inhibition(layer: Output) -> tuple[Projection, ...]:
    """Each output neuron inhibits every other one."""
    if not float(layer.inhibition):
        return ()
    return (
        Projection(
            *("output_to_output", "output", "output"),
            equations="inhibition : amp (shared, constant)",
            on_pre=layer.soma().deliver.format(w="(-inhibition)"),
            connect="i != j",
        ),
    )


def _forward_populations(model: Model, stimuli: Stimuli) -> tuple[Population, ...]:
    rule, carrier = plasticity.rule_of(model.plasticity), feedback_rule(model)
    graded = model.feedback.error == "graded"
    layers = hidden_layers(model).items()
    return (
        coding.input_population(stimuli.n_features, model.input),
        *(neurons.hidden_population(name, layer, rule, graded, carrier) for name, layer in layers),
        neurons.output_population(stimuli.n_classes, model.output, rule, graded),
    )


def _drops_spikes(population: Population, incoming: list[Pathway], model: Model) -> bool:
    """Whether spikes may reach it, forward or back, in the trial after theirs."""
    delays = [path.target.delay for path in incoming]
    taught = population.name in ("output", *(path.post for path in feedback_pathways(model)))
    delays += [model.feedback.delay] if taught and model.feedback.error == "spiking" else []
    return any(are_dropped(delay, model.training.continuous) for delay in delays)


def _plastic(population: Population, model: Model, paths) -> Population:
    """The population, with what plasticity needs in its neurons."""
    outgoing = [path for path in paths if path.pre == population.name]
    incoming = [path for path in paths if path.post == population.name]
    if _drops_spikes(population, incoming, model):
        population = with_onset(population)
    population = plasticity.presynaptic(population, outgoing, model.plasticity)
    return plasticity.postsynaptic(population, incoming, model.plasticity)
