"""Claims about continuous operation."""

import numpy as np

from spikingfa.paper.experiment import Claim
from spikingfa.paper.spiking.curves import picked
from spikingfa.paper.spiking.variants import BP, FA, SHALLOW, STRONG
from spikingfa.paper.tables import Table, Tables

STOCHASTIC = "stochastic"  # the task
NAMES = {"digits": "digits", "linear": "linear", "drift": "drifting inputs"}


def claims(tables: Tables, quick: bool) -> list[Claim]:
    """Judge by means over seeds; a quick run tells only that it learns and aligns."""
    curves = tables["curves"]
    return [
        _learns(curves),
        _aligns(curves),
        _stochastic_ones_learn(curves),
        *(
            _untested(claim) if quick else claim
            for claim in (
                _as_in_trials(curves),
                _as_transported(curves),
                _loss_by_duration(tables["durations"]),
                _needs_delay(tables["delays"]),
            )
        ),
    ]


def _learns(curves: Table) -> Claim:
    ends = {
        f"{task}, {rule}": _last(curves, task, "continuous", rule)
        for task in NAMES
        for rule in (FA, SHALLOW, STRONG)
    }
    texts = [
        f"{name} {ends[f'{task}, {FA}']:.1f} % against {ends[f'{task}, {SHALLOW}']:.0f} %"
        f" (strong: {ends[f'{task}, {STRONG}']:.1f} %)"
        for task, name in NAMES.items()
    ]
    below = [ends[f"{task}, {FA}"] < ends[f"{task}, {SHALLOW}"] / 3 for task in NAMES]
    below += [ends[f"{task}, {FA}"] < ends[f"{task}, {STRONG}"] for task in NAMES]
    return Claim(
        "A network that is never reset and knows no trials learns: its error is far below that of"
        " a shallow one.",
        "; ".join(texts),
        all(below),
        ends,
    )


def _aligns(curves: Table) -> Claim:
    angles = {}
    for task in NAMES:
        angles[f"{task}, first"] = _first(curves, task)
        angles[f"{task}, last"] = _last(curves, task, "continuous", FA, "angle_deg", 1)
    texts = [
        f"{name} from {angles[f'{task}, first']:.0f} to {angles[f'{task}, last']:.0f} degrees"
        for task, name in NAMES.items()
    ]
    return Claim(
        "Meanwhile the forward weights turn towards the feedback weights.",
        "; ".join(texts),
        all(angles[f"{task}, first"] > 80 and angles[f"{task}, last"] < 70 for task in NAMES),
        angles,
    )


def _stochastic_ones_learn(curves: Table) -> Claim:
    claim = (
        "So does one of stochastic sigmoid neurons, and loses less than one percentage point"
        " against learning in trials."
    )
    if STOCHASTIC not in curves["task"]:
        return Claim.not_run(claim)
    rules = {"FA": FA, "BP": BP, "shallow": SHALLOW, "strong": STRONG}
    ends = {name: _last(curves, STOCHASTIC, "continuous", rule) for name, rule in rules.items()}
    within = _last(curves, STOCHASTIC, "trials", FA)
    angle = _last(curves, STOCHASTIC, "continuous", FA, "angle_deg", 1)
    return Claim(
        claim,
        f"digits {ends['FA']:.2f} %, in trials {within:.2f} %, BP {ends['BP']:.2f} %, shallow"
        f" {ends['shallow']:.1f} % (strong: {ends['strong']:.1f} %); angle {angle:.0f} degrees",
        ends["FA"] < ends["shallow"] and ends["FA"] < ends["strong"] and ends["FA"] - within < 1,
        ends | {"FA in trials": within, "angle": angle},
    )


def _as_in_trials(curves: Table) -> Claim:
    tasks = ("digits", "linear")
    ends = {
        f"{task}, {operation}": _last(curves, task, operation, FA)
        for task in tasks
        for operation in ("trials", "continuous")
    }
    pairs = {task: (ends[f"{task}, trials"], ends[f"{task}, continuous"]) for task in tasks}
    return Claim(
        "Little is lost against learning in trials: less than one percentage point.",
        "; ".join(
            f"{NAMES[task]} {without:.2f} % without trials, {within:.2f} % in trials"
            for task, (within, without) in pairs.items()
        ),
        all(without - within < 1 for within, without in pairs.values()),
        ends,
    )


def _as_transported(curves: Table) -> Claim:
    ends = {
        f"{task}, {rule}": _last(curves, task, "continuous", rule)
        for task in NAMES
        for rule in (FA, BP)
    }
    return Claim(
        "Without trials, too, random feedback does nearly as well as transported weights: its error"
        " is less than 1.5 times theirs.",
        "; ".join(
            f"{name} {ends[f'{task}, {FA}']:.2f} % against {ends[f'{task}, {BP}']:.2f} %"
            for task, name in NAMES.items()
        ),
        all(ends[f"{task}, {FA}"] < 1.5 * ends[f"{task}, {BP}"] for task in NAMES),
        ends,
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
    tasks = ("digits", "linear")
    delays = {task: np.unique(table["ms"][table["task"] == task]) for task in tasks}
    errors = {(task, ms): _mean(table, task=task, ms=ms) for task in tasks for ms in delays[task]}
    of_task = {task: [e for (name, _), e in errors.items() if name == task] for task in tasks}
    return Claim(
        "The teacher must be as late as the network's own answer: with another delay the error is"
        " more than twice as large.",
        "; ".join(
            f"{task} "
            + ", ".join(f"{e:.1f} % at {ms:g} ms" for (t, ms), e in errors.items() if t == task)
            for task in tasks
        ),
        all(max(found) > 2 * min(found) for found in of_task.values()),
        {f"{task}, {ms:g} ms": error for (task, ms), error in errors.items()},
    )


def _untested(claim: Claim) -> Claim:
    return Claim(claim.claim, claim.measured, None, claim.numbers)


def _first(curves: Table, task: str) -> float:
    """The angle before learning."""
    return _mean(curves, "angle_deg", 1, task=task, operation="continuous", rule=FA, epoch=0)


def _last(curves: Table, task, operation, rule, column: str = "error", times=100) -> float:
    epoch = curves["epoch"].max()
    of_it = {"task": task, "operation": operation, "rule": rule, "epoch": epoch}
    return _mean(curves, column, times, **of_it)


def _mean(table: Table, column: str = "error", times: float = 100, **chosen) -> float:
    """Over seeds, of the rows that have these values; errors in percent."""
    return float(times * picked(table, **chosen)[column].mean())
