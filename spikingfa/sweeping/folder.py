"""The folder of a sweep.

=================  =====================================================================
``model.toml``     the model that was varied
``table.csv``      a row for each run, as soon as it is done
``table.parquet``  the same with types, for pandas, polars, R and DuckDB
``error.png``      error against each parameter
``heat_map.png``   error over two parameters, where two are varied
``runs/``          the run folders, a folder for each combination, in it one for each seed
=================  =====================================================================
"""

import contextlib
import csv
import io
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikingfa.base.errors import ModelError, RunFolderError
from spikingfa.base.extras import needed
from spikingfa.base.files import as_folder_error, written_whole
from spikingfa.base.reading import read_text
from spikingfa.base.text import shown
from spikingfa.model.changes import differences
from spikingfa.model.files import load_stored, write_model
from spikingfa.model.model import Model
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_column, renamed
from spikingfa.run_folder.layout import CHECKPOINT
from spikingfa.run_folder.lock import LOCK, locked
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.writer import tidy
from spikingfa.sweeping.worker import METRICS, row_of

if TYPE_CHECKING:
    from pandas import DataFrame

MODEL, CSV, PARQUET = "model.toml", "table.csv", "table.parquet"
ERRORS = tuple(map(error_column, (VALIDATION, TEST)))
_TEXT = ("status", "metric", "worker", "run", "reason")
MAX_LETTERS = 2**30  # letters of a table that is read
SHARE = 0.02  # of the time goes at most into writing the Parquet table anew

Row = dict[str, Any]


class SweepFolder:
    """Writes the folder of a sweep.

    Parameters
    ----------
    folder : Path
        One that does not exist yet, is empty, or holds a sweep to go on with.
    headings : list of str
        Columns of the parameters.
    parts : tuple of str
        What the errors are of: several if that varies, too.
    """

    def __init__(self, folder: Path, headings: list[str], parts: tuple[str, ...] = (TEST,)):
        self.folder, self.headings = folder, headings
        self._fixed = _fixed(map(error_column, parts))
        self.rows: dict[str, Row] = {}  # by the run's folder
        self._parquet_at = self._parquet_took = 0.0

    @contextlib.contextmanager
    def locked(self, model: Model) -> Iterator[None]:
        """Make or check the folder, and keep other sweeps out meanwhile.

        Raises
        ------
        RunFolderError
            It holds something else, another sweep, is in use, or cannot be written.
        """
        with locked(self.folder, "sweep"):
            self.check(model)
            if not (self.folder / MODEL).exists():
                written_whole(self.folder / MODEL, lambda path: write_model(model, path))
            yield

    def check(self, model: Model) -> None:
        """Whether a sweep over this model can be made in the folder, or resumed.

        Raises
        ------
        RunFolderError
            It holds something else, or another sweep.
        """
        if not self.folder.exists():
            return
        if not self.folder.is_dir():
            raise RunFolderError(f"the sweep's folder {self.folder} is a file")
        there = {path.name for path in self.folder.iterdir()} - {LOCK}
        if not there:
            return
        if MODEL not in there or CHECKPOINT in there or "versions.json" in there:
            raise RunFolderError(f"{self.folder} is not empty and holds no sweep: choose another")
        self._check_model(model)
        if CSV in there:
            self._read()

    def _check_model(self, model: Model) -> None:
        for path, here, was in differences(model, load_stored(self.folder / MODEL)):
            if path != "training.seed":
                raise RunFolderError(
                    f"cannot go on with the sweep in {self.folder}: {path} is {was} there and"
                    f" {here} here"
                )

    def _read(self) -> None:
        """Rows of an earlier call; what came to be of a line that was cut off is left out."""
        names, rows = _named_rows(self.folder)
        varied = [name for name in names if name not in _fixed(ERRORS)]
        if varied != self.headings:
            raise RunFolderError(
                f"cannot go on with the sweep in {self.folder}: it varies {', '.join(varied)},"
                f" and not {', '.join(self.headings)}"
            )
        self.rows = {row["run"]: row for row in rows}

    def row_of_finished(self, folder: str) -> Row | None:
        """The row of a run that is done, and is tidied; None if its folder does not say so."""
        path = self.folder / folder
        metrics = Run(path).metrics if (path / "metrics.json").is_file() else {}
        if not metrics.get("finished"):
            return None
        tidy(path)
        known = self.rows.get(folder, {})
        return row_of(metrics) | {key: known.get(key, "") for key in ("seconds", "worker")}

    def begin(self, rows: list[Row]) -> None:
        """Write the table anew: of runs that are not among `rows`, what was known."""
        self.rows |= {row["run"]: row for row in rows}
        self.write()

    def add(self, row: Row) -> None:
        """Append a row; the Parquet table follows when there is time for it."""
        self.rows[row["run"]] = row
        try:
            with open(self.folder / CSV, "a", newline="", encoding="utf-8") as file:
                csv.DictWriter(file, self.columns, lineterminator="\n").writerow(_texts(row))
        except OSError as error:
            raise as_folder_error(error, self.folder / CSV) from None
        if time.monotonic() - self._parquet_at > self._parquet_took / SHARE:
            self._write_parquet()

    @property
    def columns(self) -> list[str]:
        """Headings of the table."""
        return [*self.headings, *self._fixed]

    def sort(self, order: list[str]) -> None:
        """Bring the runs of this call into their order, before any others."""
        first = {folder: self.rows[folder] for folder in order if folder in self.rows}
        self.rows = first | self.rows

    def write(self) -> None:
        """Write both tables whole."""

        def write(path: Path) -> None:
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, self.columns, lineterminator="\n")
                writer.writeheader()
                writer.writerows(_texts(row) for row in self.rows.values())

        written_whole(self.folder / CSV, write)
        self._write_parquet()

    def frame(self) -> "DataFrame":
        """The table as `open_sweep` gives it."""
        return _with_paths(frame(self.columns, list(self.rows.values())), self.folder)

    def _write_parquet(self) -> None:
        start = time.monotonic()
        table = frame(self.columns, list(self.rows.values()))
        written_whole(self.folder / PARQUET, lambda path: table.to_parquet(path, index=False))
        self._parquet_at = time.monotonic()
        self._parquet_took = self._parquet_at - start


def open_sweep(folder: str | Path) -> "DataFrame":
    """The table of a sweep that was made, or is being made.

    Returns
    -------
    pandas.DataFrame
        As `spikingfa.sweep` returns it.

    Raises
    ------
    RunFolderError
        The folder holds no sweep.
    """
    folder = Path(folder)
    if not (folder / CSV).is_file():
        raise RunFolderError(f"{folder} holds no sweep (no {CSV})")
    return _with_paths(frame(*_named_rows(folder)), folder)


def begun_in(folder: Path) -> Model | None:
    """The model of the sweep that is in a folder, if there is one."""
    return load_stored(folder / MODEL) if (folder / MODEL).is_file() else None


def _named_rows(folder: Path) -> tuple[list[str], list[Row]]:
    """Headings and rows of the table in a folder.

    An older version called errors in validation those of the test: by the model it is known.
    """
    names, rows = read_rows(folder / CSV)
    with contextlib.suppress(OSError, ModelError):
        task = load_stored(folder / MODEL).task
        names = list(renamed(dict.fromkeys(names), task))
        rows = [renamed(row, task) for row in rows]
    return names, rows


def _fixed(errors: Iterable[str]) -> tuple[str, ...]:
    """Headings of all that is no parameter."""
    metric, *others = METRICS
    numbers = (metric, *errors, *others)
    return ("seed", "status", *numbers, "seconds", "worker", "run", "reason")


def _with_paths(table: "DataFrame", folder: Path) -> "DataFrame":
    folder = folder.absolute()  # another current folder later makes no difference
    return table.assign(run=[str(folder / run) for run in table["run"]])


def read_rows(path: Path) -> tuple[list[str], list[Row]]:
    """Headings and rows of a table; lines that are not complete are left out.

    Raises
    ------
    RunFolderError
        It cannot be read.
    """
    try:
        text = read_text(path, newline="", most=MAX_LETTERS)
        whole = text[: text.rfind("\n") + 1]
        names, *rows = csv.reader(io.StringIO(whole, newline="")) if whole else ([],)
    except (OSError, ValueError, csv.Error) as error:
        raise RunFolderError(f"cannot read {path}: {error}") from None
    if not {"run", "seed", "status"} <= set(names):
        raise RunFolderError(f"cannot read {path}: it is no table of a sweep")
    records = [dict(zip(names, row)) for row in rows if len(row) == len(names)]
    for row in records:
        run = Path(row["run"])
        if run.is_absolute() or ".." in run.parts:
            raise RunFolderError(f"cannot read {path}: {shown(row['run'])} is no folder in it")
    return names, records


def frame(columns: list[str], rows: list[Row]) -> "DataFrame":
    """The table as a pandas DataFrame: numbers where all are numbers, text elsewhere."""
    pandas = needed("pandas", "sweep", "a sweep")
    texts = [_texts(row) for row in rows]
    table = pandas.DataFrame({name: [row.get(name, "") for row in texts] for name in columns})
    for name in columns:
        if name not in _TEXT:
            with contextlib.suppress(ValueError):  # it stays text
                table[name] = pandas.to_numeric(table[name])
    return table


def _texts(row: Row) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in row.items()}
