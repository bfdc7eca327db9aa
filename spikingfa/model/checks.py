"""Checks between the sections of a model; a ValueError names the field that is wrong."""

import re

from spikingfa.base.text import nearest, shown
from spikingfa.model.distribution import Distribution
from spikingfa.model.stages import stages_make_models
from spikingfa.model.time_grid import check_times
from spikingfa.rules.feedback import RULES, FeedbackRule
from spikingfa.rules.plasticity import rule_of
from spikingfa.rules.schedules import PLATEAU

MAX_STEPS = 1_000_000  # of a trial


def noise_phases_can_be_silent(model) -> None:
    """Weight mirrors need phases in which nothing is shown."""
    kind = model.feedback.kind
    if not RULES[kind].mirrors:
        return
    codings = {"input.coding": model.input.coding, "output.teacher": model.output.teacher}
    for name, coding in codings.items():
        if coding == "events":
            raise ValueError(
                f"feedback.kind = {kind!r} has phases in which nothing is shown, which"
                f" {name} = {coding!r} has not"
            )
    for path, layer in model.layers():
        if isinstance(layer.i_bias, Distribution):
            raise ValueError(
                f"feedback.kind = {kind!r} has phases with another bias,"
                f" which {path}.i_bias, a distribution, does not have"
            )


def perturbations_are_there(model) -> None:
    """Rules that live on noise need some."""
    kind = model.feedback.kind
    *hidden, _ = model.layers()
    for path, layer in hidden:
        if RULES[kind].needs_noise and not float(layer.i_noise):
            raise ValueError(
                f"feedback.kind = {kind!r} needs noise in its neurons: {path}.i_noise = 0 pA;"
                ' --set hidden.i_noise="100 pA" may do'
            )


def steps_resolve_rates_and_times(model) -> None:
    """A step holds one spike at most; what begins in a trial takes place in it."""
    dt, trial = model.training.dt, model.training.trial
    rates = {
        "input.rate_max": model.input.rate_max,
        "output.teacher_rate": model.output.teacher_rate,
        "feedback.error_rate": model.feedback.error_rate,
    }
    if model.feedback.hidden_error_rate is not None:
        rates["feedback.hidden_error_rate"] = model.feedback.hidden_error_rate
    for name, layer in model.layers():
        if hasattr(layer, "rate_max"):
            rates[f"{name}.rate_max"] = layer.rate_max
    for name, rate in rates.items():
        if float(rate) * float(dt) > 1:
            raise ValueError(f"{name} = {rate} is more than one spike per dt = {dt}")
    times = {"output.readout_latency": model.output.readout_latency, "training.dt": dt}
    if not model.training.continuous:  # there, what is under way at the end of a trial arrives
        times |= {f"{name}.delay": layer.delay for name, layer in model.layers()}
        if model.input.coding == "latency":
            times["input.latency_max"] = model.input.latency_max
        times |= {
            "output.teacher_latency": model.teacher_latency,
            "feedback.error_latency": model.error_latency,
            "feedback.delay": model.feedback.delay,
        }
    for name, time in times.items():
        if float(time) >= float(trial):
            raise ValueError(f"{name} = {time} must be shorter than training.trial = {trial}")
    steps = float(trial / dt)
    if steps > MAX_STEPS:
        raise ValueError(f"training.trial = {trial} is more than {MAX_STEPS} steps of dt = {dt}")
    if abs(steps - round(steps)) > 1e-9 * steps:
        raise ValueError(f"training.trial = {trial} must be a whole number of training.dt = {dt}")


def neurons_have_what_the_rule_needs(model) -> None:
    """A plasticity rule may read variables that not all neurons have."""
    rule = rule_of(model.plasticity)
    for name, layer in model.layers():
        has = {*layer.values(), *re.findall(r"d(\w+)/dt", layer.soma().equations)}
        if missing := [variable for variable in rule.needs if variable not in has]:
            raise ValueError(
                f'plasticity.rule = "{rule.kind}" needs neurons with {", ".join(rule.needs)};'
                f' {name}.model = "{layer.model}" has no {", ".join(missing)}'
            )


def rules_of_plasticity_and_feedback_fit(model) -> None:
    """Some feedback rules have a teaching signal of their own, which not every rule reads."""
    rule, feedback = rule_of(model.plasticity), RULES[model.feedback.kind]
    if feedback.teaching != FeedbackRule.teaching and not rule.reads("teaching_post"):
        raise ValueError(
            f'plasticity.rule = "{rule.kind}" learns from the apical current itself and does'
            f' not go with feedback.kind = "{feedback.kind}"'
        )
    if float(model.plasticity.teaching_rms) and feedback.teaching != FeedbackRule.teaching:
        raise ValueError(
            f"plasticity.teaching_rms = {model.plasticity.teaching_rms} does not go with"
            f' feedback.kind = "{feedback.kind}", which teaches by something else'
        )
    if float(model.plasticity.teaching_rms) and not rule.reads("teaching_post"):
        raise ValueError(
            f"plasticity.teaching_rms = {model.plasticity.teaching_rms} does not go with"
            f' plasticity.rule = "{rule.kind}", which learns from the apical current itself'
        )


def skips_come_from_before(model) -> None:
    """A layer can skip others only on the way up."""
    *hidden, _ = model.layers()
    for k, (name, layer) in enumerate(hidden):
        before = ["input", *(f"hidden_{j}" for j in range(k))]
        for pre in layer.skip:
            if pre not in before:
                raise ValueError(
                    f"{name}.skip: {shown(pre)} is no population before this layer, which are"
                    f" {', '.join(before)}{nearest(pre, before)}"
                )


def receptive_fields_are_of_the_input(model) -> None:
    """Only a layer that the input projects to sees a part of an image."""
    *hidden, _ = model.layers()
    for k, (name, layer) in enumerate(hidden):
        if layer.receptive_field and k and "input" not in layer.skip:
            raise ValueError(
                f"{name}.receptive_field = {layer.receptive_field} needs synapses from the input,"
                f' which {name}.skip = ["input"] has'
            )
        if layer.receptive_field and layer.sparsity:
            raise ValueError(
                f"{name}.receptive_field = {layer.receptive_field} and"
                f" {name}.sparsity = {layer.sparsity}: only one of them can leave synapses out"
            )


def depth_can_be_measured(model) -> None:
    """What errors do in each layer is seen in variables over time."""
    device = model.training.device
    if model.recording.depth and device == "cuda_standalone":
        raise ValueError(
            f'recording.depth = true does not go with training.device = "{device}", which records'
            " no variables over time"
        )


def the_test_set_steers_nothing(model) -> None:
    """A schedule that goes by errors needs held-out training stimuli."""
    if model.plasticity.schedule == PLATEAU and not model.task.validation:
        raise ValueError(
            f'plasticity.schedule = "{PLATEAU}" needs task.validation > 0, training stimuli'
            " that are held out: the test set must not steer learning"
        )


def continuous_operation_has_no_trials(model) -> None:
    """Refuse what is drawn, silenced or judged by trials where there are none."""
    if not model.training.continuous:
        return
    *hidden, _ = model.layers()
    task, kind, refused = model.task.name, model.feedback.kind, []
    if task == "evidence":
        refused.append(f'task.name = "{task}", whose error counts in the recall only')
    if RULES[kind].mirrors:
        refused.append(f'feedback.kind = "{kind}", which learns in phases of its own')
    for name, layer in hidden:
        if layer.dropout > 0:
            refused.append(f"{name}.dropout = {layer.dropout}, which is drawn for every trial")
    if refused:
        raise ValueError(f"training.continuous = true does not go with {refused[0]}")


CHECKS = (
    noise_phases_can_be_silent,
    perturbations_are_there,
    steps_resolve_rates_and_times,
    neurons_have_what_the_rule_needs,
    rules_of_plasticity_and_feedback_fit,
    skips_come_from_before,
    receptive_fields_are_of_the_input,
    depth_can_be_measured,
    the_test_set_steers_nothing,
    continuous_operation_has_no_trials,
    check_times,
    stages_make_models,
)
