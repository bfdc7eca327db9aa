"""Neurons by a user's own equations."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from spikingfa.base.text import without_comments
from spikingfa.base.units import kind_of, parse_quantity
from spikingfa.model.distribution import Distribution, EachCurrent
from spikingfa.model.mistakes import FieldError
from spikingfa.model.neurons.neuron import BOXCAR, OWN_KEYS, Neuron, Soma
from spikingfa.model.user_equations.fields import Block, Line, own_parameters, own_value

EXPRESSIONS = ("threshold", "refractory", "drive", "sensitivity")
STATEMENTS = ("reset", "onset")


def _is_time(value: Any) -> bool:
    return kind_of(value.mean if isinstance(value, Distribution) else value) == "time"


def _without_those(given: dict[str, Any]) -> dict[str, Any]:
    for name in given:
        if name in OWN_KEYS:
            raise ValueError(f"{name!r} has a key of its own, outside of parameters")
    return given


class Equations(Neuron):
    """Your own equations, as Brian2 reads them.

    ::

        equations    differential equations and expressions, with their units
        current      the name by which they call the current i_syn + i_bias (amp)
        threshold, reset, refractory, onset        statements, as of a Brian2 NeuronGroup

    The default is a LIF neuron, tau_m dv/dt = v_rest - v + r_m i_in. At the onset of a trial, or
    in continuous operation of a run, the statements `onset` are carried out; what they do not set
    goes on. The quantities in `parameters` are declared and passed by themselves; a plain number
    has no unit.
    `drive` is the input in units of rheobase, `sensitivity` how far the firing follows it, 0 to 1.
    The synaptic current is tau_syn di_syn/dt = -i_syn. Brian2 checks all of it, with units, before
    anything is compiled; where no equation is nonlinear in its own variable the integration is
    exponential Euler, else forward Euler.
    """

    reference: ClassVar = (
        "Stimberg, Brette & Goodman 2019, eLife 8:e47314; Brian2's documentation, Equations"
    )
    in_role: ClassVar = {
        "hidden": {"i_init": "100 pA"},
        "output": {"i_bias": "120 pA", "i_init": "2 pA"},
    }

    model: Literal["equations"] = Field("equations", description="neuron model")
    equations: Block = Field(
        "dv/dt = (v_rest - v + r_m*i_in) / tau_m : volt (unless refractory)",
        description="differential equations and expressions",
        min_length=1,
    )
    current: Line = Field("i_in", description="the equations' name of the current", min_length=1)
    threshold: Line = Field("v > v_thresh", description="condition of a spike", min_length=1)
    reset: Block = Field("v = v_reset", description="statements at a spike")
    refractory: Line = Field("", description="a duration or a condition; none if empty")
    onset: Block = Field("v = v_rest", description="statements at the onset of a trial")
    drive: Line = Field(
        "(i_syn + i_bias) / i_rheo", description="input in units of rheobase", min_length=1
    )
    sensitivity: Line = Field(
        BOXCAR, description="how far the firing follows the input, 0 to 1", min_length=1
    )
    i_rheo: EachCurrent = Field("150 pA", description="rheobase")
    parameters: Annotated[
        dict[str, Any], AfterValidator(_without_those), AfterValidator(own_parameters)
    ] = Field(
        {
            "v_rest": "-65 mV",
            "v_reset": "-65 mV",
            "v_thresh": "-50 mV",
            "tau_m": "20 ms",
            "r_m": "100 Mohm",
        },
        description="quantities that the equations name",
    )

    @model_validator(mode="after")
    def _brian2_agrees(self):
        # Brian2 takes a second to import: only for those who use it
        from spikingfa.model.neurons.equations_check import problem
        from spikingfa.model.user_equations.texts import fields_of, problem_of_texts

        kinds = ("equations",), EXPRESSIONS, STATEMENTS, ("current",)
        if mistake := problem_of_texts(*fields_of(self, *kinds)):
            raise FieldError(*mistake)
        named = (*self.values(), self.current)
        apical = getattr(self, "coupled", False)  # a hidden layer's
        if mistake := problem(self.equations, named, self.soma(), self.declarations(), apical):
            raise FieldError(*mistake)
        return self

    def refractory_periods(self) -> dict[str, Any]:
        """The period of `refractory`, where it is a duration such as 2*ms or a parameter."""
        text = self.refractory.strip()
        if text in self.parameters:
            own = own_value(self.parameters[text])
            return {f"parameters.{text}": own} if _is_time(own) else {}
        try:
            return {"refractory": parse_quantity(text.replace("*", " ", 1), "time")}
        except ValueError:
            return {}

    def time_constants(self) -> dict[str, float]:
        """Time constants of its fields, and times among the parameters that are called tau..."""
        own = {name: own_value(given) for name, given in self.parameters.items()}
        return super().time_constants() | {
            f"parameters.{name}": float(value)
            for name, value in own.items()
            if name.startswith("tau") and _is_time(value) and name != self.refractory.strip()
        }

    def values(self) -> dict[str, Any]:
        """The parameters that its equations need, by name: quantities or distributions."""
        unused = () if float(self.i_noise) else ("i_noise",)
        values = {name: getattr(self, name) for name in OWN_KEYS if name not in unused}
        return values | {name: own_value(given) for name, given in self.parameters.items()}

    def soma(self) -> Soma:
        """Equations of the soma."""
        own = self.equations.replace("{", "{{").replace("}", "}}")
        return Soma(
            equations=f"\n{own}\n{self.current} = {{current}} : amp\n"
            "di_syn/dt = -i_syn / tau_syn : amp\n",
            threshold=f"({self.threshold})",
            reset=without_comments(self.reset),
            refractory=self.refractory,
            onset=f"{without_comments(self.onset)}\ni_syn = 0*amp".lstrip(),
            drive=self.drive,
            sensitivity=f"({self.sensitivity})",
        )

    def rheobase(self) -> float:
        """The rheobase that is given."""
        return float(self.i_rheo)
