"""Records: *what* a model is. Every field has a unit, a meaning and a default.

The sections are those of a model file; its layers stand in :mod:`spikingfa.model.layers`. Nothing
here knows how Brian2 runs them; the equations that the parameters belong to stand in the neuron
models, :mod:`spikingfa.model.neurons`, and in :mod:`spikingfa.network`. Parameter names follow
PyNN.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias

from brian2.units.fundamentalunits import Quantity
from pydantic import (
    AfterValidator,
    Field,
    StrictBool,
    field_serializer,
    field_validator,
    model_validator,
)

from spikingfa.base.errors import ModelError
from spikingfa.base.text import shown
from spikingfa.base.units import AUTO, Delay, Latency, Rate, Scale, Time
from spikingfa.model.changes import MAX_LAYERS, changed
from spikingfa.model.checks import CHECKS
from spikingfa.model.hidden_layers import HiddenLayers
from spikingfa.model.latencies import latency
from spikingfa.model.layers import HIDDEN, OUTPUT, Hidden, Output, any_of
from spikingfa.model.learning import Plasticity
from spikingfa.model.neurons import Neuron
from spikingfa.model.section import (
    Count,
    Factor,
    Fraction,
    Number,
    PositiveFraction,
    Section,
    Seed,
)
from spikingfa.model.stages import Stage, at_epoch
from spikingfa.model.summary import summary, summary_html
from spikingfa.model.task import Task
from spikingfa.rules.feedback import RULES

POPULATIONS = ("input", "hidden", "output", "teacher", "error_on", "error_off")

if TYPE_CHECKING:  # what is made of tables is, for checkers, what its parts have in common

    class HiddenLayer(Hidden, Neuron):
        """A hidden layer, with the parameters of its neuron model."""

        def __getattr__(self, name: str) -> Any: ...

    class OutputLayer(Output, Neuron):
        """The output, with the parameters of its neuron model."""

        def __getattr__(self, name: str) -> Any: ...

    FeedbackKind: TypeAlias = str
    PopulationName: TypeAlias = str
else:
    HiddenLayer, OutputLayer = any_of(HIDDEN), any_of(OUTPUT)
    FeedbackKind, PopulationName = Literal[tuple(RULES)], Literal[POPULATIONS]


class Input(Section):
    """One neuron per feature; its rate is the feature's intensity times `rate_max`.

    With the coding ``latency`` it fires once instead, the sooner the larger the intensity; where
    stimuli are events, at their times.
    """

    coding: Literal["regular", "poisson", "latency", "events"] = Field(
        "regular",
        description="regular or Poisson trains, one spike whose time tells the intensity, or the"
        " events of the stimuli",
    )
    rate_max: Rate = Field("200 Hz", description="rate at full intensity (regular, poisson)")
    latency_max: Time = Field(
        "50 ms", description="time of the spike of the smallest intensity (latency)"
    )
    excitatory: PositiveFraction | None = Field(
        None, description="part of the neurons that excites, the others inhibit (none: signs mix)"
    )


class Feedback(Section):
    """Synapses that carry the error to the hidden layers."""

    kind: FeedbackKind = Field("direct", description="rule of the feedback weights B")
    distribution: Literal["uniform", "normal"] = Field(
        "uniform", description="of B: in [-1, 1], or of the same root mean square"
    )
    sparsity: Fraction = Field(
        0.0, description="part of the random feedback synapses that is not there"
    )
    levels: Annotated[Number, Field(ge=2)] | None = Field(
        None, description="B is rounded to so many values"
    )
    decay: Factor = Field(
        0.01, description="pull of B, and of W with it, towards zero (kolen_pollack)"
    )
    keep_norm: StrictBool = Field(
        False, description="each hidden neuron scales the B that it learns to their first size"
    )
    mirror_time: Time = Field(
        "10 second", description="noise phase after each chunk of learning (weight_mirror)"
    )
    mirror_rate: Factor = Field(0.003, description="learning rate of B in it, per spike")
    mirror_gain: Factor = Field(25.0, description="size of B for a given response in it")
    error: Literal["spiking", "graded"] = Field("spiking", description="error neurons or currents")
    scale: Scale = Field("300 pA", description="apical current for unit error")
    output_scale: Scale = Field("150 pA", description="the same at the output, one to one")
    delay: Delay = Field("1 ms", description="delay of the feedback synapses (spiking)")
    tau: Time = Field("10 ms", description="decay of the apical current")
    error_rate: Rate = Field("500 Hz", description="rate of an error neuron at unit error")
    hidden_error_rate: Rate | None = Field(
        None, description="the same of hidden layers (none: error_rate)"
    )
    opponent: StrictBool = Field(
        False, description="on and off error neurons of hidden layers share one signed charge"
    )
    hop_gain: Factor | None = Field(
        None,
        description="size of the error that a hidden layer passes on, by the one that reached it,"
        " where all its neurons are sensitive (none: as the output's, sqrt(outputs / 3))",
    )
    tau_relay: Time | None = Field(
        None, description="decay of the apical current that is passed on (none: tau)"
    )
    error_rms: Factor = Field(
        0.0, description="root mean square that hidden layers' errors are kept at (0: not kept)"
    )
    tau_rms: Time = Field(
        "10 second", description="filter of the size of errors (error_rms, teaching_rms)"
    )
    neurons_per_output: Count = Field(1, description="error neurons of each sign per output")
    error_latency: Latency = Field(
        AUTO,
        description="the error counts from then on (continuous: of the run); auto is 20 ms and"
        " the delays from the input to the output",
    )

    @model_validator(mode="after")
    def _learnt_weights_have_no_levels(self) -> Self:
        if self.levels is not None and RULES[self.kind].learns:
            raise ValueError(
                f"levels = {self.levels} does not go with kind = {self.kind!r}, whose B learns"
            )
        return self


class Training(Section):
    """Duration, time step, seed and device of a training."""

    epochs: Count = Field(20, description="times that each training stimulus is shown")
    seed: Seed = Field(1, description="seed of weights, order, phases and noise")
    dt: Time = Field("1 ms", description="time step (compiled in)")
    trial: Time = Field("100 ms", description="how long a stimulus is shown")
    continuous: StrictBool = Field(
        False, description="stimuli follow each other and nothing else changes: no reset, no gate"
    )
    precision: Literal["double", "single"] = Field(
        "double", description="of state variables and weights (compiled in)"
    )
    device: Literal["cpp_standalone", "cuda_standalone", "runtime"] = Field(
        "cpp_standalone",
        description="compiled C++, CUDA for a GPU, or Brian2's runtime for stepping",
    )
    stages: tuple[Stage, ...] = Field(
        (), description="parameters that change when an epoch begins: [{epoch, changes}, ...]"
    )


class Recording(Section):
    """Spikes of the trained network that are kept, and weights on the way to it."""

    trials: Number = Field(10, description="test trials recorded after training")
    populations: tuple[PopulationName, ...] = Field(POPULATIONS, description="populations recorded")
    teacher: StrictBool = Field(
        False, description="with a teacher also where it acts on the answers"
    )
    weights: StrictBool = Field(
        False, description="all weights are kept before learning and after every epoch"
    )
    depth: StrictBool = Field(
        False, description="what the error does in each layer is measured after every epoch"
    )


class Model(Section):
    """A whole model: what a model file holds."""

    task: Task = Task()
    input: Input = Input()
    hidden: Annotated[tuple[HiddenLayer, ...], AfterValidator(HiddenLayers)] = (HIDDEN["lif"](),)
    output: OutputLayer = OUTPUT["lif"]()
    feedback: Feedback = Feedback()
    plasticity: Plasticity = Plasticity()
    training: Training = Training()
    recording: Recording = Recording()

    @field_validator("hidden", mode="before")
    @classmethod
    def _one_layer_or_several(cls, value: Any) -> Any:
        if value == [] or value == ():
            raise ValueError("needs at least one hidden layer")
        if isinstance(value, list | tuple) and len(value) > MAX_LAYERS:
            raise ValueError(f"needs at most {MAX_LAYERS} hidden layers, got {len(value)}")
        return (value,) if isinstance(value, dict | Section) else value

    @field_serializer("hidden")
    def _one_layer_as_a_table(self, layers: tuple[HiddenLayer, ...]) -> Any:
        tables = [layer.model_dump() for layer in layers]
        return tables[0] if len(tables) == 1 else tables

    @model_validator(mode="after")
    def _sections_fit_each_other(self) -> Self:
        for check in CHECKS:
            check(self)
        return self

    def layers(self) -> Iterator[tuple[str, HiddenLayer | OutputLayer]]:
        """Every layer with the path that it has in a model file."""
        for k, layer in enumerate(self.hidden):
            yield ("hidden" if len(self.hidden) == 1 else f"hidden.{k}"), layer
        yield "output", self.output

    @property
    def teacher_latency(self) -> Quantity:
        """Time for which the teacher is silent; ``"auto"`` as the sum that it stands for."""
        return latency(self, "output.teacher_latency")

    @property
    def error_latency(self) -> Quantity:
        """When the error begins to count; ``"auto"`` as the sum that it stands for."""
        return latency(self, "feedback.error_latency")

    def at_epoch(self, epoch: int | None = None) -> "Model":
        """The model as its stages have made it in an epoch; at the end by default."""
        return at_epoch(self, epoch)

    def with_changes(self, changes: Mapping[str, Any] | None = None, /, **sections: Any) -> "Model":
        """A copy with some fields changed; this model stays as it is.

        Parameters
        ----------
        changes : dict, optional
            Dotted paths and values: ``{"hidden.tau_m": "15 ms", "training.epochs": 5}``.
            ``hidden.tau_m`` means every hidden layer, ``hidden.0.tau_m`` the first;
            ``hidden.layers`` is how many there are, the last one repeated; ``hidden.frozen`` how
            many of the lowest do not learn or, below 0, of the highest. Later ones win.
        **sections : dict
            The same by section: ``model.but(hidden={"tau_m": 15*ms})``. A whole section of another
            model will do, ``model.but(task=other.task)``; and ``hidden`` may be a list with the
            changes of each layer, which says how many there are, too:
            ``model.but(hidden=[{"size": 100}, {"size": 50}])``. `changes` may hold the same.

        Raises
        ------
        ModelError
            There is no such field, or the value does not fit it.
        """
        if not isinstance(changes or {}, Mapping):
            raise ModelError(
                f'needs changes such as {{"hidden.tau_m": "15 ms"}}, got {shown(changes)}'
            )
        return changed(self, [*(changes or {}).items(), *sections.items()])

    #: `with_changes` by a shorter name.
    but = with_changes

    def __repr__(self) -> str:
        return summary(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return summary_html(self)


def layer_names(model: Model) -> tuple[str, ...]:
    """Names of the hidden populations: ``hidden``, or ``hidden_0``, ``hidden_1``, ..."""
    if len(model.hidden) == 1:
        return ("hidden",)
    return tuple(f"hidden_{k}" for k in range(len(model.hidden)))


def hidden_layers(model: Model) -> "dict[str, HiddenLayer]":
    """The hidden layers by the names of their populations."""
    return dict(zip(layer_names(model), model.hidden))
