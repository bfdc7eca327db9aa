"""Between records and Brian2: a network written out as text and numbers.

A blueprint says all that Brian2 needs to build a network, and nothing about how it is run: the
equations of every population, the statements of every projection. What stands in it is compiled
in and is the key under which a binary is kept; the values of parameters are passed when it runs.
"""

import json
from dataclasses import asdict, dataclass, field


def in_brian2(text: str) -> str:
    """Statements in Brian2's own functions alone, with `rand` for `rand8`."""
    return text.replace("rand8(", "rand(")


@dataclass(frozen=True)
class Population:
    """A group of neurons.

    `rest` holds the statements that put it to rest, `onset` those carried out at the start of every
    trial, `recorded` the variables read out at the end of every trial.
    """

    name: str
    size: int
    equations: str
    threshold: str = ""
    reset: str = ""
    refractory: str = ""
    rest: str = ""
    onset: str = ""
    recorded: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[str, ...]:
        """All texts of the population."""
        return self.equations, self.threshold, self.reset, self.rest, self.onset


@dataclass(frozen=True)
class Projection:
    """Synapses from one population to another.

    `connect` is ``"all"`` or a Brian2 condition on `i` and `j`. `on_pre` and `on_post` are carried
    out at a spike of either side, `on_post` after `post_delay` seconds. Synapses without `on_pre`
    act through a summed variable in their equations. `continuous` is carried out for every synapse
    in every step, when spikes have been delivered; `rest` puts them to rest. `delayed` ones have a
    delay, all the same one, or each synapse its own where `delays_differ`.
    """

    name: str
    pre: str
    post: str
    equations: str = ""
    on_pre: str = ""
    on_post: str = ""
    connect: str = "all"
    delayed: bool = False
    delays_differ: bool = False
    post_delay: float = 0.0
    continuous: str = ""
    rest: str = ""

    @property
    def statements(self) -> tuple[str, ...]:
        """All texts of the projection."""
        return self.equations, self.on_pre, self.on_post, self.continuous, self.rest


@dataclass(frozen=True)
class Blueprint:
    """A network to be built: its time step in seconds, populations and projections.

    `vectorised` lets what a compiler can vectorise take the C++ of
    :mod:`spikingfa.engine.vectorised`; without it all takes Brian2's own, with the same result.
    `precision` is that of state variables and weights, ``"double"`` or ``"single"``; times are
    double in either. Everything is put to rest at the start of every trial or, if it is
    `continuous`, at the start of a run only.
    """

    dt: float
    populations: tuple[Population, ...]
    projections: tuple[Projection, ...] = field(default=())
    vectorised: bool = True
    precision: str = "double"
    continuous: bool = False

    def population(self, name: str) -> Population:
        """The population called `name`."""
        return next(p for p in self.populations if p.name == name)

    def projection(self, name: str) -> Projection:
        """The projection called `name`."""
        return next(p for p in self.projections if p.name == name)

    def in_brian2(self) -> "Blueprint":
        """The network in Brian2's own functions alone."""
        return self.from_json(in_brian2(self.to_json()))

    def to_json(self) -> str:
        """The whole as text; equal blueprints give equal text."""
        return json.dumps(asdict(self), indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Blueprint":
        """Read what `to_json` wrote."""
        fields = json.loads(text)
        fields["populations"] = tuple(
            Population(**{**p, "recorded": tuple(p["recorded"])}) for p in fields["populations"]
        )
        fields["projections"] = tuple(Projection(**p) for p in fields["projections"])
        return cls(**fields)
