"""Files of an experiment: data, verdict, figure; the last two from the first."""

import json
from dataclasses import asdict
from pathlib import Path

from spikingfa.base.files import written_whole
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.tables import Tables, read_csv, write_csv
from spikingfa.plots import save

VERDICT = "verdict.json"


def write(experiment: Experiment, tables: Tables, quick: bool, folder: Path) -> list[Claim]:
    """Write ``<table>.csv``, ``verdict.json``, ``figure.pdf`` and ``figure.png``.

    Raises
    ------
    RunFolderError
        The folder cannot be written.
    """
    for name, table in tables.items():
        written_whole(folder / f"{name}.csv", lambda path, table=table: write_csv(path, table))
    tables = {name: read_csv(folder / f"{name}.csv") for name in tables}
    claims = experiment.claims(tables, quick)
    text = json.dumps(verdict(tables, quick, claims), indent=2, ensure_ascii=False) + "\n"
    written_whole(folder / VERDICT, lambda path: path.write_text(text, "utf-8"))
    figure = experiment.figure(tables)
    for kind in ("pdf", "png"):
        written_whole(folder / f"figure.{kind}", lambda path: save(figure, path))
    return claims


def verdict(tables: Tables, quick: bool, claims: list[Claim]) -> list[dict]:
    """Contents of ``verdict.json``."""
    seeds = sorted({int(seed) for table in tables.values() for seed in table["seed"]})
    return [{"seeds": seeds, "quick": quick} | asdict(claim) for claim in claims]
