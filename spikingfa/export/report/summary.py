"""A run in a few facts, its weights and its parameters, as texts for tables."""

import numpy as np

from spikingfa.export.report.contents import Contents
from spikingfa.model.describe import parameter_rows
from spikingfa.model.model import Model
from spikingfa.network.pathways import forward_names
from spikingfa.run_folder.held_out import error_in
from spikingfa.training.metrics import label_of, name_of
from spikingfa.training.train_sample import while_learning

Row = tuple[str, ...]

MAX_EPOCHS = 2000  # rows of the table of epochs


def facts(contents: Contents) -> list[Row]:
    """Results as names and values."""
    metrics, model = contents.metrics or {}, contents.model
    label = label_of(metrics)
    error = error_in(metrics) if metrics else None
    epochs = f"{metrics.get('epochs', 0)} of {model.training.epochs}" if model else ""
    rows = [
        (name_of(metrics), _percent(error)),
        (f"training {label}", _training(contents)),
        ("angle of W and B", _number(metrics.get("angle_deg"), "{:.1f}°")),
        ("epochs", epochs),
        ("trials", _number(metrics.get("trials"), "{:,.0f}")),
        ("seed", str(model.training.seed) if model else ""),
        ("training took", _duration(metrics.get("train_seconds"))),
        ("a trial took", _number(metrics.get("ms_per_trial"), "{:.3g} ms")),
    ]
    return [(name, value) for name, value in rows if value]


def what_it_is(contents: Contents) -> str:
    """Task, sizes of the layers, rules and neurons in one line."""
    if contents.model is None:
        return ""
    model = contents.model
    neurons = dict.fromkeys(layer.model for layer in (*model.hidden, model.output))
    parts = [model.task.name, *_sizes(contents), f"{model.feedback.kind} feedback"]
    return " · ".join([*parts, model.plasticity.rule, f"{', '.join(neurons)} neurons"])


def _sizes(contents: Contents) -> list[str]:
    w = [(contents.arrays or {}).get(f"{name}.w") for name in forward_names(contents.model)]
    if any(a is None or a.ndim != 2 for a in w):
        return []
    return [" – ".join(str(n) for n in (w[0].shape[0], *(a.shape[1] for a in w)))]


def _number(value, form: str, factor: float = 1) -> str:
    known = isinstance(value, int | float) and np.isfinite(value)
    return form.format(factor * value) if known else ""


def _training(contents: Contents) -> str:
    """The training error, and how it was measured."""
    percent = _percent((contents.metrics or {}).get("train_error"))
    if not percent or not contents.history:
        return percent
    return f"{percent} {'while learning' if while_learning(contents.history) else 'of a sample'}"


def _percent(error) -> str:
    huge = isinstance(error, int | float) and error >= 1e4
    return _number(error, "{:.3g} %" if huge else "{:.2f} %", 100)


def _duration(seconds) -> str:
    if seconds is None:
        return ""
    if seconds < 60 or seconds > 1e9:
        return f"{seconds:.3g} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"


def weight_rows(weights: dict[str, np.ndarray]) -> list[Row]:
    """Name, shape, least, mean, most and SD of every matrix; forward weights in pA."""
    rows = []
    for name, w in weights.items():
        if w.ndim == 2 and w.size and name.endswith((".w", ".b")):
            factor, unit = (1e12, "pA") if name.endswith(".w") else (1, "")
            with np.errstate(over="ignore", invalid="ignore"):  # weights may have run away
                numbers = [factor * f(w) for f in (np.min, np.mean, np.max, np.std)]
            shape = " × ".join(map(str, w.shape))
            rows.append((name, shape, *(f"{n:.3g}".replace("-", "−") for n in numbers), unit))
    return rows


def parameters(model: Model) -> tuple[list[Row], list[Row]]:
    """Path, value, default and meaning of the fields that differ from the defaults, and of those
    that do not. The defaults of a layer are those of its neuron model."""
    standard = {
        "hidden": tuple(type(layer)() for layer in model.hidden),
        "output": type(model.output)(),
    }
    default = parameter_rows(Model.model_construct(**standard))
    rows = [
        (path, value, usual, meaning)
        for (path, value, meaning), (_, usual, _) in zip(parameter_rows(model), default)
    ]
    changed = [row for row in rows if row[1] != row[2]]
    return changed, [row for row in rows if row[1] == row[2]]


def history_rows(history: dict[str, np.ndarray]) -> tuple[list[str], list[Row]]:
    """Header and rows of the table of epochs; what is not known is left empty.

    Of more than `MAX_EPOCHS` epochs every second is there, or every third, and so on.
    """
    step = -(-len(history["epoch"]) // MAX_EPOCHS)
    columns = [
        [_number(value, "{:.4g}") for value in column[::-step][::-1]] for column in history.values()
    ]
    return [name.replace("_", " ") for name in history], list(zip(*columns))
