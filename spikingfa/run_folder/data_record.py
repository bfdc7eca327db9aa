"""Record of the data of a run, ``data.json``: by it they are known again, and others are read."""

import hashlib
import json
import warnings
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from spikingfa.base.files import write_json
from spikingfa.base.reading import read_text
from spikingfa.model.model import Task
from spikingfa.run_folder.tables import METRICS
from spikingfa.tasks import Data, load_data
from spikingfa.tasks.encoding import Encoding
from spikingfa.tasks.events import Events

NAME = "data.json"
MAX_TEXT = 2**26  # characters; class names of a thousand letters for 65 000 classes

_Size = Annotated[int, Field(strict=True, ge=0, lt=2**31)]
_Fingerprint = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]


class DataRecord(BaseModel):
    """A record of the data of a run.

    Attributes
    ----------
    task : str
        Name of the task.
    in_python : bool
        Whether they were given to `spikingfa.train` in Python, and not read as the task says.
    sources : tuple of str
        Absolute paths of the files or the folder that they were read from, if any.
    encoding : Encoding
        Names of the classes in the order of the outputs, columns and their scaling.
    metric : str
        Key of `spikingfa.training.metrics.METRICS`.
    image : (int, int), optional
        Rows and columns, where stimuli are images.
    n_train, n_test, n_features, n_outputs : int
        Numbers of training stimuli, test stimuli, input and output neurons.
    mean_square_sum : float
        Mean over the training stimuli of the sum of squared intensities, which sets the scale of
        initial weights.
    test_fraction, split_seed
        Part that was held out for the test, and the seed of its choice, where they were split.
    train, test : str
        Fingerprints of the training and of the test stimuli, with the answers to them.
    """

    # a later version may add to it
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    task: str
    in_python: bool
    sources: tuple[str, ...] = ()
    encoding: Encoding
    metric: Literal[METRICS]
    image: tuple[_Size, _Size] | None = None
    n_train: _Size
    n_test: _Size
    n_features: _Size
    n_outputs: _Size
    mean_square_sum: Annotated[float, Field(gt=0)]
    test_fraction: float
    split_seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)]
    train: _Fingerprint
    test: _Fingerprint

    @model_validator(mode="after")
    def _parts_fit_each_other(self):
        encoding = self.encoding
        columns = [len(part) for part in (encoding.columns, encoding.low, encoding.high)]
        sizes = {"n_features": self.n_features, "n_outputs": self.n_outputs}
        for name, n, wanted in (
            ("encoding.n_features", encoding.n_features, "n_features"),
            *(("columns of the encoding", n, "n_features") for n in columns if any(columns)),
            ("classes", len(encoding.classes) or self.n_outputs, "n_outputs"),
            ("pixels", int(np.prod(self.image or self.n_features, dtype=object)), "n_features"),
        ):
            if n != sizes[wanted]:
                raise ValueError(f"{name}: needs {sizes[wanted]}, as {wanted} says, got {n}")
        return self

    @classmethod
    def of(cls, data: Data, task: Task, mean_square_sum: float, in_python: bool) -> "DataRecord":
        """Describe data, as they were split and chosen for this task."""
        return cls(
            task=task.name,
            in_python=in_python,
            sources=() if in_python else sources(task),
            encoding=data.encoding,
            metric=data.metric,
            image=data.image,
            n_train=len(data.x_train),
            n_test=len(data.x_test),
            n_features=data.n_features,
            n_outputs=data.n_outputs,
            mean_square_sum=mean_square_sum,
            test_fraction=task.test_fraction,
            split_seed=task.split_seed,
            train=fingerprint(data.x_train, data.y_train, data),
            test=fingerprint(data.x_test, data.y_test, data),
        )

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the outputs; empty where there are none."""
        return self.encoding.classes

    @property
    def where(self) -> str:
        """Place of the data, in words."""
        if self.in_python:
            return "data given in Python"
        return " and ".join(self.sources) or f"the task {self.task}"

    def is_of(self, data: Data) -> bool:
        """Whether it describes these data: the same stimuli, split in the same way."""
        return (
            (len(data.x_train), len(data.x_test)) == (self.n_train, self.n_test)
            and fingerprint(data.x_test, data.y_test, data) == self.test
            and fingerprint(data.x_train, data.y_train, data) == self.train
        )

    @classmethod
    def read(cls, path: Path) -> "DataRecord":
        """Read what `write` wrote."""
        return cls.model_validate_json(read_text(path, most=MAX_TEXT))

    def write(self, path: Path) -> None:
        """Write a file of JSON."""
        write_json(path, self.model_dump(mode="json"))


def load_as_recorded(record: DataRecord | None, task: Task, given=None) -> Data:
    """Data of the task of a run, or `given` ones, which need not be those of its training.

    Older versions scaled the columns of a table by all training stimuli, also by those that were
    held out for validation. So a run that was trained on them is known again.

    Raises
    ------
    DataError
        They cannot be read.
    """
    data = load_data(task, given)
    if record is None or given is not None or not record.encoding.columns or record.is_of(data):
        return data
    with warnings.catch_warnings(action="ignore"):  # they were issued before
        older = load_data(task, scaling=record.encoding)
    return older if record.is_of(older) else data


def sources(task: Task) -> tuple[str, ...]:
    """Absolute paths of the files or the folder that a task names."""
    paths = (task.file, task.test_file, task.folder)
    return tuple(str(Path(path).absolute()) for path in paths if path is not None)


def fingerprint(x: np.ndarray | Events, y: np.ndarray, data: Data) -> str:
    """Hash of stimuli, and of what `data` say should be answered to them.

    The same values have the same fingerprint, whatever they are stored as.
    """
    digest = hashlib.blake2b(json.dumps(data.classes).encode(), digest_size=16)
    y = np.asarray(y)
    # a row for each class; else one for each stimulus, of which these are some
    wanted = (y, *_arrays(data.answers)) if data.classes else _arrays(data.answers[y])
    for array in (*_arrays(x), *wanted):
        kind = "<f4" if array.dtype.kind == "f" else "<i8"
        digest.update(f"{kind} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array, kind).data)
    return digest.hexdigest()


def _arrays(rows: np.ndarray | Events) -> tuple[np.ndarray, ...]:
    if isinstance(rows, Events):
        return rows.times, rows.starts, np.array(rows.shape)
    return (np.asarray(rows, np.float32),)
