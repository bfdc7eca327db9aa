"""Populations of neurons: the soma of a neuron model, with what learning needs around it."""

from spikingfa.model.layers import Hidden, Output
from spikingfa.model.neurons import Neuron, Soma
from spikingfa.network.blueprint import Population
from spikingfa.rules.feedback import FeedbackRule
from spikingfa.rules.plasticity import PlasticityRule

#: A noise current, normally distributed and independent in each step of 1 ms (PyNN's
#: ``NoisyCurrentSource``); other steps keep its spectrum: SD(dt)**2 * dt is the same.
NOISE = """
# noise current
noise = i_noise*sqrt(1*ms/dt)*randn()                : amp (constant over dt)
"""

#: Dropout: in each trial that it learns from, a random part of a layer is not active, so that no
#: neuron relies on a certain other one (Srivastava et al. 2014, J Mach Learn Res 15:1929).
DROPOUT = """
# dropout
dropout : 1 (shared, constant)
active  : 1
"""

#: The apical compartment is a current of its own: it gates plasticity and does not reach the soma.
#: Each error spike adds to it,
APICAL_SPIKING = """
# apical compartment, which the error arrives in
di_apical/dt = -i_apical / tau_apical                : amp
"""

#: or the error flows without spikes and is filtered as the spikes would be.
APICAL_GRADED = """
# apical compartment, which the error arrives in
di_apical/dt = (i_error - i_apical) / tau_apical     : amp
i_error                                              : amp
"""

#: Apical coupling: a conductance joins the soma to the apical compartment, whose potential is that
#: of a passive membrane; the soma does not act back on it (Guerguiev, Lillicrap & Richards 2017,
#: eLife 6:e22901).
COUPLING = """
# coupling of the apical compartment to the soma
g_couple : siemens (shared, constant)
r_apical : ohm (shared, constant)
"""

#: A neuron that fired at the end of a trial is not refractory in the next. This comes before all
#: else that is put to rest, as Brian2 sets no variable that is held while a neuron is refractory;
#: the time is Brian2's.
NO_SPIKE_YET = "not_refractory = True\nlastspike = -1e4*second"

PARAMETERS = """
# parameters
{declarations}
tau_apical : second (shared, constant)
n_spikes   : integer
"""

#: The drive, 1 at rheobase, and how far the neuron would follow it: see `Soma.sensitivity`.
SENSITIVITY = """
# third factor of plasticity
drive = {drive}   : 1
sensitivity = {sensitivity} : 1{constant}
teaching = {teaching}                      : amp (constant over dt)
"""

#: Read by every synapse in every step, so that it is computed once.
_CONSTANT = " (constant over dt)"

WINDOW = """sensitivity_min : 1 (shared, constant)
sensitivity_max : 1 (shared, constant)
"""

#: No sensitivity: a silent output neuron must be able to recover.
INSENSITIVE = """
# third factor of plasticity
teaching = i_apical                                  : amp (constant over dt)
"""

READOUT = """
# read-out: spikes in this trial; ties go to the larger charge
dcharge/dt = i_syn{counted}                          : coulomb
count : integer
"""

#: Spikes and charge count from `readout_latency` on.
READOUT_WINDOW = """
counts = int(t - onset >= readout_latency - dt/2)    : 1
onset           : second (shared)
readout_latency : second (shared, constant)
"""


def hidden_population(
    name: str,
    layer: Hidden,
    rule: PlasticityRule,
    graded: bool,
    feedback: FeedbackRule | type[FeedbackRule] = FeedbackRule,
) -> Population:
    """The hidden layer as a population; by default, its error teaches where it is sensitive."""
    active = " and active > 0" if layer.dropout else ""
    soma = layer.soma()
    sensitivity = rule.sensitivity or soma.sensitivity
    return _population(
        name,
        layer.size,
        layer,
        graded,
        SENSITIVITY.format(
            drive=soma.drive,
            sensitivity=f"({sensitivity})*active" if layer.dropout else sensitivity,
            constant=_CONSTANT if rule.trace else "",
            teaching=feedback.teaching,
        )
        + feedback.hidden
        + WINDOW
        + (COUPLING if layer.coupled else "")
        + (DROPOUT if layer.dropout else ""),
        if_also=active,
        rest=feedback.hidden_rest,
        onset="active = int(rand() >= dropout)" if layer.dropout else "",
    )


def output_population(size: int, layer: Output, rule: PlasticityRule, graded: bool) -> Population:
    """The output layer: neurons whose spikes are counted in every trial."""
    plasticity = INSENSITIVE
    if rule.output_sensitivity:
        plasticity = SENSITIVITY.format(
            drive=layer.soma().drive,
            sensitivity=rule.output_sensitivity,
            constant=_CONSTANT if rule.trace else "",
            teaching=FeedbackRule.teaching,
        )
    late = bool(layer.readout_latency)
    readout = READOUT.format(counted="*counts" if late else "")
    return _population(
        "output",
        size,
        layer,
        graded,
        plasticity + readout + (READOUT_WINDOW if late else ""),
        on_spike="\ncount += int(counts)" if late else "\ncount += 1",
        onset="onset = t\n" * late + "count = 0\ncharge = 0*coulomb",
        recorded=("count", "charge"),
    )


def _population(
    name, size, layer: Neuron, graded, plasticity, if_also="", on_spike="", rest="", **others
) -> Population:
    soma, noisy = layer.soma(), float(layer.i_noise) > 0
    silence = NO_SPIKE_YET if soma.refractory else ""
    equations = [
        "\n# soma" + soma.equations.format(current=" + ".join(_currents(layer, soma))),
        APICAL_GRADED if graded else APICAL_SPIKING,
        PARAMETERS.format(declarations=layer.declarations()),
        plasticity,
        NOISE if noisy else "",
    ]
    return Population(
        name=name,
        size=size,
        equations="".join(equations),
        threshold=soma.threshold + if_also,
        reset=f"{soma.reset}\nn_spikes += 1{on_spike}".lstrip(),
        refractory=soma.refractory,
        rest="\n".join(filter(None, (silence, soma.onset, "i_apical = 0*amp", rest))),
        **others,
    )


def _currents(layer: Neuron, soma: Soma) -> list[str]:
    """Currents into the soma."""
    noise = ["noise"] if float(layer.i_noise) else []
    apical = [soma.apical] if isinstance(layer, Hidden) and layer.coupled else []
    return [soma.synaptic, "i_bias", *noise, *apical]


def soma_parameters(layer: Neuron) -> dict[str, float]:
    """Values of the parameters that all neurons of a layer share, in SI units."""
    drawn = layer.distributions()
    values = {name: float(v) for name, v in layer.values().items() if name not in drawn}
    if isinstance(layer, Hidden):
        also = ("sensitivity_min", "sensitivity_max")
        also += ("g_couple", "r_apical") if layer.coupled else ()
        values |= {name: float(getattr(layer, name)) for name in also}
    elif layer.readout_latency:
        values["readout_latency"] = float(layer.readout_latency)
    return values
