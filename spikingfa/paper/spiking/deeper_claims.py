"""What is claimed of spiking networks of several hidden layers."""

from dataclasses import replace

import numpy as np

from spikingfa.paper.experiment import Claim
from spikingfa.paper.spiking.digits import spread
from spikingfa.paper.tables import Table, Tables, picked

FA, DIRECT, TRANSPORT, TOP = "FA", "direct FA", "transport", "top layer"
NEAR = 1.0  # points
HIGHEST_RATE, WIDEST = 80, 80  # Hz, degrees


def claims(tables: Tables, quick: bool) -> list[Claim]:
    """Errors by depth, what the lower layers are worth, and what reaches them.

    A quick run tells none of it.
    """
    digits, plane = (picked(tables["errors"], task=task) for task in ("digits", "plane"))
    layers = picked(tables["layers"], task="digits")
    judged = [
        *(_learns_at_every_depth(digits, rule) for rule in (FA, DIRECT, TRANSPORT)),
        *(_depth_pays(plane, rule) for rule in (FA, TRANSPORT)),
        _lower_layers_matter(plane),
        _every_layer_by_the_next(plane),
        _is_aligned(layers),
        _rates_are_kept(layers),
    ]
    return [replace(claim, holds=None) for claim in judged] if quick else judged


def errors_of(table: Table, rule: str) -> dict[int, np.ndarray]:
    """Errors of all seeds, by the number of hidden layers."""
    rows = picked(table, rule=rule)
    depths = sorted({int(n) for n in rows["hidden_layers"]})
    return {n: picked(rows, hidden_layers=n)["error"] for n in depths}


def _learns_at_every_depth(table: Table, rule: str) -> Claim:
    errors, one = errors_of(table, rule), errors_of(table, FA)[1]
    worst = max(of.mean() for of in errors.values())
    return Claim(
        f"Digits: by {rule} networks of any depth make at most a point more errors than one of a"
        " single hidden layer.",
        f"test error {_listed({1: one} | errors)}",
        bool(worst < one.mean() + NEAR),
        _means({1: one} | errors),
    )


def _depth_pays(table: Table, rule: str) -> Claim:
    errors = errors_of(table, rule)
    shallow, deep = errors[1], min((errors[n] for n in errors if n > 1), key=np.mean)
    return Claim(
        f"Folded plane: by {rule} a network of several hidden layers makes less than half of the"
        " errors of a single layer with as many weights.",
        f"test error {_listed(errors)}",
        bool(deep.mean() < shallow.mean() / 2),
        _means(errors),
    )


def _lower_layers_matter(table: Table) -> Claim:
    whole, top = errors_of(table, FA), errors_of(table, TOP)
    gains = {n: top[n].mean() - whole[n].mean() for n in top}
    spreads = {n: max(_sd(top[n]), _sd(whole[n])) for n in top}
    return Claim(
        "Folded plane: what FA teaches the lower hidden layers is of use: with these fixed the"
        " error is higher, by more than two standard deviations.",
        f"test error {_listed(whole)}; with all but the highest fixed {_listed(top)}",
        all(gains[n] > 2 * spreads[n] for n in gains),
        {f"gain, {n} layers": float(gain) for n, gain in gains.items()},
    )


def _every_layer_by_the_next(table: Table) -> Claim:
    whole, direct = errors_of(table, FA), errors_of(table, DIRECT)
    return Claim(
        "Folded plane: FA from layer to layer makes fewer errors than direct FA, at any depth.",
        f"test error {_listed({n: whole[n] for n in direct})}; by direct FA {_listed(direct)}",
        all(whole[n].mean() < of.mean() for n, of in direct.items()),
        {
            f"direct FA - FA, {n} layers": float(d.mean() - whole[n].mean())
            for n, d in direct.items()
        },
    )


def _is_aligned(table: Table) -> Claim:
    rows = picked(table, rule=FA)
    deepest = picked(rows, hidden_layers=rows["hidden_layers"].max())
    layers = np.unique(deepest["layer"]).astype(int)
    angles = {int(k): picked(deepest, layer=k)["path_angle_deg"].mean() for k in layers}
    return Claim(
        "Digits: in each hidden layer of the deepest network the way down of FA is under"
        f" {WIDEST} degrees from the way up.",
        f"mean path angles of {len(layers)} layers from the first up "
        + ", ".join(f"{angle:.0f}" for angle in angles.values()),
        bool(max(angles.values()) < WIDEST),
        {f"layer {k}": float(angle) for k, angle in angles.items()},
    )


def _rates_are_kept(table: Table) -> Claim:
    highest = float(table["rate_hz"].max())
    return Claim(
        f"Digits: no hidden layer fires at more than {HIGHEST_RATE} Hz, at any depth, by any"
        " feedback.",
        f"at most {highest:.0f} Hz, over all seeds",
        highest < HIGHEST_RATE,
        {"highest": highest},
    )


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else np.inf


def _listed(errors: dict[int, np.ndarray]) -> str:
    return ", ".join(f"{spread(of)} ({n})" for n, of in errors.items())


def _means(errors: dict[int, np.ndarray]) -> dict[str, float]:
    return {f"{n} layers": float(of.mean()) for n, of in errors.items()}
