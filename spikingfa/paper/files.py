"""What an experiment leaves in its folder: data, figure, verdict."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

from spikingfa.files import as_folder_error, written_whole
from spikingfa.paper.experiment import Experiment, Result, Table
from spikingfa.plots import save


def write(experiment: Experiment, result: Result, seeds: list[int], folder: Path) -> None:
    """Write ``<table>.csv``, ``figure.pdf``, ``figure.png`` and ``verdict.json``.

    Raises
    ------
    RunFolderError
        The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_folder_error(error, folder) from None
    for name, table in result.tables.items():
        written_whole(folder / f"{name}.csv", lambda path, table=table: _write_table(path, table))
    figure = experiment.figure(result)
    for kind in ("pdf", "png"):
        written_whole(folder / f"figure.{kind}", lambda path: save(figure, path))
    verdict = [{"seeds": seeds} | asdict(claim) for claim in result.claims]
    text = json.dumps(verdict, indent=2) + "\n"
    written_whole(folder / "verdict.json", lambda path: path.write_text(text, "utf-8"))


def _write_table(path: Path, table: Table) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table)
        for row in zip(*table.values()):
            writer.writerow(f"{value:.6g}" for value in row)
