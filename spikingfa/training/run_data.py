"""The data that a run is shown: those of its training, known again, or others read as they were.

Every part of the package that shows stimuli to a trained network asks here for them.
"""

import contextlib
import warnings
from pathlib import Path

import numpy as np

from spikingfa.base.errors import DataError, ModelError, warn
from spikingfa.model.model import Model
from spikingfa.model.task import IDX_TASKS, Task
from spikingfa.network.topology import Topology
from spikingfa.run_folder.data_record import DataRecord, fingerprint, load_as_recorded
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.state_schema import topology_in
from spikingfa.tasks import (
    Data,
    GivenData,
    NewData,
    Stimuli,
    encode_new,
    load_data,
    load_new,
    network_size,
)
from spikingfa.tasks.data import with_fields
from spikingfa.tasks.events import Events
from spikingfa.training.data_fit import topology_of


def data_for(run: Run, given: GivenData | str | Path | None = None) -> Data:
    """Stimuli to show to the network of a run.

    Parameters
    ----------
    run : Run
    given : Data, (x, y), str or Path, optional
        Others than those of the training: Data, whose classes are numbered as in training; arrays
        or a file, all of which is the test, scaled and numbered as in training; or a folder of IDX
        files. Of a copy of the training's own file, the test is what was held out.

    Raises
    ------
    DataError
        The data of the training are missing or have changed; or what is given has other columns,
        another number of units, or a class that the run does not know.
    """
    if given is None:
        return _own(run)
    if isinstance(given, Stimuli):
        given = given.data(run.model.task)
    if isinstance(given, Data):
        own = _own_copy(run.data, run.model.task, given) if run.data else given
        return own or _numbered_as(run.data, given)
    if not isinstance(given, str | Path):
        return _in_memory(run, given)
    path = Path(given).absolute()
    return data_in_folder(run, path) if path.is_dir() else _in_file(run, path)


def whole_test(run: Run, given: GivenData | None = None) -> Data:
    """The test set of a run, also where it was judged by a validation split.

    Parameters
    ----------
    run : Run
    given : Data or tuple, optional
        The data of the training, if they were given in Python.

    Raises
    ------
    DataError
        The data of the training are missing or have changed.
    """
    data, task = data_for(run, given), run.model.task
    if not task.validation:
        return data
    return load_data(task, given, on_test=True, scaling=run.data and run.data.encoding)


def record_for(run: Run) -> DataRecord:
    """Record of the data of a run; of an older run, which has none, that of what its task names.

    Raises
    ------
    DataError
        There is no record, and the data are missing.
    """
    if run.data:
        return run.data
    data, model = _own(run), run.model
    brightness = topology_of(model, data).stimuli.mean_square_sum
    return DataRecord.of(data, model.task, brightness, False)


def recorded_topology(run: Run, model: Model | None = None) -> Topology | None:
    """The network of a run, or of what `model` makes of it, as the data of its training made it.

    None of a run of an older version, which did not record how bright they were.
    """
    if run.data is None:
        return None
    return topology_in(model or run.model, run.arrays, run.data.mean_square_sum)


def unlabelled(run: Run, x, record: DataRecord) -> Data:
    """Stimuli to which nothing in particular should be answered: the teacher is silent.

    Parameters
    ----------
    run : Run
    x : array_like, shape (n, n_features), DataFrame, Events, str or Path
        In memory, or a file.
    record : DataRecord
        That of `record_for`.

    Raises
    ------
    DataError
        They do not suit the encoding of the training.
    """
    if isinstance(x, str | Path):
        x = load_new(str(x), record.encoding, labels=False).x
    else:
        x = encode_new(x, record.encoding).x
    y = np.zeros(len(x), int)  # all have the same answer, which is nothing
    answers = np.zeros((1, record.n_outputs), np.float32)
    if run.model.output.teacher == "events":
        answers = Events.listed([], [], [], 1, record.n_outputs)
    others = {"answers": answers, "metric": record.metric, "image": record.image}
    return Data.encoded(x[:0], y[:0], x, y, record.encoding, **others)


def is_test_of(run: Run, data: Data) -> bool | None:
    """Whether these test stimuli are those of the training; None of an older run."""
    if run.data is None:
        return None
    return fingerprint(data.x_test, data.y_test, data) == run.data.test


def _own(run: Run) -> Data:
    """The data of the training, read from where they were."""
    record, task = run.data, run.model.task
    if record is None:
        data = load_data(task)
        _warn_of_older(run, f"whether they are what the task {task.name!r} names now is not known")
        return data
    if record.in_python:
        return _given_in_python(run)
    data = load_as_recorded(record, task)
    if record.is_of(data):
        return data
    if record.sources:
        raise DataError(
            f"{record.where}: not what {run.folder} was trained on, it has changed since;"
            " --data FILE (in Python data=) tests on what is there now"
        )
    warn(
        f"the data of the task {task.name!r} are not, bit for bit, those of the training of"
        f" {run.folder}: it was trained on another machine or with other versions",
    )
    return data


def _given_in_python(run: Run) -> Data:
    """The data that the task names, if that was given; else there is nothing to be read."""
    record, task = run.data, run.model.task
    with contextlib.suppress(DataError):  # MNIST is not downloaded for it
        if network_size(task) == (record.n_features, record.n_outputs):
            data = load_data(task)
            if record.is_of(data):
                return data
    raise DataError(
        f"the data of {run.folder} were given in Python and are needed: give them again by data="
        " in Python, or others by --data FILE"
    )


def _in_memory(run: Run, given: tuple) -> Data:
    task = run.model.task
    if run.data is None:
        return load_data(task, given)
    if own := _own_copy(run.data, task, given):
        return own
    if not (isinstance(given, tuple | list) and len(given) == 2):
        data = load_data(_all_of(task), given)
        if data.classes and not {*data.classes} & {*run.data.classes}:  # they are no names
            data = Data(*given, classes=run.data.classes)
        return _numbered_as(run.data, data)
    x, y = given
    return _all_test(encode_new(x, run.data.encoding, y), run.data)


def _in_file(run: Run, path: Path) -> Data:
    copy = run.model.task.model_copy(update={"file": str(path)})
    if run.data is None:
        try:
            known = _own(run)
        except DataError:  # they were moved, perhaps to here
            _warn_of_older(run, f"{path} is split, scaled and numbered by itself")
            return load_data(copy)
    else:
        known = run.data
        if run.model.task.file and (own := _own_copy(known, copy)):
            return own
    if not known.encoding.classes:
        raise DataError(
            f"{run.folder} does not answer by classes, so that {path} cannot say what is right:"
            " spikingfa predict answers it"
        )
    return _all_test(load_new(str(path), known.encoding), known)


def _all_test(new: NewData, known: DataRecord | Data) -> Data:
    """New stimuli for a network, of which the data are known, or were read as those of an older."""
    has_them = isinstance(known, Data)
    training = (known.x_train, known.y_train) if has_them else (new.x[:0], new.y[:0])
    return Data.encoded(*training, new.x, new.y, known.encoding, image=known.image)


def _own_copy(record: DataRecord, task: Task, given: tuple | None = None) -> Data | None:
    """The data of the training, if this task names, or these arrays are, a copy of them."""
    # what is doubtful about it as training data is no matter if it is something else
    with contextlib.suppress(DataError), warnings.catch_warnings(action="ignore"):
        data = load_as_recorded(record, task, given)
        return data if record.is_of(data) else None
    return None


def data_in_folder(run: Run, folder: Path) -> Data:
    """Stimuli of a folder of IDX files: their test, or what was held out of the training's own.

    Raises
    ------
    ModelError
        The run is of another task.
    DataError
        The files cannot be read, or do not suit the network.
    """
    task = run.model.task
    if task.name not in IDX_TASKS:
        raise ModelError(
            f"--data-dir needs a model whose task is {' or '.join(IDX_TASKS)}, got {task.name!r}"
        )
    task = task.model_copy(update={"folder": str(folder)})
    if run.data is None:
        return load_data(task)
    if own := _own_copy(run.data, task):
        return own
    # its own test, whatever was held out or left out of the training
    return _numbered_as(run.data, load_data(_all_of(task)))


def _all_of(task: Task) -> Task:
    """The task without what is held out for validation, or left out, in training."""
    return task.model_copy(update={"validation": 0, "limit": None})


def _numbered_as(record: DataRecord, data: Data) -> Data:
    """The data with classes numbered as in training; some may be absent."""
    if data.n_features != record.n_features:
        raise DataError(
            f"the data have {data.n_features} features, the network was trained on"
            f" {record.n_features}"
        )
    image = data.image or record.image
    if data.classes == record.classes or not (data.classes and record.classes):
        return with_fields(data, image=image)
    for name in data.classes:
        if name not in record.classes:
            known = ", ".join(record.classes)
            raise DataError(f"the class {name!r} is none of the run's, which are {known}")
    numbers = np.array([record.classes.index(name) for name in data.classes])
    parts = data.x_train, numbers[data.y_train], data.x_test, numbers[data.y_test]
    return Data.encoded(*parts, record.encoding, image=image)


def _warn_of_older(run: Run, consequence: str) -> None:
    warn(
        f"{run.folder} was left by an older version, which recorded no data: {consequence}",
    )
