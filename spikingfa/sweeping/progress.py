"""The progress of a sweep, and of a comparison."""

from spikingfa.base.progress import Waiting
from spikingfa.run_folder.held_out import error_in
from spikingfa.run_folder.run import Run
from spikingfa.sweeping.folder import Row
from spikingfa.sweeping.plan import Planned
from spikingfa.training.metrics import name_of


class SweepBar(Waiting):
    """A wait for all runs, with the least error so far and how many failed.

    Where no bar can be drawn, there is a line for each run, too.

    Parameters
    ----------
    n : int
        Runs in all.
    """

    def __init__(self, n: int):
        super().__init__("sweep", n, " runs", leave=True)
        self._n, self._done, self._failed, self._least = n, 0, 0, float("inf")

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
        if not self.drawn_over:
            values = ", ".join(f"{name} = {cell}" for name, cell in one.cells.items())
            self.say(f"{self._done}/{self._n}  {values}, seed {one.seed}: {outcome}")
        self.note(self._state())
        self.update()

    def _state(self) -> str:
        least = f"least error {100 * self._least:.2f} %" if self._least < float("inf") else ""
        failed = f"{self._failed} failed" if self._failed else ""
        return ", ".join(filter(None, (least, failed)))


class ComparisonBar(Waiting):
    """A wait for all runs, with a line for each.

    Parameters
    ----------
    path : str
        The setting that is varied.
    n : int
        Runs in all.
    """

    def __init__(self, path: str, n: int):
        super().__init__("compare", n, " runs")
        self._path, self._n, self._done = path, n, 0

    def done(self, name: str, seed: int, run: Run) -> None:
        """Say what a run reached that is finished."""
        self._done += 1
        error = f"{name_of(run.metrics)} {100 * error_in(run.metrics):.2f} %"
        self.say(f"{self._done}/{self._n}  {self._path}={name}, seed {seed}: {error}")
        self.update()
