"""Tables of an experiment: columns of one length, as arrays and as CSV."""

import csv
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from spikingfa.base import files
from spikingfa.base.array_files import write_plain
from spikingfa.base.reading import read_arrays

Table = dict[str, np.ndarray]  # numbers or text
Tables = dict[str, Table]  # by the names of their files


def table_of(names: Iterable[str], rows: Iterable[Iterable]) -> Table:
    """Columns of these names, from rows."""
    return dict(zip(names, map(np.array, zip(*rows))))


def joined(by_seed: dict[int, Tables]) -> Tables:
    """The tables of all seeds, one below the other; a column "seed" comes first."""
    seeds = sorted(by_seed)
    return {
        name: below({(seed,): by_seed[seed][name] for seed in seeds}, ("seed",))
        for name in by_seed[seeds[0]]
    }


def below(tables: dict[tuple, Table], names: tuple[str, ...]) -> Table:
    """Tables one below the other, each with what it is of in columns of these names."""
    length = {key: len(next(iter(table.values()))) for key, table in tables.items()}
    which = {
        name: np.concatenate([np.repeat(key[k], length[key]) for key in tables])
        for k, name in enumerate(names)
    }
    first = next(iter(tables.values()))
    return which | {name: np.concatenate([t[name] for t in tables.values()]) for name in first}


def picked(table: Table, **wanted) -> Table:
    """The rows in which columns have these values."""
    rows = np.all([table[name] == value for name, value in wanted.items()], axis=0)
    return {name: column[rows] for name, column in table.items()}


def of_seeds(table: Table, column: str) -> np.ndarray:
    """A column of curves as (n_seeds, n_points)."""
    return table[column].reshape(len(np.unique(table["seed"])), -1)


def means(table: Table, column: str, point: int = -1) -> float:
    """Mean over seeds at a point of the curves, the last by default."""
    return float(of_seeds(table, column)[:, point].mean())


def at_end(table: Table, column: str, x: str = "epoch") -> np.ndarray:
    """The values of all seeds where `x` is largest."""
    return table[column][table[x] == table[x].max()]


def write_csv(path: Path, table: Table) -> None:
    """Write a header and a row each; numbers with six digits."""
    rows = ([_text(value) for value in row] for row in zip(*table.values()))
    files.write_csv(path, table, rows, "\n")


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
