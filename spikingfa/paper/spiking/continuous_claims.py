"""Claims about continuous operation."""

from collections.abc import Callable
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
    return _of_tasks(
        "A network that is never reset and knows no trials learns: its error is far below that of"
        " a shallow one.",
        {task: {r: _last(curves, task, r) for r in (FA, SHALLOW, STRONG)} for task in NAMES},
        "{:.1f} % against {:.0f} % (strong: {:.1f} %)",
        lambda fa, shallow, strong: fa < shallow / 3 and fa < strong,
    )


def _aligns(curves: Table) -> Claim:
    return _of_tasks(
        "Meanwhile the forward weights turn towards the feedback weights.",
        {task: {when: _angle(curves, task, when) for when in ("first", "last")} for task in NAMES},
        "from {:.0f} to {:.0f} degrees",
        lambda first, last: first > 80 and last < 70,
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
    return _of_tasks(
        "Little is lost against learning in trials: less than one percentage point.",
        {task: {how: _last(curves, task, FA, how) for how in operations} for task in IN_TRIALS},
        "{1:.2f} % without trials, {0:.2f} % in trials",
        lambda within, without: without - within < 1,
    )


def _as_transported(curves: Table) -> Claim:
    return _of_tasks(
        "Without trials, too, random feedback does nearly as well as transported weights: its error"
        " is less than 1.5 times theirs.",
        {task: {rule: _last(curves, task, rule) for rule in (FA, BP)} for task in NAMES},
        "{:.2f} % against {:.2f} %",
        lambda fa, bp: fa < 1.5 * bp,
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


def _of_tasks(
    claim: str,
    ends: dict[str, dict[str, float]],
    measured: str,
    holds: Callable[..., bool],
) -> Claim:
    """A claim that must hold of each task; `measured` says it, and `holds` judges, by its ends."""
    return Claim(
        claim,
        "; ".join(f"{NAMES[task]} {measured.format(*of.values())}" for task, of in ends.items()),
        all(holds(*of.values()) for of in ends.values()),
        {f"{task}, {name}": value for task, of in ends.items() for name, value in of.items()},
    )


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
