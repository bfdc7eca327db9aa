"""The local rule at the forward synapses, and the scale of its learning rates.

At every presynaptic spike the synapse delivers its current and then changes by the product of

    presynaptic spike  x  postsynaptic sensitivity  x  error current in the postsynaptic neuron,

    dw = -eta * (teaching_post + weight_decay*w),    teaching = sensitivity * i_apical.

All of it is at hand in the synapse and its two neurons; no other weight is read. (Three factors:
Fremaux & Gerstner 2016, Front Neural Circuits 9:85; on presynaptic spikes only, with a boxcar
sensitivity: Neftci, Augustine, Paul & Detorakis 2017, Front Neurosci 11:324.)
"""

from spikingfa.blueprint import Projection
from spikingfa.model import Plasticity

PLASTIC_SYNAPSE = """
w            : amp
eta          : 1 (shared, constant)
weight_decay : 1 (shared, constant)
"""

_BOUND = "\nw_max : amp (shared, constant)"
_GAIN = "\ngain : 1 (shared, constant)"

DELIVER = "i_syn_post += w"
DELIVER_GAINED = "i_syn_post += gain*w"
LEARN = "w = w - eta*(teaching_post + weight_decay*w)"
LEARN_BOUNDED = "w = clip(w - eta*(teaching_post + weight_decay*w), -w_max, w_max)"


def forward_projection(pre: str, post: str, section: Plasticity, blanked: bool) -> Projection:
    """All-to-all plastic synapses.

    Where a part of the presynaptic neurons is blanked out in training, the others' `gain` makes up
    for it then: 1 / (1 - blank).
    """
    bounded = section.w_max is not None
    return Projection(
        name=f"{pre}_to_{post}",
        pre=pre,
        post=post,
        equations=PLASTIC_SYNAPSE + (_BOUND if bounded else "") + (_GAIN if blanked else ""),
        on_pre=f"{DELIVER_GAINED if blanked else DELIVER}\n{LEARN_BOUNDED if bounded else LEARN}",
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
