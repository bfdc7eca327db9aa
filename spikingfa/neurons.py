"""Neuron models: equations as Brian2 reads them, one text per model."""

from spikingfa.blueprint import Population
from spikingfa.model import LIF, Hidden, Output

#: Leaky integrate-and-fire with exponential synaptic current (PyNN's ``IF_curr_exp``; Gerstner,
#: Kistler, Naud & Paninski 2014, *Neuronal Dynamics*, section 1.3). The apical compartment is a
#: current of its own: it gates plasticity and does not reach the soma.
LIF_EQUATIONS = """
# soma
dv/dt = (v_rest - v + r_m*({current})) / tau_m  : volt (unless refractory)
di_syn/dt = -i_syn / tau_syn                         : amp

# apical compartment, which the error arrives in
{apical}

# parameters
v_rest     : volt   (shared, constant)
v_reset    : volt   (shared, constant)
v_thresh   : volt   (shared, constant)
tau_m      : second (shared, constant)
tau_refrac : second (shared, constant)
r_m        : ohm    (shared, constant)
tau_syn    : second (shared, constant)
i_bias     : amp    (shared, constant)
tau_apical : second (shared, constant)
n_spikes   : integer
"""

#: A noise current, normally distributed and independent in each step of 1 ms (PyNN's
#: ``NoisyCurrentSource``); other steps keep its spectrum: SD(dt)**2 * dt is the same.
NOISE = """
# noise current
noise = i_noise*sqrt(1*ms/dt)*randn()                : amp (constant over dt)
i_noise    : amp    (shared, constant)
"""

#: Blank-out: in each trial that it learns from, a random part of a layer is silent, so that no
#: neuron relies on a certain other one (Srivastava et al. 2014, J Mach Learn Res 15:1929).
BLANK = """
# blank-out
blank  : 1 (shared, constant)
silent : boolean
"""

#: Each error spike adds to the current.
APICAL_SPIKING = "di_apical/dt = -i_apical / tau_apical              : amp"

#: The error flows without spikes and is filtered as the spikes would be.
APICAL_GRADED = """di_apical/dt = (i_error - i_apical) / tau_apical     : amp
i_error                                              : amp"""

#: The neuron learns where its drive (1 = rheobase) lets it fire but does not saturate it: a boxcar
#: in place of the derivative of the f-I curve (eRBP: Neftci et al. 2017, Front Neurosci 11:324).
HIDDEN_PLASTICITY = """
# third factor of plasticity
drive = r_m*(i_syn + i_bias) / (v_thresh - v_rest)   : 1
sensitivity = int(drive > sensitivity_min and drive < sensitivity_max{heard}) : 1
teaching = i_apical*sensitivity                      : amp (constant over dt)
sensitivity_min : 1 (shared, constant)
sensitivity_max : 1 (shared, constant)
"""

#: No sensitivity at the output: a silent output neuron must be able to recover.
OUTPUT_PLASTICITY = """
# third factor of plasticity
teaching = i_apical                                  : amp (constant over dt)

# read-out: spikes in this trial; ties go to the larger charge
dcharge/dt = i_syn                                   : coulomb
count : integer
"""

#: Brian2's rule for ``refractory="tau_refrac"``, a whole number of steps rounded down, without its
#: division for every neuron.
REFRACTORY = "t - lastspike <= tau_refrac - 0.999*dt"

_ONSET = """
v = v_rest
i_syn = 0*amp
i_apical = 0*amp
"""


def hidden_population(name: str, layer: Hidden, graded: bool) -> Population:
    """The hidden layer as a population."""
    heard = " and not silent" if layer.blank else ""
    plasticity = HIDDEN_PLASTICITY.format(heard=heard)
    return _lif(
        name,
        layer.size,
        layer,
        graded,
        plasticity + (BLANK if layer.blank else ""),
        if_also=heard,
        onset="silent = rand() < blank" if layer.blank else "",
    )


def output_population(size: int, layer: Output, graded: bool) -> Population:
    """The output layer: LIF neurons whose spikes are counted in every trial."""
    return _lif(
        "output",
        size,
        layer,
        graded,
        OUTPUT_PLASTICITY,
        on_spike="\ncount += 1",
        onset="count = 0\ncharge = 0*coulomb",
        recorded=("count", "charge"),
    )


def _lif(
    name, size, layer: LIF, graded, plasticity, if_also="", on_spike="", onset="", recorded=()
) -> Population:
    apical = APICAL_GRADED if graded else APICAL_SPIKING
    noisy = bool(layer.i_noise)
    equations = LIF_EQUATIONS.format(
        apical=apical, current="i_syn + i_bias + noise" if noisy else "i_syn + i_bias"
    )
    return Population(
        name=name,
        size=size,
        equations=equations + plasticity + (NOISE if noisy else ""),
        threshold=f"v > v_thresh{if_also}",
        reset="v = v_reset\nn_spikes += 1" + on_spike,
        refractory=REFRACTORY,
        onset=_ONSET + onset,
        recorded=recorded,
    )


def lif_parameters(layer: LIF) -> dict[str, float]:
    """Values of a LIF layer's parameters, in SI units."""
    names = [name for name in LIF.model_fields if name != "i_noise" or layer.i_noise]
    values = {name: float(getattr(layer, name)) for name in names}
    if isinstance(layer, Hidden):
        values |= {name: getattr(layer, name) for name in ("sensitivity_min", "sensitivity_max")}
    return values


def rheobase(layer: LIF) -> float:
    """The constant current (A) that just reaches the threshold: (v_thresh - v_rest) / r_m."""
    return float((layer.v_thresh - layer.v_rest) / layer.r_m)
