"""The forward synapses: they deliver their current, and learn by a rule.

A rule says what the learning rate is multiplied with (:mod:`spikingfa.plasticity_rules`). All of
it is at hand in the synapse and its two neurons; no other weight is read.
"""

from dataclasses import replace

from spikingfa.blueprint import Population, Projection
from spikingfa.distribution import Distribution
from spikingfa.layers import Hidden, Output
from spikingfa.model import Plasticity
from spikingfa.plasticity_rules import PLASTICITY, PlasticityRule

PLASTIC_SYNAPSE = """
w            : amp
eta          : 1 (shared, constant)
weight_decay : 1 (shared, constant)
"""

_BOUND = "\nw_max : amp (shared, constant)"
_GAIN = "\ngain : 1 (shared, constant)"

LEARN = "w = w - {eta}*({change} + weight_decay*w)"
LEARN_BOUNDED = "w = clip(w - {eta}*({change} + weight_decay*w), -w_max, w_max)"


def rule_of(section: Plasticity) -> PlasticityRule:
    """The rule that a model names."""
    return PLASTICITY[section.rule]


def presynaptic(population: Population, rule: PlasticityRule) -> Population:
    """The population, with the traces that the rule needs in presynaptic neurons."""
    if not rule.pre:
        return population
    return replace(
        population,
        equations=f"{population.equations}\n# presynaptic trace\n{rule.pre.strip()}\n",
        reset=f"{population.reset}\n{rule.pre_spike}",
        onset=f"{population.onset}\n{rule.pre_onset}",
    )


def forward_projection(
    pre: str, post: str, section: Plasticity, target: Hidden | Output, blanked: bool
) -> Projection:
    """All-to-all plastic synapses onto a layer.

    Where a part of the presynaptic neurons is blanked out in training, the others' `gain` makes up
    for it then: 1 / (1 - blank).
    """
    rule, bounded = rule_of(section), section.w_max is not None
    deliver = target.soma().deliver.format(w="gain*w" if blanked else "w")
    learn = LEARN_BOUNDED if bounded else LEARN
    return Projection(
        name=f"{pre}_to_{post}",
        pre=pre,
        post=post,
        equations=PLASTIC_SYNAPSE
        + rule.synapse
        + (_BOUND if bounded else "")
        + (_GAIN if blanked else ""),
        on_pre=f"{deliver}\n{learn.format(eta='eta', change=rule.change)}",
        delayed=float(target.delay) > 0,
        delays_differ=isinstance(target.delay, Distribution),
    )


def eta_per_spike(eta: float, tau_syn: float, trial: float, sum_of_squared_rates: float) -> float:
    """The change at one spike that makes `eta` mean the same for any size, rate and duration.

    A stimulus whose inputs fire at rates r_i for a time T, under a constant teaching current,
    changes the synaptic current that it evokes by ``tau_syn * sum_i r_i * (eta_s * r_i * T)``
    times that current. `eta` is this factor, so ``eta_s = eta / (T * tau_syn * sum_i r_i**2)``
    (the normalisation of the LMS rule: Nagumo & Noda 1967).

    Parameters
    ----------
    eta : float
        Learning rate, dimensionless.
    tau_syn, trial : float
        Decay of the postsynaptic current and duration of a stimulus, in seconds.
    sum_of_squared_rates : float
        Expected sum of the squared presynaptic rates, in Hz**2.
    """
    return eta / (trial * tau_syn * sum_of_squared_rates)
