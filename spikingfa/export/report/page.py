"""The page from its parts."""

import warnings
from pathlib import Path
from urllib.parse import quote

from spikingfa.base.errors import RunFolderError, SpikingFAError, SpikingFAWarning
from spikingfa.base.files import written_whole
from spikingfa.base.progress import Waiting, progress_shown
from spikingfa.base.reading import read_text
from spikingfa.export.interactive.html import rendered
from spikingfa.export.interactive.raster_data import raster_values
from spikingfa.export.report import summary
from spikingfa.export.report.contents import Contents
from spikingfa.export.report.drawing import curves
from spikingfa.model.files import MAX_TEXT
from spikingfa.model.model import Model
from spikingfa.network.describe import equations
from spikingfa.plots.style import style
from spikingfa.run_folder.layout import REPORT
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run
from spikingfa.training.evaluation import evaluate
from spikingfa.training.metrics import label_of
from spikingfa.training.stored_tests import StoredTest, made_now, tests_of

SCRIPTS, STYLES = ("copy.js",), ("page.css",)
MAX_ANSWERS = 50  # recorded trials whose answers are listed in a table


def report(
    run: Run | str | Path,
    path: str | Path | None = None,
    *,
    test: bool = False,
    progress: bool = True,
) -> Path:
    """Write a run on one HTML page, which needs no other file and no network.

    The same run gives the same page, byte for byte. Of a run that is not finished, or whose files
    are missing or damaged, the page tells what there is, and what is not; of those that are damaged
    there is a warning each.

    Parameters
    ----------
    run : Run or str or Path
        A run, or its folder.
    path : str or Path, optional
        File to write; ``report.html`` in the run folder by default. What was there is replaced.
    test : bool
        Whether the stored weights are tested for the page, as by `evaluate`, which needs the data
        and the compiled network. Else it shows what ``spikingfa test`` left in the run folder.
    progress : bool
        Whether progress is shown on stderr, where it takes more than two seconds.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    RunFolderError
        The folder holds no run, or the file cannot be written.
    DataError, ModelError, BuildError, SimulationError
        With `test`, the network cannot be tested.
    """
    run = as_run(run)
    run.check_folder()
    path = run.folder / REPORT if path is None else Path(path)
    if path.is_dir():
        raise RunFolderError(f"cannot write {path}: it is a folder")
    contents, (tests, unreadable) = Contents(run), tests_of(run.folder)
    contents.missing += [f"{name} cannot be read" for name in unreadable]
    for reason in (*contents.damaged, *unreadable.values()):
        warnings.warn(f"left out of the report: {reason}", SpikingFAWarning, stacklevel=2)
    with progress_shown(progress):
        if test:
            made = made_now(evaluate(run, over_time=False))
            tests = [made, *(stored for stored in tests if stored.name != made.name)]
        with Waiting("making the page"), style():
            html = page(contents, tests)
    written_whole(path, lambda unfinished: unfinished.write_text(html, "utf-8"))
    return path


def page(contents: Contents, tests: list[StoredTest]) -> str:
    """The page as HTML."""
    spikes, model, answers = contents.spikes, contents.model, []
    if spikes and any(spikes.labels):
        answers = list(zip(range(len(spikes.labels)), spikes.labels, spikes.predictions))
    folder = contents.run.folder
    model_text = _text_of(folder / "model.toml")
    values = {
        "title": folder.resolve().name,
        "contents": contents,
        "what": summary.what_it_is(contents),
        "facts": summary.facts(contents),
        "curves": curves(contents.history, label_of(contents.metrics or {}))
        if contents.history
        else [],
        "history": summary.history_rows(contents.history) if contents.history else None,
        "note": spikes.note if spikes else "",
        "tests": tests,
        "answers": answers,
        "most_answers": MAX_ANSWERS,
        "weights": summary.weight_rows(contents.arrays or {}),
        "parameters": summary.parameters(model) if model else None,
        "equations": _equations(model) if model else None,
        "model_text": model_text,
        "model_url": f"data:application/toml;charset=utf-8,{quote(model_text)}",
    }
    values |= raster_values(spikes) if spikes else {}
    return rendered("report.html", values, "spikingfa.export.report", SCRIPTS, STYLES)


def _equations(model: Model) -> str:
    try:
        return equations(model)
    except SpikingFAError as error:  # the sizes of the network are those of its data
        return f"cannot be shown: {error}"


def _text_of(path: Path) -> str:
    try:
        return read_text(path, most=MAX_TEXT)
    except (OSError, ValueError):
        return ""
