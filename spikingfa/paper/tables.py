"""Tables of an experiment: columns of one length, as arrays and as CSV."""

import csv
from pathlib import Path

import numpy as np

from spikingfa.base.array_files import write_plain
from spikingfa.base.reading import read_arrays

Table = dict[str, np.ndarray]  # numbers or text
Tables = dict[str, Table]  # by the names of their files


def joined(of_seeds: dict[int, Tables]) -> Tables:
    """The tables of all seeds, one below the other; a column "seed" comes first."""
    seeds = sorted(of_seeds)
    return {
        name: {"seed": np.repeat(seeds, [_length(of_seeds[s][name]) for s in seeds])}
        | {column: np.concatenate([of_seeds[s][name][column] for s in seeds]) for column in table}
        for name, table in of_seeds[seeds[0]].items()
    }


def _length(table: Table) -> int:
    return len(next(iter(table.values())))


def write_csv(path: Path, table: Table) -> None:
    """Write a header and a row each; numbers with six digits."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows([_text(value) for value in row] for row in zip(*table.values()))


def _text(value) -> str:
    return value if isinstance(value, str) else f"{value:.6g}"


def read_csv(path: Path) -> Table:
    """Read what `write_csv` wrote."""
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return {name: _column(values) for name, values in zip(header, zip(*rows))}


def _column(values: tuple[str, ...]) -> np.ndarray:
    try:
        return np.array(values, float)
    except ValueError:
        return np.array(values)


def save(path: Path, tables: Tables) -> None:
    """Write tables to one file, exactly as they are."""
    arrays = {
        f"{name}/{column}": v for name, table in tables.items() for column, v in table.items()
    }
    write_plain(path, arrays)


def load(path: Path) -> Tables:
    """Read what `save` wrote."""
    tables: Tables = {}
    for key, values in read_arrays(path).items():
        name, _, column = key.partition("/")
        tables.setdefault(name, {})[column] = values
    return tables
