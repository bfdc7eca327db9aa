"""The base class of neuron models: parameters with units, and the equations they stand in."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from brian2.units.allunits import amp
from pydantic import Field, model_validator

from spikingfa.base.units import unit_of
from spikingfa.model.distribution import Distribution, EachCurrent, EachScale, EachTime
from spikingfa.model.section import Section

#: The neuron learns where its drive (1 = rheobase) lets it fire but does not saturate it: a boxcar
#: in place of the derivative of the f-I curve (eRBP: Neftci et al. 2017, Front Neurosci 11:324).
BOXCAR = "int(drive > sensitivity_min and drive < sensitivity_max)"

#: Brian2's rule for ``refractory="tau_refrac"``, a whole number of steps rounded down, without its
#: division for every neuron.
REFRACTORY = "t - lastspike <= tau_refrac - 0.999*dt"

#: Parameters that every neuron by own equations has.
OWN_KEYS = ("tau_syn", "i_bias", "i_noise", "i_rheo")


@dataclass(frozen=True)
class Soma:
    """The text of a neuron model, as Brian2 reads it.

    Attributes
    ----------
    equations : str
        Of the soma and its synaptic current `i_syn`; ``{current}`` stands for all that flows into
        the soma. Parameters are declared elsewhere, after the fields of the neuron model.
    synaptic : str
        What the synapses contribute to that current.
    apical : str
        What the apical compartment contributes where it is coupled to the soma.
    threshold, reset, refractory : str
    onset : str
        Statements that put the soma to rest: at the onset of a trial, or in continuous operation
        (`Training.continuous`) at the start of a run only.
    drive : str
        Dimensionless input of the neuron, 1 at rheobase.
    sensitivity : str
        How much the neuron's firing would follow a change of its input, 0 to 1.
    deliver : str
        What ``{w}``, the weight of a synapse in amp, does to the neuron when a spike arrives.
    """

    equations: str
    threshold: str
    reset: str
    drive: str
    refractory: str = ""
    onset: str = "i_syn = 0*amp"
    sensitivity: str = BOXCAR
    deliver: str = "i_syn_post += {w}"
    synaptic: str = "i_syn"
    apical: str = "g_couple*(v_rest + r_apical*i_apical - v)"


class Neuron(Section):
    """A neuron model.

    The docstring of a neuron model begins with its name and its equations. Fields are the
    parameters of the equations, in the spelling of PyNN; every model file may set them for a
    hidden layer or the output.

    Attributes
    ----------
    reference : str
        Where the model was described.
    in_role : dict of dict
        Defaults that are others in a hidden layer (``"hidden"``) or the output (``"output"``).
    below : tuple of pairs of str
        Fields of which the first must be below the second.
    drive_by_rheobase : bool
        Whether `drive` names the parameter `i_rheo`, the rheobase of the mean neuron, since its
        formula is too long to be computed in every step.
    parameter_names : tuple of str
        Its fields but `model`.
    """

    reference: ClassVar[str]
    in_role: ClassVar[dict[str, dict[str, Any]]]
    below: ClassVar[tuple[tuple[str, str], ...]] = ()
    drive_by_rheobase: ClassVar[bool] = False
    parameter_names: ClassVar[tuple[str, ...]]

    model: str = Field(description="neuron model")
    tau_syn: EachTime = Field("5 ms", description="decay of the synaptic current")
    i_bias: EachCurrent = Field("0 pA", description="constant current")
    i_noise: EachScale = Field("0 pA", description="SD of a noise current, new every ms")

    @abstractmethod
    def soma(self) -> Soma:
        """Equations of the soma."""

    @abstractmethod
    def rheobase(self) -> float:
        """The constant current (A) that just makes it fire."""

    @classmethod
    def __pydantic_init_subclass__(cls, **keywords):
        if "model" in cls.__annotations__:  # a neuron model, not a layer of one
            cls.parameter_names = tuple(name for name in cls.model_fields if name != "model")

    @model_validator(mode="after")
    def _in_order(self):
        for low, high in self.below:
            if float(getattr(self, low)) >= float(getattr(self, high)):
                raise ValueError(
                    f"{low} must be below {high},"
                    f" got {getattr(self, low)} with {high} = {getattr(self, high)}"
                )
        return self

    def refractory_periods(self) -> dict[str, Any]:
        """Refractory periods by field: a quantity or a distribution."""
        name = "tau_refrac"
        return {name: getattr(self, name)} if name in self.parameter_names else {}

    def time_constants(self) -> dict[str, float]:
        """Time constants in seconds, by field or formula; means of distributions."""
        names = (name for name in self.parameter_names if name.startswith("tau_"))
        return {name: float(getattr(self, name)) for name in names if name != "tau_refrac"}

    def values(self) -> dict[str, Any]:
        """The parameters that its equations need, by name: quantities or distributions."""
        unused = () if float(self.i_noise) else ("i_noise",)
        values = {name: getattr(self, name) for name in self.parameter_names if name not in unused}
        return values | ({"i_rheo": self.rheobase() * amp} if self.drive_by_rheobase else {})

    def distributions(self) -> dict[str, Distribution]:
        """Parameters that differ from neuron to neuron."""
        values = self.values()
        return {name: d for name, d in values.items() if isinstance(d, Distribution)}

    def out_of_order(self, drawn: dict[str, np.ndarray]) -> tuple[str, str] | None:
        """The first pair of `below` that some neuron breaks, where these values were drawn."""
        for low, high in self.below:
            one, other = (drawn.get(k, float(getattr(self, k))) for k in (low, high))
            if np.any(one >= other):
                return low, high
        return None

    def declarations(self) -> str:
        """The parameters as Brian2 declares them, one a line."""
        return "\n".join(declaration(*parameter) for parameter in self.values().items())


def declaration(name: str, value: Any) -> str:
    """A parameter as Brian2 declares it: one for all neurons, or one for each."""
    if isinstance(value, Distribution):
        return f"{name:10} : {unit_of(value.mean):6} (constant)"
    return f"{name:10} : {unit_of(value):6} (shared, constant)"
