"""The table of a sweep, as its figures and its summary read it."""

from spikingfa.base.text import nearest
from spikingfa.run_folder.held_out import TEST, VALIDATION, error_column
from spikingfa.training.analysis import mean_interval


def parameters_of(table) -> list[str]:
    """Columns of a sweep's table that are varied parameters."""
    return [name for name in table.columns if "." in name]


def column_of(table, name: str) -> str:
    """The column of a parameter, which may be named without its unit.

    Raises
    ------
    ValueError
        No parameter of this name was varied.
    """
    columns = {column.partition(" (")[0]: column for column in parameters_of(table)}
    known = {column: column for column in columns.values()} | columns
    if name not in known:
        raise ValueError(f"no parameter {name!r} was varied{nearest(name, known)}")
    return known[name]


def parts_of(table) -> str:
    """The part of the data that a sweep's errors are of: ``validation``, ``test``, or either."""
    parts = [part for part in (VALIDATION, TEST) if error_column(part) in table]
    return " or ".join(parts)


def _errors(done):
    """The error of each run, whichever of the two it has."""
    columns = [done[error_column(p)] for p in (VALIDATION, TEST) if error_column(p) in done]
    return columns[0].fillna(columns[-1])


def combined(table):
    """A row for each combination, as a DataFrame.

    Its columns are parameters, ``mean`` and ``sd`` of the error over seeds, ``low`` and ``high``,
    the ends of the mean's 95 % interval, ``angle_deg``, ``ms_per_trial``, and ``seeds``, how many
    runs were finished.
    """
    done = table[table["status"] == "finished"]
    return (
        done.assign(error=_errors(done))
        .groupby(parameters_of(table), sort=False, dropna=False)
        .agg(
            mean=("error", "mean"),
            sd=("error", "std"),
            low=("error", lambda errors: float(mean_interval(errors)[0])),
            high=("error", lambda errors: float(mean_interval(errors)[1])),
            angle_deg=("angle_deg", "mean"),
            ms_per_trial=("ms_per_trial", "mean"),
            seeds=("error", "size"),
        )
        .reset_index()
    )
