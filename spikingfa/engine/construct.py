"""From a blueprint to one explicit `brian2.Network`.

The order of a step, by Brian2's slots:

1. ``before_start``, in the first step of a trial alone: the read-out is taken, then everything is
   put to rest, and the next stimulus taken up. It comes before all else, so that nothing in the
   step is computed from the trial before.
2. ``before_start``: what is constant over a step (noise, sensitivities, teaching currents), from
   what the step before left.
3. ``start``: traces are recorded.
4. ``groups``: currents that flow without spikes are summed, then neurons integrated.
5. ``thresholds``: who fires.
6. ``synapses``: spikes that arrive are delivered, and those of plastic synapses change them; then
   what changes in every step does.
7. ``resets`` of those that fired.
"""

import contextlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from brian2 import (
    Clock,
    Function,
    Network,
    NeuronGroup,
    SpikeMonitor,
    StateMonitor,
    Synapses,
    prefs,
    second,
)
from brian2.groups.group import CodeRunner

from spikingfa.base.brian import integrate
from spikingfa.engine.by_row import by_row_problem
from spikingfa.engine.divergence import watch
from spikingfa.engine.draws import RAND8, draws
from spikingfa.engine.traced import trace, trace_synapses, traceable
from spikingfa.network.blueprint import Blueprint, Population, Projection

#: When onsets are carried out, and read-outs of the trial before them: ahead of Brian2's updates of
#: what is constant over a step, which are of order 0.
AT_ONSET = {"when": "before_start", "order": -1}
BEFORE_ONSET = {"when": "before_start", "order": -2}

#: Values that belong to the run and not to the network; read by the compiled program.
RUN_VARIABLES = {
    "n_steps": "integer",
    "steps_per_trial": "integer",
    "steps_per_report": "integer",
    "seed": "integer",
    "recording": "boolean",
}

#: Kept in double precision always: a single cannot tell the steps of a long run apart.
TIMES = dict.fromkeys(("onset", "trial_duration"), np.float64)

#: Of synapses that our C++ goes through, in a byte: 0 or 1. Brian2's runtime has no such arrays.
SMALL = {"mask": np.int8}

_FLOATS = {"double": np.float64, "single": np.float32}


@dataclass(frozen=True)
class Targets:
    """Code generation targets, where they must be others than Brian2's preference says."""

    lookups: type | None = None  # of what asks for stimuli
    drawing: type | None = None  # of what draws random numbers
    vectorised: type | None = None
    traces: bool = False  # whether variables can be traced, see `spikingfa.engine.traced`
    watched: bool = False  # whether they are looked at, see `spikingfa.engine.divergence`


@dataclass(frozen=True)
class Constructed:
    """The Brian2 objects of one network, by name."""

    network: Network
    run: NeuronGroup
    run_clock: Clock
    trial_clock: Clock
    groups: dict[str, NeuronGroup]
    synapses: dict[str, Synapses]
    readouts: dict[str, StateMonitor]
    spikes: dict[str, SpikeMonitor]
    traces: list[CodeRunner]
    watches: list[CodeRunner]


@contextlib.contextmanager
def precision_of(blueprint: Blueprint):
    """Let Brian2 construct and generate in the precision of `blueprint`."""
    preferred = prefs.core.default_float_dtype
    prefs.core.default_float_dtype = _FLOATS[blueprint.precision]
    try:
        with np.errstate(over="ignore"):  # Brian2 compares with 1e50, which is no single
            yield
    finally:
        prefs.core.default_float_dtype = preferred


def construct(
    blueprint: Blueprint, functions: Mapping[str, Function], targets: Targets | None = None
) -> Constructed:
    """Build the network; `functions` are what the statements of its populations may call."""
    targets = targets or Targets()
    clock = Clock(blueprint.dt * second, name="step")
    # both set for each run: once in all of it, and once a trial
    run_clock = Clock(1 * second, name="run_clock")
    trial_clock = Clock(1 * second, name="trial_clock")
    rest_clock = run_clock if blueprint.continuous else trial_clock
    run_equations = "\n".join(f"{name} : {unit} (shared)" for name, unit in RUN_VARIABLES.items())
    run = NeuronGroup(1, run_equations, name="run", clock=clock)
    own = targets.vectorised if blueprint.vectorised else None
    groups = {}
    for population in blueprint.populations:
        looks_up = any(f"{name}(" in population.reset for name in functions)
        target = (targets.lookups if looks_up else None) or own or _drawing(targets, population)
        groups[population.name] = _group(population, functions, clock, target)
    for population in blueprint.populations:
        for name, clock_of_it in (("rest", rest_clock), ("onset", trial_clock)):
            if statements := getattr(population, name):
                groups[population.name].run_regularly(
                    statements,
                    clock=clock_of_it,
                    **AT_ONSET,
                    name=f"{population.name}_{name}",
                    codeobj_class=targets.lookups,
                )
    synapses = {}
    for p in blueprint.projections:
        rows = None if by_row_problem(blueprint, p) else own
        synapses[p.name] = _synapses(p, groups, clock, rest_clock, rows, _drawing(targets, p))
    readouts = {
        p.name: _readout(groups[p.name], p.recorded, trial_clock)
        for p in blueprint.populations
        if p.recorded
    }
    spikes = {
        p.name: SpikeMonitor(groups[p.name], name=f"{p.name}_spikes")
        for p in blueprint.populations
        if p.threshold
    }
    traces = _traces(blueprint, groups, synapses) if targets.traces else []
    watched = blueprint.populations if targets.watched else ()
    watches = [watch(p, groups[p.name], trial_clock, BEFORE_ONSET) for p in watched]
    parts = [run, *groups.values(), *synapses.values(), *readouts.values(), *spikes.values()]
    network = Network(*parts, name="network")
    return Constructed(
        network,
        run,
        run_clock,
        trial_clock,
        groups,
        synapses,
        readouts,
        spikes,
        traces,
        [*filter(None, watches)],
    )


def _drawing(targets: Targets, group: Population | Projection) -> type | None:
    """The target of a group that draws random numbers, and None of one that does not."""
    return targets.drawing if draws(*group.statements) else None


def _group(population: Population, functions, clock: Clock, codeobj_class) -> NeuronGroup:
    return NeuronGroup(
        population.size,
        population.equations,
        threshold=population.threshold or None,
        reset=population.reset or None,
        refractory=population.refractory or False,
        method=integrate,
        namespace=dict(functions),
        dtype=dict(TIMES),
        name=population.name,
        clock=clock,
        codeobj_class=codeobj_class,
    )


def _synapses(projection: Projection, groups, clock, rest_clock, rows, other) -> Synapses:
    """Synapses compiled by the target `rows`, or else by `other`, or else by Brian2's own."""
    synapses = Synapses(
        groups[projection.pre],
        groups[projection.post],
        projection.equations or None,
        on_pre=projection.on_pre or None,
        on_post=projection.on_post or None,
        namespace={"rand8": RAND8},
        dtype=dict(SMALL) if rows else None,
        name=projection.name,
        delay=_delays(projection),
        clock=clock,
        codeobj_class=rows or other,
    )
    if rows is not None and projection.on_pre:
        kinds = {"delayed": projection.delayed, "differ": projection.delays_differ}
        synapses.pre.template_kwds.update(kinds)
    if rows is not None and projection.on_post:
        synapses.post.template_kwds.update(delayed=projection.post_delay > 0, differ=False)
    if projection.continuous:
        synapses.run_regularly(
            projection.continuous, when="after_synapses", name=f"{synapses.name}_continuous"
        )
    if projection.rest:
        name = f"{synapses.name}_rest"
        synapses.run_regularly(projection.rest, clock=rest_clock, **AT_ONSET, name=name)
    if rows is not None:
        rows.by_row(synapses)
        either_side = projection.on_pre and projection.on_post
        rows.connect(synapses, by_column=bool(either_side) and not projection.delays_differ)
    elif projection.connect == "all":
        synapses.connect()
    else:
        synapses.connect(condition=projection.connect)
    return synapses


def _delays(projection: Projection) -> dict:
    # of on_pre one for all synapses, set for each run; where it is not asked for it stays 0
    one = projection.on_pre and not projection.delays_differ
    delays = {"pre": 0 * second} if one else {}
    return delays | ({"post": projection.post_delay * second} if projection.post_delay else {})


def _traces(blueprint: Blueprint, groups, synapses) -> list[CodeRunner]:
    variables = defaultdict(list)
    for name in traceable(blueprint):
        group, variable = name.split(".")
        variables[group].append(variable)
    return [
        trace(groups[name], names) if name in groups else trace_synapses(synapses[name], names)
        for name, names in variables.items()
    ]


def _readout(group: NeuronGroup, variables, trial_clock: Clock) -> StateMonitor:
    # before the statements of the onset clear what the last trial left
    return StateMonitor(
        group,
        list(variables),
        record=True,
        clock=trial_clock,
        **BEFORE_ONSET,
        name=f"{group.name}_readout",
    )
