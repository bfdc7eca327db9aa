"""The record of how synapses learn."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from spikingfa.base.units import Rate, Scale, Time
from spikingfa.model.mistakes import FieldError
from spikingfa.model.section import Count, Factor, PositiveFraction, Section
from spikingfa.model.user_equations.fields import Block, Line, own_parameters, own_value
from spikingfa.model.user_equations.texts import fields_of, problem_of_texts
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.rules.schedules import PLATEAU, SCHEDULES

#: The rule whose texts stand in the model file, and the fields that belong to it.
OWN = "equations"
OWN_FIELDS = (
    *("change", "sensitivity", "output_sensitivity"),
    *("synapse", "step", "rest", "parameters"),
)


def _one_for_all(parameters: dict[str, Any]) -> dict[str, Any]:
    for name, value in parameters.items():
        if isinstance(value, dict):
            raise ValueError(f"{name} is one for all synapses, and cannot be a distribution")
    return parameters


class Plasticity(Section):
    """Learning of the forward synapses."""

    rule: Literal[tuple(PLASTICITY)] = Field(
        "three_factor", description="plasticity rule of the forward synapses"
    )
    eta_hidden: Factor = Field(0.8, description="learning rate into the hidden layers")
    eta_output: Factor = Field(0.8, description="learning rate into the output")
    eta_recurrent: Factor = Field(0.05, description="learning rate of recurrent synapses")
    schedule: Literal[(*SCHEDULES, PLATEAU)] = Field(
        "exponential", description="how learning rates fall over the run"
    )
    eta_final: PositiveFraction = Field(
        0.02, description="part of the learning rates left at the end"
    )
    patience: Count = Field(
        3, description="epochs without a better validation error (schedule plateau)"
    )
    plateau_factor: PositiveFraction = Field(0.3, description="by which learning rates fall then")
    reference_rate: Rate = Field("40 Hz", description="hidden rate the output's rate is scaled for")
    weight_decay: Factor = Field(0.0, description="pull of a weight towards zero")
    w_max: Scale | None = Field(None, description="bound on the size of a weight")
    update_noise: Scale = Field("0 pA", description="SD of a current that is added in every update")
    homeostasis: Scale = Field("0 pA", description="teaching current at twice the target rate")
    target_rate: Rate = Field("20 Hz", description="of hidden neurons under homeostasis")
    tau_homeostasis: Time = Field("1 second", description="filter of their mean rate")
    intrinsic: Scale = Field(
        "0 pA", description="bias that a neuron at twice the target rate loses in tau_homeostasis"
    )
    teaching_rms: Scale = Field(
        "0 pA",
        description="root mean square of teaching in a layer, at unit error of the output (0: not"
        " kept)",
    )
    tau_decay: Time = Field("10 ms", description="decay of the presynaptic trace")
    tau_rise: Time = Field("5 ms", description="its rise (rule superspike)")
    tau_eligibility: Time = Field("10 ms", description="filter of the eligibility")
    change: Line = Field(
        "teaching_post",
        description="what the learning rate is multiplied with (rule equations)",
        min_length=1,
    )
    sensitivity: Line = Field(
        "", description="of hidden neurons, in place of their model's (rule equations)"
    )
    output_sensitivity: Line = Field("", description="of output neurons (rule equations)")
    synapse: Block = Field("", description="own variables of a synapse (rule equations)")
    step: Block = Field("", description="their statements in every step (rule equations)")
    rest: Block = Field("", description="statements that put them to rest (rule equations)")
    parameters: Annotated[
        dict[str, Any], AfterValidator(own_parameters), AfterValidator(_one_for_all)
    ] = Field({}, description="quantities that these name (rule equations)")

    @property
    def keeps_rates(self) -> bool:
        """Whether hidden neurons have a mean rate, which something holds at the target."""
        return float(self.homeostasis) > 0 or float(self.intrinsic) > 0

    @model_validator(mode="after")
    def _own_texts_are_read(self):
        for name in OWN_FIELDS if self.rule != OWN else ():
            if getattr(self, name) != type(self).model_fields[name].default:
                raise FieldError(name, f'needs plasticity.rule = "{OWN}", got "{self.rule}"')
        return self

    @model_validator(mode="after")
    def _own_texts_have_their_form(self):
        kinds = ("synapse",), ("change", "sensitivity", "output_sensitivity"), ("step", "rest")
        if self.rule == OWN and (mistake := problem_of_texts(*fields_of(self, *kinds))):
            raise FieldError(*mistake)
        return self

    def value(self, name: str) -> Any:
        """The value of a field, or of one of the rule's own parameters."""
        own = self.parameters
        return own_value(own[name]) if name in own else getattr(self, name)
