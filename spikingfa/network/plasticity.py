"""The plastic synapses: they deliver their current, and learn by a rule.

A rule says what the learning rate is multiplied with (:mod:`spikingfa.rules.plasticity`); terms
are added to it, or keep the weight where it may be (:mod:`spikingfa.rules.terms`). All of it
is at hand in the synapse and its two neurons; no other weight is read.
"""

from spikingfa.base.units import unit_of
from spikingfa.model.distribution import Distribution
from spikingfa.model.model import Plasticity
from spikingfa.network.blueprint import Population, Projection
from spikingfa.network.mechanisms import Mechanism, with_mechanism
from spikingfa.network.pathways import Pathway
from spikingfa.network.under_way import OF_THIS_TRIAL, are_dropped
from spikingfa.rules.plasticity import PlasticityRule, rule_of
from spikingfa.rules.terms import TERMS, PlasticityTerm

_WEIGHT = "w : amp"
_ETA = "eta : 1 (shared, constant)"
_GAIN = "gain : 1 (shared, constant)"


def terms_of(path: Pathway, section: Plasticity) -> tuple[PlasticityTerm, ...]:
    """The terms that are used in the synapses of a pathway."""
    return tuple(term for term in TERMS.values() if path.plastic and term.used(path, section))


def forward_projection(path: Pathway, section: Plasticity, continuous: bool = False) -> Projection:
    """All-to-all synapses, plastic unless the pathway is fixed.

    Where a part of the presynaptic neurons is dropped out in training, the others' `gain` makes up
    for it then: 1 / (1 - dropout).
    """
    w = "gain*w" if path.dropped_out else "w"
    counts = OF_THIS_TRIAL if are_dropped(path.target.delay, continuous) else ""
    w += f"*{counts}" if counts else ""
    deliver = path.target.soma().deliver.format(w=w)
    gain, delay = [_GAIN] if path.dropped_out else [], path.target.delay
    delays = {"delayed": float(delay) > 0, "delays_differ": isinstance(delay, Distribution)}
    if not path.plastic:
        equations = "\n".join([_WEIGHT, *gain])
        return Projection(path.name, path.pre, path.post, equations, deliver, **delays)
    rule, terms = rule_of(section), terms_of(path, section)
    equations = [
        *(_WEIGHT, _ETA),
        *declarations(synapse_parameters(path, section)),
        *(text for text in (rule.synapse, *(term.synapse for term in terms)) if text),
        *gain,
    ]
    learn = learning(rule, terms, counts)
    return Projection(
        name=path.name,
        pre=path.pre,
        post=path.post,
        equations="\n".join(equations),
        on_pre=deliver if rule.trace else f"{deliver}\n{learn}",
        continuous=f"{rule.step}\n{learn}".strip() if rule.trace else rule.step,
        rest=rule.rest,
        **delays,
    )


def learning(rule: PlasticityRule, terms: tuple[PlasticityTerm, ...], counts: str = "") -> str:
    """The statement that changes w, at a presynaptic spike or, with a trace, in every step.

    `counts` is 1 for a spike that does, where there are others.
    """
    changes = " + ".join(term.change for term in terms if term.change)
    fluctuations = [term.fluctuation for term in terms if term.fluctuation]
    if rule.trace:
        new = [f"dt*({rule.change} + x_pre*({changes}))"]
        new += [f"sqrt(dt*x_pre)*{fluctuation}" for fluctuation in fluctuations]
    else:
        new = [f"{rule.change} + {changes}", *fluctuations]
    eta = f"eta*{counts}" if counts and not rule.trace else "eta"
    w = f"w - {eta}*({' + '.join(new)})"
    for term in terms:
        w = term.limited(w)
    return f"w = {w}"


def presynaptic(population: Population, paths: list[Pathway], section: Plasticity) -> Population:
    """The population, with what its outgoing synapses need in their presynaptic neurons."""
    trace = rule_of(section).trace
    texts = {term.pre: None for path in paths for term in terms_of(path, section) if term.pre}
    if trace and any(path.plastic for path in paths):
        declared = declarations(_values(trace.parameters, section))
        equations = "\n".join(["# presynaptic trace", trace.equations, *declared])
        of_trace = Mechanism(equations, reset=trace.spike, rest=trace.rest)
        population = with_mechanism(population, of_trace)
    return with_mechanism(population, Mechanism("\n".join(texts)))


def postsynaptic(population: Population, paths: list[Pathway], section: Plasticity) -> Population:
    """The population, with what its incoming synapses need in their postsynaptic neurons."""
    own = rule_of(section).post_parameters if any(path.plastic for path in paths) else ()
    declared = declarations(_values(own, section))
    population = with_mechanism(population, Mechanism("\n".join(declared)))
    terms = {term.kind: term for path in paths for term in terms_of(path, section) if term.post}
    for term in terms.values():
        declared = declarations(_values(term.post_parameters, section))
        equations = "\n".join([term.post.strip(), *declared])
        population = with_mechanism(population, Mechanism(equations, reset=term.post_spike))
    return population


def declarations(values: dict) -> list[str]:
    """Parameters as Brian2 declares them."""
    return [f"{name} : {unit_of(value)} (shared, constant)" for name, value in values.items()]


def synapse_parameters(path: Pathway, section: Plasticity) -> dict:
    """Values that the synapses of a plastic pathway need, by name."""
    names = [*rule_of(section).parameters]
    names += [name for term in terms_of(path, section) for name in term.parameters]
    return _values(names, section)


def neuron_parameters(name: str, paths: tuple[Pathway, ...], section: Plasticity) -> dict:
    """Values that plasticity needs in the neurons of the population called `name`."""
    rule = rule_of(section)
    trace = rule.trace if any(p.pre == name and p.plastic for p in paths) else None
    names = [*trace.parameters] if trace else []
    for path in paths:
        if path.post == name and path.plastic:
            names += rule.post_parameters
            names += [n for term in terms_of(path, section) for n in term.post_parameters]
    return _values(names, section)


def _values(names, section: Plasticity) -> dict:
    return {name: section.value(name) for name in names}


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
