"""One setting varied, everything else the same: several values, several seeds."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np

from spikingfa.base.errors import ModelError, SimulationError
from spikingfa.base.files import within, written_whole
from spikingfa.base.processes import Processes
from spikingfa.base.run_calls import Killed, run_calls
from spikingfa.model.changes import parse_setting
from spikingfa.model.files import with_absolute_paths
from spikingfa.model.model import Model
from spikingfa.network.build import check_rule
from spikingfa.plots.training import train
from spikingfa.rules.feedback import RULES
from spikingfa.run_folder.held_out import error_column, part_in
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.writer import tidy
from spikingfa.tasks import load_data
from spikingfa.training import checkpoint
from spikingfa.training.finished import check_finished
from spikingfa.training.judging import judged
from spikingfa.training.metrics import label_of

#: Columns of the table besides the errors in test or validation.
COLUMNS = (
    *("train_error_mean", "angle_deg_mean", "angle_deg_sd", "angles_deg", "ms_per_trial", "seeds"),
)


@dataclass(frozen=True)
class Variant:
    """A value of the varied setting, and the runs that were made with it.

    Attributes
    ----------
    value : str
    local : bool
        Whether the model's feedback rule is local; if not, it is a control.
    runs : tuple of Run
        One a seed.
    """

    value: str
    local: bool
    runs: tuple[Run, ...]

    @property
    def label(self) -> str:
        """The name in figures."""
        return self.value if self.local else f"{self.value} (not local)"

    @property
    def part(self) -> str:
        """The part of the data that the errors are of: ``"test"`` or ``"validation"``."""
        return part_in(self.runs[0].metrics)

    @property
    def metric(self) -> str:
        """What the errors are, such as ``"error"`` or ``"NSE"``."""
        return " or ".join(dict.fromkeys(label_of(run.metrics) for run in self.runs))

    @property
    def errors(self) -> np.ndarray:
        """These errors as fractions, shape (n_seeds, n_epochs + 1)."""
        return self.curve(error_column(self.part))

    def curve(self, column: str) -> np.ndarray:
        """A column of the history, shape (n_seeds, n_epochs + 1); NaN where there is none."""
        nothing = np.full(len(self.runs[0].history["epoch"]), np.nan)
        return np.array([run.history.get(column, nothing) for run in self.runs])

    @property
    def angles(self) -> np.ndarray:
        """Angles between W and B of the last hidden layer, shape (n_seeds, n_epochs + 1)."""
        columns = [c for c in self.runs[0].history if c.startswith("angle_")]
        return self.curve(columns[-1] if columns else "no feedback")

    @property
    def last_angles(self) -> list[float]:
        """The angle of each hidden layer at the end, the first layer first, mean over seeds."""
        columns = [c for c in self.runs[0].history if c.startswith("angle_")]
        return [float(self.curve(column)[:, -1].mean()) for column in columns]

    def row(self) -> dict[str, str]:
        """The row of the table."""
        metrics = [run.metrics for run in self.runs]
        angles = [np.nan if m["angle_deg"] is None else m["angle_deg"] for m in metrics]
        error = error_column(self.part)
        errors, train_errors, times = (
            [m[key] for m in metrics] for key in (error, "train_error", "ms_per_trial")
        )
        numbers = {
            f"{error}_mean": np.mean(errors),
            f"{error}_sd": np.std(errors, ddof=1) if len(errors) > 1 else np.nan,
            "train_error_mean": np.mean(train_errors),
            "angle_deg_mean": np.mean(angles),
            "angle_deg_sd": np.std(angles, ddof=1) if len(angles) > 1 else np.nan,
            "ms_per_trial": np.mean(times),
        }
        texts = {key: "" if np.isnan(n) else f"{n:.6g}" for key, n in numbers.items()}
        texts["angles_deg"] = " ".join(f"{angle:.1f}" for angle in self.last_angles)
        return {"local": "yes" if self.local else "no"} | texts | {"seeds": str(len(metrics))}


def variants(model: Model, path: str, values: list[str]) -> dict[str, Model]:
    """The models to compare, by the value of the varied setting.

    Raises
    ------
    ModelError
        There is no such setting, a value does not fit it, one is given twice, or a plasticity rule
        of the user's own cannot be carried out.
    """
    settings = {value: parse_setting(f"{path}={value}") for value in values}
    models = {value: model.but({key: parsed}) for value, (key, parsed) in settings.items()}
    if len(models) < len(values):
        raise ModelError(f"--vary {path}: a value is given twice in {','.join(values)}")
    for varied in models.values():
        check_rule(varied)
    return models


def compare_models(
    models: dict[str, Model],
    seeds: list[int],
    folder: str | Path,
    finished: Callable[[str, int, Run], None] | None = None,
    *,
    on_test: bool = False,
    tell: Callable[[str], None] | None = None,
) -> list[Variant]:
    """Train each model with each seed, on all cores.

    Runs are kept in ``folder/runs`` and resumed if they were stopped. Those that are finished
    are not made again; they are refused if their data have changed since, and warned of if another
    version of the package made them.

    Several models are judged by a validation split, so that none is chosen by the test set: where
    none of them has one, ``task.validation = 0.2`` is set, which holds out a fifth of the training
    stimuli of each class. `evaluate` with `on_test` shows the test set to what was chosen.

    Parameters
    ----------
    models : dict of Model
        By the name of the variant.
    seeds : list of int
    folder : str or Path
    finished : callable, optional
        Called with the name, the seed and the run when one is finished.
    on_test : bool
        Whether no validation split is made, and errors are those of the test set: for comparisons
        in which nothing is chosen.
    tell : callable, optional
        Called with a line that says what errors are of, where that is not what the models say.

    Raises
    ------
    DataError, RunFolderError, BuildError, SimulationError
        A run cannot go on; the others go on when it is called again.
    """
    folder = Path(folder).absolute()
    models = {name: with_absolute_paths(model) for name, model in models.items()}
    runs = folder / "runs"  # other processes may have another current folder
    outs = {(name, s): runs / f"{_plain(name)}-{s}" for name, s in product(models, seeds)}
    for out in outs.values():
        within(folder, out)
    models, note = judged(models, len(models) > 1, _begun(outs.values()), on_test)
    _check_data(models.values())
    if note and tell is not None:
        tell(note)
    seeded = {key: models[key[0]].but({"training.seed": key[1]}) for key in outs}
    done = [key for key, out in outs.items() if checkpoint.finished(out, seeded[key])]
    check_finished(Run(outs[key]) for key in done)
    for key in done:
        tidy(outs[key])
    calls = [(key, _train, seeded[key], out) for key, out in outs.items() if key not in done]
    for key in chain(done, _keys_of_trained(calls)):
        if finished is not None:
            finished(*key, Run(outs[key]))
    return [
        Variant(name, RULES[model.feedback.kind].local, tuple(Run(outs[name, s]) for s in seeds))
        for name, model in models.items()
    ]


def _begun(outs: Iterable[Path]) -> Model | None:
    """The model of a run that is there already, if there is one."""
    there = (Run(out).model for out in outs if (out / "model.toml").is_file())
    return next(there, None)


def _check_data(models: Iterable[Model]) -> None:
    """Load the data of all models, so that mistakes in them are reported before anything begins."""
    checked = []
    for model in models:
        if model.task not in checked:
            load_data(model.task)
            checked.append(model.task)


def _keys_of_trained(calls: list[tuple[Any, ...]]) -> Iterator[tuple[str, int]]:
    """The key of each run when it is finished."""
    with Processes() as processes:
        for (name, seed), outcome in run_calls(processes, calls):
            if isinstance(outcome, Killed):
                raise SimulationError(f"{name}, seed {seed}: {outcome}; the same command goes on")
            if isinstance(outcome, BaseException):
                raise outcome
            yield name, seed


def _train(model: Model, out: Path) -> None:
    train(model, out=out, resume=True, progress=False)


def _plain(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "._-+" else "_" for letter in name)


def write_table(path: Path, varied: str, compared: list[Variant]) -> None:
    """Write a row for each variant."""

    def write(unfinished: Path) -> None:
        with open(unfinished, "w", newline="", encoding="utf-8") as file:
            errors = dict.fromkeys(error_column(each.part) for each in compared)
            columns = [f"{error}_{key}" for error in errors for key in ("mean", "sd")]
            writer = csv.DictWriter(file, [varied, "local", *columns, *COLUMNS])
            writer.writeheader()
            writer.writerows({varied: each.value} | each.row() for each in compared)

    written_whole(path, write)
