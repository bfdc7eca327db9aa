"""Layers: a neuron model in the role of a hidden layer or of the output."""

from copy import copy
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from spikingfa.base.units import AUTO, Coupling, Delay, Latency, Rate, Resistance, Scale, Time
from spikingfa.model.distribution import EachDelay
from spikingfa.model.neurons import NEURONS, Neuron
from spikingfa.model.section import Count, Fraction, Number, PositiveFraction, Real, Section

DELAY = "delay of the synapses onto the layer"


class Hidden(Section):
    """A hidden layer. Its error current flows in an apical compartment, apart from the soma."""

    renamed: ClassVar = {"blank": "dropout"}

    size: Count = Field(200, description="number of neurons")
    i_init: Scale = Field(description="SD of the synaptic current before learning")
    initial: Literal["random", "one_to_one"] = Field(
        "random", description="weights before learning: normal, or a copy of the layer before"
    )
    plastic: StrictBool = Field(True, description="whether the synapses onto the layer learn")
    sensitivity_min: Real = Field(0.3, description="plastic above this drive (1 = rheobase)")
    sensitivity_max: Real = Field(6.0, description="plastic below this drive (1 = rheobase)")
    dropout: Fraction = Field(
        0.0, description="part of the neurons that is silent in a trial of the training"
    )
    sparsity: Fraction = Field(0.0, description="part of the incoming synapses that is not there")
    connectivity: Literal["fixed_indegree", "fixed_outdegree", "bernoulli"] = Field(
        "fixed_indegree",
        description="with sparsity: as many synapses onto each neuron, from each, or by chance",
    )
    receptive_field: Number = Field(
        0, description="pixels of a side of the square of the image that a neuron sees (0: all)"
    )
    excitatory: PositiveFraction | None = Field(
        None, description="part of the neurons that excites, the others inhibit (none: signs mix)"
    )
    recurrent: Literal["none", "fixed", "plastic"] = Field(
        "none", description="synapses within the layer"
    )
    i_recurrent: Scale = Field("50 pA", description="SD of the recurrent current before learning")
    skip: tuple[str, ...] = Field(
        (), description="earlier populations that project to the layer, too: input, hidden_0, ..."
    )
    i_skip: Scale = Field("150 pA", description="SD of the current of each before learning")
    delay: EachDelay = Field("0 ms", description=DELAY)
    g_couple: Coupling = Field("0 nS", description="conductance from the apical compartment")
    r_apical: Resistance = Field("100 Mohm", description="resistance of the apical compartment")

    @property
    def coupled(self) -> bool:
        """Whether the apical compartment acts on the soma."""
        return float(self.g_couple) > 0

    @model_validator(mode="after")
    def _window_is_open(self):
        if self.sensitivity_min >= self.sensitivity_max:
            raise ValueError(
                "sensitivity_min must be below sensitivity_max,"
                f" got {self.sensitivity_min} and {self.sensitivity_max}"
            )
        return self


class Output(Section):
    """One neuron per class, and the teacher that says what it should have fired."""

    i_init: Scale = Field(description="SD of the synaptic current before learning")
    sparsity: Fraction = Field(0.0, description="part of the incoming synapses that is not there")
    connectivity: Literal["fixed_indegree", "fixed_outdegree", "bernoulli"] = Field(
        "fixed_indegree",
        description="with sparsity: as many synapses onto each neuron, from each, or by chance",
    )
    inhibition: Scale = Field("0 pA", description="of every other output neuron at a spike")
    tau_trace: Time = Field("40 ms", description="filter of output and teacher spikes")
    teacher: Literal["regular", "poisson", "events"] = Field(
        "regular", description="teacher's spike trains"
    )
    teacher_rate: Rate = Field("80 Hz", description="the right class's target rate")
    teacher_latency: Latency = Field(
        AUTO,
        description="teacher is silent until then (continuous: delay of its synapses); auto is"
        " 12 ms and the delays from the input to the output",
    )
    readout_latency: Delay = Field("0 ms", description="spikes count for the answer from then on")
    delay: EachDelay = Field("0 ms", description=DELAY)


def _in_role(role: type[Section], neuron: type[Neuron]) -> Any:
    """A layer of this neuron model, with the defaults that it has in this role."""
    fields: dict[str, Any] = {}
    for name, default in neuron.in_role[role.__name__.lower()].items():
        fields[name] = copy((role.model_fields | neuron.model_fields)[name])
        fields[name].default = default
    annotations = {name: field.annotation for name, field in fields.items()}
    names = {"__annotations__": annotations, "__module__": __name__, "__doc__": role.__doc__}
    return type(f"{neuron.__name__}{role.__name__}", (role, neuron), names | fields)


#: Layers by the name of their neuron model.
HIDDEN = {name: _in_role(Hidden, neuron) for name, neuron in NEURONS.items()}
OUTPUT = {name: _in_role(Output, neuron) for name, neuron in NEURONS.items()}

# found by their names when a model goes to another process
globals().update({layer.__name__: layer for layer in (*HIDDEN.values(), *OUTPUT.values())})

DEFAULT = next(iter(NEURONS))


def _neuron_of(layer: Any) -> Any:
    """The name of a layer's neuron model, before it is validated."""
    if isinstance(layer, Section):
        return layer.model
    return layer.get("model", DEFAULT) if isinstance(layer, dict) else DEFAULT


def any_of(layers: dict[str, type[Section]]):
    """Whichever layer its key ``model`` says."""
    tagged = tuple(Annotated[layer, Tag(name)] for name, layer in layers.items())
    return Annotated[Union[tagged], Discriminator(_neuron_of)]  # noqa: UP007
