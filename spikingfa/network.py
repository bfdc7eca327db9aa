"""From records to a blueprint: the network that a model describes, written out."""

from spikingfa import coding, error_neurons, feedback, neurons, plasticity
from spikingfa.blueprint import Blueprint, Population
from spikingfa.feedback_pathways import feedback_rule
from spikingfa.model import Model, layer_names
from spikingfa.pathways import Stimuli, pathways


def blueprint(model: Model, stimuli: Stimuli) -> Blueprint:
    """Write out the network that `model` describes, for stimuli of the given size."""
    return Blueprint(
        dt=float(model.training.dt),
        precision=model.training.precision,
        populations=(
            *_forward_populations(model, stimuli),
            coding.teacher_population(stimuli.n_classes, model.output),
            *error_neurons.error_populations(model, stimuli),
        ),
        projections=(
            *(
                plasticity.forward_projection(
                    path.pre, path.post, model.plasticity, path.target, path.blanked
                )
                for path in pathways(model, stimuli)
            ),
            *error_neurons.told(model, stimuli),
            *feedback.feedback_projections(model, stimuli),
        ),
    )


def _forward_populations(model: Model, stimuli: Stimuli) -> tuple[Population, ...]:
    rule, blame = plasticity.rule_of(model.plasticity), feedback_rule(model)
    graded = model.feedback.error == "graded"
    layers = zip(layer_names(model), model.hidden)
    presynaptic = (
        coding.input_population(stimuli.n_features, model.input),
        *(neurons.hidden_population(name, layer, rule, blame, graded) for name, layer in layers),
    )
    return (
        *(plasticity.presynaptic(population, rule) for population in presynaptic),
        neurons.output_population(stimuli.n_classes, model.output, rule, graded),
    )
