"""Whether earlier runs are results of the data and the program that there are now."""

from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version

from spikingfa.base.errors import DataError, RunFolderError, warn
from spikingfa.run_folder.data_record import DataRecord, load_as_recorded
from spikingfa.run_folder.run import Run
from spikingfa.tasks import Data, GivenData


def check_finished(runs: Iterable[Run], data: GivenData | None = None) -> None:
    """Refuse finished runs whose data have changed; warn of runs of another version.

    Data that the package generates are those that the model says, and are not compared.

    Parameters
    ----------
    runs : iterable of Run
        Runs of one task after another, best, so that its data are read once.
    data : Data or tuple, optional
        Stimuli of this call, in place of those that their tasks name.

    Raises
    ------
    RunFolderError
        The data are others than those of the training.
    """
    runs, task = list(runs), None
    for run in runs:
        record = run.data
        if record is None or not (record.in_python or record.sources or data is not None):
            continue
        if run.model.task != task:
            task = run.model.task
            now = _read(run, record, data)
        if now is not None and not record.is_of(now):
            _refuse(run, record)
    _warn_of_versions(runs)


def check_resumed(run: Run, now: DataRecord) -> None:
    """Refuse to resume a run with other data; warn if another version began it.

    Raises
    ------
    RunFolderError
        The data are others than those of its training so far.
    """
    if run.data is not None and (run.data.train, run.data.test) != (now.train, now.test):
        _refuse(run, run.data)
    _warn_of_versions([run])


def _read(run: Run, record: DataRecord, data: GivenData | None) -> Data | None:
    try:
        return load_as_recorded(record, run.model.task, data)
    except DataError as error:
        warn(f"whether the data of {run.folder} have changed since is not known: {error}")
        return None


def _refuse(run: Run, record: DataRecord) -> None:
    raise RunFolderError(
        f"cannot go on with the run in {run.folder}: its data were others ({record.where}) than"
        " there are now; choose another folder, or remove that run"
    )


def _warn_of_versions(runs: list[Run]) -> None:
    here = version("spikingfa")
    others = Counter(_version_of(run) for run in runs)
    del others[here]
    if others:
        were = ", ".join(f"{n} of version {name}" for name, n in sorted(others.items()))
        warn(
            f"this is spikingfa {here}, and of the runs that were made earlier there are {were}:"
            " results may not compare; in another folder all are made by one version"
        )
    unknown = sum(run.data is None for run in runs)
    if unknown:
        warn(
            f"{unknown} of the runs that were made earlier recorded no data: whether they were"
            " trained on those that there are now is not known"
        )


def _version_of(run: Run) -> str:
    try:
        return str(run.versions.get("spikingfa"))
    except RunFolderError:
        return "unknown"
