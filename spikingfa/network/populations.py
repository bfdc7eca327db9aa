"""Populations of neurons: the soma of a neuron model, and the mechanisms that learning needs.

A hidden neuron of the model `lif`, whole, as `spikingfa show` prints it::

    # soma
    dv/dt = (v_rest - v + r_m*(i_syn + i_bias)) / tau_m  : volt (unless refractory)
    di_syn/dt = -i_syn / tau_syn                         : amp

    # apical compartment, which the error arrives in
    di_apical/dt = -i_apical / tau_apical                : amp

    # parameters
    tau_syn    : second (shared, constant)
    i_bias     : amp    (shared, constant)
    v_rest     : volt   (shared, constant)
    v_reset    : volt   (shared, constant)
    v_thresh   : volt   (shared, constant)
    tau_m      : second (shared, constant)
    tau_refrac : second (shared, constant)
    r_m        : ohm    (shared, constant)
    tau_apical : second (shared, constant)
    n_spikes   : integer

    # third factor of plasticity
    drive = r_m*(i_syn + i_bias) / (v_thresh - v_rest)   : 1
    sensitivity = int(drive > sensitivity_min and drive < sensitivity_max) : 1
    teaching = i_apical*sensitivity                      : amp (constant over dt)
    sensitivity_min : 1 (shared, constant)
    sensitivity_max : 1 (shared, constant)
"""

from spikingfa.model.layers import Hidden, Output
from spikingfa.model.neurons import Neuron, Soma
from spikingfa.network.blueprint import Population
from spikingfa.network.error_signal import ErrorSignal
from spikingfa.network.mechanisms import (
    APICAL_GRADED,
    APICAL_SPIKING,
    COUPLING,
    DROPOUT,
    INSENSITIVE,
    INTRINSIC,
    LATE_READOUT,
    NOISE,
    READOUT,
    WINDOW,
    Mechanism,
    joined,
)
from spikingfa.rules.plasticity import PlasticityRule

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
sensitivity = {sensitivity} : 1
teaching = {teaching:41} : amp (constant over dt)
"""

#: The same where every synapse reads it in every step, so that it is computed once.
SENSITIVITY_ONCE = """
# third factor of plasticity
drive = {drive}   : 1
sensitivity = {sensitivity} : 1 (constant over dt)
teaching = {teaching:41} : amp (constant over dt)
"""


def hidden_population(
    name: str,
    layer: Hidden,
    rule: PlasticityRule,
    graded: bool,
    signal: ErrorSignal = ErrorSignal(),  # noqa: B008  frozen
    intrinsic: bool = False,
) -> Population:
    """The hidden layer as a population; by default, its error teaches where it is sensitive.

    With `intrinsic` plasticity its neurons have a bias that follows their rates.
    """
    sensitivity = rule.sensitivity or layer.soma().sensitivity
    if layer.dropout:
        sensitivity = f"({sensitivity})*active"
    mechanisms = [
        *_neuron(layer, graded, intrinsic),
        _third_factor(layer, rule, sensitivity, signal.teaching, intrinsic),
        *signal.mechanisms,
        WINDOW,
        *([INTRINSIC] if intrinsic else []),
        *([COUPLING] if layer.coupled else []),
        *([DROPOUT] if layer.dropout else []),
    ]
    return _population(name, layer.size, layer, mechanisms)


def output_population(size: int, layer: Output, rule: PlasticityRule, graded: bool) -> Population:
    """The output layer: neurons whose spikes are counted in every trial."""
    third, sensitivity = INSENSITIVE, rule.output_sensitivity
    if sensitivity:
        third = _third_factor(layer, rule, sensitivity, ErrorSignal.teaching)
    readout = LATE_READOUT if layer.readout_latency else READOUT
    mechanisms = [*_neuron(layer, graded), third, readout]
    return _population("output", size, layer, mechanisms, recorded=("count", "charge"))


def _population(name, size, layer: Neuron, mechanisms: list[Mechanism], **others) -> Population:
    noise = [NOISE] if float(layer.i_noise) else []
    return joined(name, size, [*mechanisms, *noise], refractory=layer.soma().refractory, **others)


def _neuron(layer: Neuron, graded: bool, intrinsic: bool = False) -> list[Mechanism]:
    """The soma, the apical compartment and the parameters."""
    soma = layer.soma()
    silence = [NO_SPIKE_YET] if soma.refractory else []
    currents = [*_currents(layer, soma), *(["i_intrinsic"] if intrinsic else [])]
    return [
        Mechanism(
            "\n# soma" + soma.equations.format(current=" + ".join(currents)),
            threshold=soma.threshold,
            reset=soma.reset,
            rest="\n".join([*silence, soma.onset]),
        ),
        APICAL_GRADED if graded else APICAL_SPIKING,
        Mechanism(PARAMETERS.format(declarations=layer.declarations()), reset="n_spikes += 1"),
    ]


def _third_factor(
    layer: Neuron, rule: PlasticityRule, sensitivity: str, teaching: str, intrinsic: bool = False
) -> Mechanism:
    """The gate of plasticity: sensitivity to the drive, and the teaching current."""
    text = SENSITIVITY_ONCE if rule.trace else SENSITIVITY
    drive = layer.soma().drive
    if intrinsic:
        drive = drive.replace("i_bias", "(i_bias + i_intrinsic)")
    return Mechanism(text.format(drive=drive, sensitivity=sensitivity, teaching=teaching))


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
