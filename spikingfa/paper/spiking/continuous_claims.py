"""Claims about continuous operation."""

from dataclasses import replace

import numpy as np

from spikingfa.paper.experiment import Claim
from spikingfa.paper.spiking.variants import BP, FA, SHALLOW, STRONG
from spikingfa.paper.tables import Table, Tables, picked

STOCHASTIC = "stochastic"  # the task
NAMES = {"digits": "digits", "linear": "linear", "drift": "drifting inputs"}
IN_TRIALS = ("digits", "linear")  # tasks that are learnt in trials, too


def claims(tables: Tables, quick: bool) -> list[Claim]:
    """Judge by means over seeds; a quick run tells only that it learns and aligns."""
    curves = tables["curves"]
    in_whole_runs = [
        _as_in_trials(curves),
        _as_transported(curves),
        _loss_by_duration(tables["durations"]),
        _needs_delay(tables["delays"]),
    ]
    if quick:
        in_whole_runs = [replace(claim, holds=None) for claim in in_whole_runs]
    return [_learns(curves), _aligns(curves), _stochastic_ones_learn(curves), *in_whole_runs]


def _learns(curves: Table) -> Claim:
    rules = (FA, SHALLOW, STRONG)
    ends = {task: [_last(curves, task, rule) for rule in rules] for task in NAMES}
    return Claim(
        "A network that is never reset and knows no trials learns: its error is far below that of"
        " a shallow one.",
        "; ".join(
            f"{NAMES[task]} {fa:.1f} % against {shallow:.0f} % (strong: {strong:.1f} %)"
            for task, (fa, shallow, strong) in ends.items()
        ),
        all(fa < shallow / 3 and fa < strong for fa, shallow, strong in ends.values()),
        _numbers(ends, rules),
    )


def _aligns(curves: Table) -> Claim:
    ends = {task: [_angle(curves, task, epoch) for epoch in ("first", "last")] for task in NAMES}
    return Claim(
        "Meanwhile the forward weights turn towards the feedback weights.",
        "; ".join(
            f"{NAMES[task]} from {first:.0f} to {last:.0f} degrees"
            for task, (first, last) in ends.items()
        ),
        all(first > 80 and last < 70 for first, last in ends.values()),
        _numbers(ends, ("first", "last")),
    )


def _stochastic_ones_learn(curves: Table) -> Claim:
    claim = (
        "So does one of stochastic sigmoid neurons, and loses less than one percentage point"
        " against learning in trials."
    )
    if STOCHASTIC not in curves["task"]:
        return Claim.not_run(claim)
    rules = {"FA": FA, "BP": BP, "shallow": SHALLOW, "strong": STRONG}
    ends = {name: _last(curves, STOCHASTIC, rule) for name, rule in rules.items()}
    within = _last(curves, STOCHASTIC, FA, "trials")
    angle = _angle(curves, STOCHASTIC, "last")
    return Claim(
        claim,
        f"digits {ends['FA']:.2f} %, in trials {within:.2f} %, BP {ends['BP']:.2f} %, shallow"
        f" {ends['shallow']:.1f} % (strong: {ends['strong']:.1f} %); angle {angle:.0f} degrees",
        ends["FA"] < ends["shallow"] and ends["FA"] < ends["strong"] and ends["FA"] - within < 1,
        ends | {"FA in trials": within, "angle": angle},
    )


def _as_in_trials(curves: Table) -> Claim:
    operations = ("trials", "continuous")
    ends = {task: [_last(curves, task, FA, how) for how in operations] for task in IN_TRIALS}
    return Claim(
        "Little is lost against learning in trials: less than one percentage point.",
        "; ".join(
            f"{NAMES[task]} {without:.2f} % without trials, {within:.2f} % in trials"
            for task, (within, without) in ends.items()
        ),
        all(without - within < 1 for within, without in ends.values()),
        _numbers(ends, operations),
    )


def _as_transported(curves: Table) -> Claim:
    ends = {task: [_last(curves, task, rule) for rule in (FA, BP)] for task in NAMES}
    return Claim(
        "Without trials, too, random feedback does nearly as well as transported weights: its error"
        " is less than 1.5 times theirs.",
        "; ".join(
            f"{NAMES[task]} {fa:.2f} % against {bp:.2f} %" for task, (fa, bp) in ends.items()
        ),
        all(fa < 1.5 * bp for fa, bp in ends.values()),
        _numbers(ends, (FA, BP)),
    )


def _loss_by_duration(table: Table) -> Claim:
    durations = np.unique(table["ms"])
    losses = {
        f"{ms:g} ms": _mean(table, ms=ms, operation="continuous")
        - _mean(table, ms=ms, operation="trials")
        for ms in durations
    }
    shortest, *_, longest = losses.values()
    return Claim(
        "What is lost is owed to the stimulus before: the shorter stimuli are, the more.",
        "percentage points lost, digits: "
        + ", ".join(f"{loss:+.1f} at {name}" for name, loss in losses.items()),
        shortest > 2 * max(longest, 0.5),
        losses,
    )


def _needs_delay(table: Table) -> Claim:
    errors = {}
    for task in IN_TRIALS:
        delays = np.unique(picked(table, task=task)["ms"])
        errors[task] = {f"{ms:g} ms": _mean(table, task=task, ms=ms) for ms in delays}
    return Claim(
        "The teacher must be as late as the network's own answer: with another delay the error is"
        " more than twice as large.",
        "; ".join(
            f"{task} " + ", ".join(f"{error:.1f} % at {ms}" for ms, error in of_task.items())
            for task, of_task in errors.items()
        ),
        all(max(of_task.values()) > 2 * min(of_task.values()) for of_task in errors.values()),
        {f"{task}, {ms}": e for task, of_task in errors.items() for ms, e in of_task.items()},
    )


def _numbers(ends: dict[str, list[float]], names: tuple[str, ...]) -> dict[str, float]:
    """By task and name."""
    return {
        f"{task}, {name}": value
        for task, values in ends.items()
        for name, value in zip(names, values)
    }


def _angle(curves: Table, task: str, when: str) -> float:
    """Before learning (first), or after it (last)."""
    epoch = 0 if when == "first" else curves["epoch"].max()
    wanted = {"task": task, "operation": "continuous", "rule": FA, "epoch": epoch}
    return float(picked(curves, **wanted)["angle_deg"].mean())


def _last(curves: Table, task: str, rule: str, operation: str = "continuous") -> float:
    epoch = curves["epoch"].max()
    return _mean(curves, task=task, operation=operation, rule=rule, epoch=epoch)


def _mean(table: Table, **wanted) -> float:
    """Error in percent over seeds, of the rows that have these values."""
    return float(100 * picked(table, **wanted)["error"].mean())
