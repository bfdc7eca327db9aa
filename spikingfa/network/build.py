"""From records to a blueprint: the network that a model describes, written out."""

from spikingfa.model.layers import Output
from spikingfa.model.learning import OWN
from spikingfa.model.model import Model
from spikingfa.network import coding, error_neurons, error_signal, feedback, plasticity, user_rule
from spikingfa.network import populations as neurons
from spikingfa.network.blueprint import Blueprint, Population, Projection
from spikingfa.network.feedback_pathways import feedback_rule
from spikingfa.network.mechanisms import MEAN_RATE, with_mechanism
from spikingfa.network.topology import Topology
from spikingfa.network.under_way import are_dropped, with_onset


def blueprint(topology: Topology) -> Blueprint:
    """Write out the network that a model describes, for stimuli of a certain size.

    Raises
    ------
    ModelError
        The model's own plasticity rule cannot be carried out: see `check_rule`.
    """
    check_rule(topology.model)
    return _written_out(topology)


def check_rule(model: Model) -> None:
    """Let Brian2 judge the plasticity rule of a model, where it is the user's own.

    Raises
    ------
    ModelError
        It cannot be carried out in the synapses and neurons of this model.
    """
    if model.plasticity.rule == OWN:
        user_rule.check(model, _written_out)


def _written_out(topology: Topology) -> Blueprint:
    model, paths = topology.model, topology.pathways
    return Blueprint(
        dt=float(model.training.dt),
        precision=model.training.precision,
        continuous=model.training.continuous,
        populations=(
            *(_plastic(p, topology) for p in _forward_populations(topology)),
            coding.teacher_population(topology.sizes["output"], model.output),
            *error_neurons.error_populations(topology),
            *error_signal.pool_populations(topology),
        ),
        projections=(
            *(
                plasticity.forward_projection(path, model.plasticity, model.training.continuous)
                for path in paths
            ),
            *inhibition(model.output),
            *error_neurons.error_inputs(topology),
            *error_signal.pool_projections(topology),
            *feedback.feedback_projections(topology),
        ),
    )


def inhibition(layer: Output) -> tuple[Projection, ...]:
    """Inhibition of each output neuron by every other one."""
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


def _forward_populations(topology: Topology) -> tuple[Population, ...]:
    model, sizes = topology.model, topology.sizes
    rule, carrier = plasticity.rule_of(model.plasticity), feedback_rule(model)
    graded = model.feedback.error == "graded"
    intrinsic = float(model.plasticity.intrinsic) > 0
    return (
        coding.input_population(sizes["input"], model.input),
        *(
            neurons.hidden_population(
                *(name, layer, rule, graded),
                error_signal.error_signal(name, topology, carrier),
                intrinsic,
            )
            for name, layer in topology.hidden.items()
        ),
        neurons.output_population(sizes["output"], model.output, rule, graded),
    )


def _plastic(population: Population, topology: Topology) -> Population:
    """The population, with what plasticity needs in its neurons."""
    section, paths = topology.model.plasticity, topology.pathways
    if _drops_spikes(population.name, topology):
        population = with_onset(population)
    if section.keeps_rates and population.name in topology.hidden:
        population = with_mechanism(population, MEAN_RATE)
    outgoing = [path for path in paths if path.pre == population.name]
    incoming = [path for path in paths if path.post == population.name]
    population = plasticity.presynaptic(population, outgoing, section)
    return plasticity.postsynaptic(population, incoming, section)


def _drops_spikes(name: str, topology: Topology) -> bool:
    """Whether spikes may reach a population, forward or back, in the trial after theirs."""
    model = topology.model
    delays = [path.target.delay for path in topology.pathways if path.post == name]
    taught = name in ("output", *(path.post for path in topology.feedback))
    delays += [model.feedback.delay] if taught and model.feedback.error == "spiking" else []
    return any(are_dropped(delay, model.training.continuous) for delay in delays)
