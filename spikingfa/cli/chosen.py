"""The model and the data that arguments choose."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import each_once


def settings_of(options) -> dict[str, Any]:
    """Changes of the model that the arguments name, by path."""
    from spikingfa.model.changes import parse_setting

    settings = each_once("--set", map(parse_setting, options.settings))
    for name in ("seed", "epochs"):
        path, value = f"training.{name}", getattr(options, name, None)
        if value is not None:
            if path in settings:
                raise ModelError(f"{path} is given twice: by --set and by --{name}")
            settings[path] = value
    return settings


def check_varied(option: str, paths: Iterable[str], options) -> None:
    """See that what an option varies is not set by another one, which would be dropped.

    Raises
    ------
    ModelError
        It is.
    """
    for path in sorted({*paths} & settings_of(options).keys()):
        raise ModelError(f"{path} is varied by {option}, and cannot be set besides")


def model_of(options):
    """The model that the arguments name, changed as they say."""
    from spikingfa.model.files import load_model
    from spikingfa.model.time_grid import accepting, check_times

    with accepting():  # judged as it is when the settings are made
        model = adapted(load_model(options.model), options)
    check_times(model)
    return model


def adapted(model, options):
    """The model, changed as the arguments say."""
    settings = settings_of(options)
    file, folder = getattr(options, "data", None), getattr(options, "data_dir", None)
    given = {"task.file": ("--data", file), "task.folder": ("--data-dir", folder)}
    for path, (option, value) in given.items():
        if value is not None and path in settings:
            raise ModelError(
                f"{option} {value} and --set {path}={settings[path]}: give one of them"
            )
    if file is not None:  # beneath the settings, which may name its test, its label, its coding
        task = settings.get("task.name", model.task.name)
        settings = _own_data(model, str(Path(file).absolute()), task) | settings
    return _with_folder(model.but(settings), folder)


def shown_data(run, options):
    """Stimuli that the arguments name for a run, or those of its training; and what to say of them.

    Returns
    -------
    data : Data
    source : str or None
        What the arguments name.
    """
    from spikingfa.training.run_data import data_for, data_in_folder

    if options.data is not None and options.data_dir is not None:
        raise ModelError("--data and --data-dir: give one of them")
    if options.data_dir is not None:
        folder = Path(options.data_dir).absolute()
        return data_in_folder(run, folder), str(folder)
    file = None if options.data is None else Path(options.data).absolute()
    return data_for(run, file), None if file is None else str(file)


def about_data(source: str, n: int, held_out: bool | None) -> str:
    """A line about data that are not the run's own."""
    which = {True: "held out in the training", False: "not of the training"}.get(held_out)
    return f"data         {source}: {n} stimuli{f', {which}' * bool(which)}"


def _with_folder(model, folder: str | None):
    """The model with its IDX files in this folder, if one is given."""
    from spikingfa.model.task import IDX_TASKS

    if folder is None:
        return model
    if model.task.name not in IDX_TASKS:
        raise ModelError(
            f"--data-dir needs a model whose task is {' or '.join(IDX_TASKS)},"
            f" got {model.task.name!r} (--set task.name=... changes it)"
        )
    return model.but({"task.folder": str(Path(folder).absolute())})


def _own_data(model, path: str, task: str) -> dict:
    """The changes of a model that is given this file, and has this task."""
    from spikingfa.tasks.spikes import holds_spikes
    from spikingfa.tasks.table_file import is_table

    changes = {"task.file": path, "task.folder": None, "task.test_file": None}
    if holds_spikes(path) or (task == "spikes" and is_table(path)):
        return changes | {"task.name": "spikes", "input.coding": "events"}
    coding = "regular" if model.input.coding == "events" else model.input.coding
    return changes | {"task.name": "arrays", "input.coding": coding}
