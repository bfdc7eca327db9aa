"""A user's own plasticity rule, checked by Brian2 itself before anything is compiled.

It is looked at in every plastic projection of the model that it stands in. That its texts have
their form is known already (:class:`spikingfa.model.learning.Plasticity`).
"""

from collections.abc import Callable

from spikingfa.base.errors import ModelError
from spikingfa.base.text import printable
from spikingfa.model.model import Model
from spikingfa.network.blueprint import Blueprint, in_brian2
from spikingfa.network.pathways import Stimuli
from spikingfa.network.plasticity import declarations, learning, rule_of, terms_of
from spikingfa.network.topology import Topology
from spikingfa.network.user_rule_checks import Site, problem_of
from spikingfa.rules.plasticity.equations import SENSITIVITIES
from spikingfa.rules.plasticity.equations import Equations as Own


def check(model: Model, write_out: Callable[[Topology], Blueprint]) -> None:
    """Look at the own rule of a model, in the network that `write_out` makes of it.

    Raises
    ------
    ModelError
        Brian2 cannot carry it out, or it names what is not of the synapse and its two neurons.
    """
    section, size = model.plasticity, Stimuli(1, 1, 1.0)
    rule, carried_out = Own.written(section), rule_of(section)
    synapses = write_out(Topology(_with(model, change="w"), size))
    some = {field: "1" for field in SENSITIVITIES if getattr(section, field)}
    neurons = write_out(Topology(_with(model, **some), size))
    own = "\n".join(_declared(rule.post_parameters, section))
    sites = tuple(
        Site(
            path.name,
            neurons.population(path.pre).equations,
            neurons.population(path.post).equations,
            own,
            synapses.projection(path.name).equations,
            in_brian2(learning(carried_out, terms_of(path, section))),
            path.pre,
            path.post,
        )
        for path in Topology(model, size).pathways
        if path.plastic
    )
    if problem := problem_of(rule, tuple(_declared(section.parameters, section)), sites):
        field, reason = problem
        raise ModelError(printable(f"plasticity.{field}: {reason}"))


def _declared(names, section) -> list[str]:
    return declarations({name: section.value(name) for name in names})


def _with(model, **texts):
    """The model with other texts, which shows what is there besides."""
    return model.model_copy(update={"plasticity": model.plasticity.model_copy(update=texts)})
