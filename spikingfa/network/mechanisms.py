"""Mechanisms of a neuron around its soma: equations under a heading, and what belongs to them.

A population is its soma and the mechanisms that it has, joined block by block; see
:mod:`spikingfa.network.populations`.
"""

from dataclasses import dataclass, replace

from spikingfa.network.blueprint import Population


@dataclass(frozen=True)
class Mechanism:
    """A block of equations, and the statements that go with it.

    `threshold` is a condition that a spike needs besides; `reset` is carried out at a spike, `rest`
    puts to rest, `onset` is carried out when a trial begins.
    """

    equations: str = ""
    threshold: str = ""
    reset: str = ""
    rest: str = ""
    onset: str = ""


def joined(name: str, size: int, mechanisms: list[Mechanism], **others) -> Population:
    """A population of these mechanisms; `others` are fields of `Population`."""

    def lines(field: str, separator: str = "\n") -> str:
        return separator.join(filter(None, (getattr(one, field) for one in mechanisms)))

    return Population(
        name=name,
        size=size,
        equations=lines("equations", ""),
        threshold=lines("threshold", " and "),
        reset=lines("reset"),
        rest=lines("rest"),
        onset=lines("onset"),
        **others,
    )


def with_mechanism(population: Population, mechanism: Mechanism) -> Population:
    """The population with one mechanism more, which comes last."""
    if not mechanism.equations:
        return population
    return replace(
        population,
        equations=f"{population.equations}\n{mechanism.equations.strip()}\n",
        reset=f"{population.reset}\n{mechanism.reset}".strip(),
        rest=f"{population.rest}\n{mechanism.rest}".strip(),
    )


#: A noise current, normally distributed and independent in each step of 1 ms (PyNN's
#: ``NoisyCurrentSource``); other steps keep its spectrum: SD(dt)**2 * dt is the same.
NOISE = Mechanism("""
# noise current
noise = i_noise*sqrt(1*ms/dt)*randn()                : amp (constant over dt)
""")

#: The apical compartment is a current of its own: it gates plasticity and does not reach the soma.
#: Each error spike adds to it,
APICAL_SPIKING = Mechanism(
    """
# apical compartment, which the error arrives in
di_apical/dt = -i_apical / tau_apical                : amp
""",
    rest="i_apical = 0*amp",
)

#: or the error flows without spikes and is filtered as the spikes would be.
APICAL_GRADED = Mechanism(
    """
# apical compartment, which the error arrives in
di_apical/dt = (i_error - i_apical) / tau_apical     : amp
i_error                                              : amp
""",
    rest="i_apical = 0*amp",
)

#: Apical coupling: a conductance joins the soma to the apical compartment, whose potential is that
#: of a passive membrane; the soma does not act back on it (Guerguiev, Lillicrap & Richards 2017,
#: eLife 6:e22901).
COUPLING = Mechanism("""
# coupling of the apical compartment to the soma
g_couple : siemens (shared, constant)
r_apical : ohm (shared, constant)
""")

#: The window in which a neuron is sensitive; see `spikingfa.model.neurons.neuron.BOXCAR`.
WINDOW = Mechanism("""sensitivity_min : 1 (shared, constant)
sensitivity_max : 1 (shared, constant)
""")

#: No sensitivity: a silent output neuron must be able to recover.
INSENSITIVE = Mechanism("""
# third factor of plasticity
teaching = i_apical                                  : amp (constant over dt)
""")

#: The mean rate of a neuron, from trial to trial; each spike adds to it.
MEAN_RATE = Mechanism(
    """
# mean rate
dmean_rate/dt = -mean_rate / tau_homeostasis : Hz
target_rate     : Hz     (shared, constant)
tau_homeostasis : second (shared, constant)
""",
    reset="mean_rate += 1/tau_homeostasis",
)

#: Intrinsic plasticity: a neuron that fires more than the target rate becomes less excitable, and
#: the other way round; its synapses do not change (Desai, Rutherford & Turrigiano 1999, Nat
#: Neurosci 2:515).
INTRINSIC = Mechanism("""
# intrinsic plasticity
di_intrinsic/dt = -intrinsic*(mean_rate/target_rate - 1) / tau_homeostasis : amp
intrinsic : amp (shared, constant)
""")

#: Dropout: in each trial that it learns from, a random part of a layer is not active, so that no
#: neuron relies on a certain other one (Srivastava et al. 2014, J Mach Learn Res 15:1929).
DROPOUT = Mechanism(
    """
# dropout
dropout : 1 (shared, constant)
active  : 1
""",
    threshold="active > 0",
    onset="active = int(rand() >= dropout)",
)

READOUT = Mechanism(
    """
# read-out: spikes in this trial; ties go to the larger charge
dcharge/dt = i_syn                          : coulomb
count : integer
""",
    reset="count += 1",
    onset="count = 0\ncharge = 0*coulomb",
)

#: The same, where spikes and charge count from `readout_latency` on.
LATE_READOUT = Mechanism(
    """
# read-out: spikes in this trial; ties go to the larger charge
dcharge/dt = i_syn*counts                          : coulomb
count : integer

counts = int(t - onset >= readout_latency - dt/2)    : 1
onset           : second (shared)
readout_latency : second (shared, constant)
""",
    reset="count += int(counts)",
    onset="onset = t\ncount = 0\ncharge = 0*coulomb",
)
