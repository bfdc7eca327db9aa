"""The progress of a sweep."""

import sys

from tqdm import tqdm

from spikingfa.run_folder.held_out import error_in
from spikingfa.sweeping.folder import Row
from spikingfa.sweeping.plan import Planned
from spikingfa.training.metrics import name_of

_BAR = "{desc} |{bar}| {n_fmt}/{total_fmt} runs  [{elapsed} < {remaining}{postfix}]"


class SweepBar:
    """A bar over all runs, with the least error so far and how many failed.

    Where stderr is no terminal, one line for each run takes its place.

    Parameters
    ----------
    n : int
        Runs in all.
    shown : bool
        False: nothing is written.
    """

    def __init__(self, n: int, shown: bool = True):
        self._shown = shown = shown and sys.stderr is not None
        self._lines = shown and not sys.stderr.isatty()
        self._n, self._done, self._failed, self._least = n, 0, 0, float("inf")
        self._bar = tqdm(
            total=n,
            bar_format=_BAR,
            disable=not shown or self._lines,
            file=sys.stderr,
            desc="sweep",
        )

    def __enter__(self) -> "SweepBar":
        return self

    def __exit__(self, *error) -> None:
        self._bar.close()

    def done(self, one: Planned, row: Row) -> None:
        """Show that a run is done."""
        self._done += 1
        if row["status"] == "finished":
            error = float(error_in(row))
            self._least = min(self._least, error)
            outcome = f"{name_of(row)} {100 * error:.2f} %"
        else:
            self._failed += 1
            outcome = f"failed: {row['reason']}"
        if self._lines:
            values = ", ".join(f"{name} = {cell}" for name, cell in one.cells.items())
            print(f"{self._done}/{self._n}  {values}, seed {one.seed}: {outcome}", file=sys.stderr)
        self._bar.set_postfix_str(self._state(), refresh=False)
        self._bar.update()

    def tell(self, line: str) -> None:
        """Write a line above the bar."""
        if self._shown:
            tqdm.write(line, file=sys.stderr)

    def _state(self) -> str:
        least = f"least error {100 * self._least:.2f} %" if self._least < float("inf") else ""
        failed = f"{self._failed} failed" if self._failed else ""
        return ", ".join(filter(None, (least, failed)))
