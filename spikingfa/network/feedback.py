"""The feedback pathway: synapses that carry errors, apart from the forward synapses.

The error reaches the apical current of a hidden neuron j through feedback weights B, drawn once in
feedback alignment (Lillicrap et al. 2016, Nat Commun 7:13276)::

    tau d i_apical_j/dt = -i_apical_j + scale * sum_k e_k B_kj

and that of its own output neuron one to one.
"""

from spikingfa.model.model import Model
from spikingfa.network.blueprint import Projection
from spikingfa.network.feedback_pathways import (
    error_names,
    feedback_pathways,
    feedback_rule,
    neurons_per_error,
)
from spikingfa.network.pathways import Stimuli
from spikingfa.network.under_way import OF_THIS_TRIAL, are_dropped
from spikingfa.rules.feedback import FeedbackRule

#: One error spike brings this share of the charge that a unit error brings in the time tau.
_PER_SPIKE = "scale/(error_rate_pre*tau_apical_post*{neurons})"

_SCALE = "scale : amp (shared, constant)\n"

_FIXED = "b : 1 (constant)"

_SIGNS = {"error_on": "+", "error_off": "-"}


def feedback_projections(model: Model, stimuli: Stimuli) -> tuple[Projection, ...]:
    """Error to its own output neuron, and through B to every hidden layer."""
    section = model.feedback
    to = _graded if section.error == "graded" else _spiking
    paths = [("output", "output"), *((p.source, p.post) for p in feedback_pathways(model, stimuli))]
    return tuple(
        to(model, error, source, post)
        for source, post in paths
        for error in error_names(section, source)
    )


def _graded(model: Model, error: str, source: str, post: str) -> Projection:
    rule = feedback_rule(model)
    weight = "" if post == "output" else "*b"
    amount = "error_pre" if post == "output" or rule.signed else "abs(error_pre)"
    return Projection(
        f"{error}_to_{post}",
        error,
        post,
        equations=f"i_error_post = scale{weight}*{amount} : amp (summed)\n" + _weight(post, rule),
        on_post=rule.learn if weight else "",
        post_delay=rule.learn_after if weight else 0.0,
        connect="i == j" if post == "output" else "all",
    )


def _spiking(model: Model, error: str, source: str, post: str) -> Projection:
    section, rule = model.feedback, feedback_rule(model)
    neurons = neurons_per_error(section, source)
    weight = "" if post == "output" else "*b"
    counts = f"*{OF_THIS_TRIAL}" if are_dropped(section.delay, model.training.continuous) else ""
    sign = next(sign for name, sign in _SIGNS.items() if error.startswith(name))
    sign = sign if post == "output" or rule.signed else "+"
    return Projection(
        f"{error}_to_{post}",
        error,
        post,
        equations=_weight(post, rule),
        on_pre=f"i_apical_post {sign}= {_PER_SPIKE.format(neurons=neurons)}{weight}{counts}",
        on_post=rule.learn if weight else "",
        post_delay=rule.learn_after if weight else 0.0,
        connect=f"j == i//{neurons}" if post == "output" else "all",
        delayed=True,
    )


def _weight(post: str, rule: FeedbackRule) -> str:
    if post == "output":
        return _SCALE
    return _SCALE + (rule.synapse or _FIXED)
