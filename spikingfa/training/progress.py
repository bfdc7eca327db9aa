"""The progress of a run."""

import sys

from tqdm import tqdm

from spikingfa.run_folder.held_out import error_in

_BAR = "{desc} |{bar}| {percentage:3.0f} %  [{elapsed} < {remaining}, {rate_fmt}{postfix}]"


class ProgressBar:
    """A bar over all training trials, with epoch, trials per second, errors and time left.

    Where stderr is no terminal, one line per epoch takes its place.

    Parameters
    ----------
    n_epochs, trials_per_epoch : int
    shown : bool
        False: nothing is written.
    label : str
        What the errors after an epoch are, such as ``"validation error"``: see
        `spikingfa.training.metrics.name_of`.
    """

    def __init__(
        self, n_epochs: int, trials_per_epoch: int, shown: bool = True, label: str = "test error"
    ):
        self._n_epochs, self._trials, self._label = n_epochs, trials_per_epoch, label
        shown = shown and sys.stderr is not None  # it may be closed
        self._errors = {"learnt": "", "test": ""}
        self._lines = shown and not sys.stderr.isatty()
        self._bar = tqdm(
            total=n_epochs * trials_per_epoch,
            bar_format=_BAR,
            disable=not shown or self._lines,
            file=sys.stderr,
            desc=f"epoch 0/{n_epochs}",
            unit=" trials",
        )

    def say(self, message: str) -> None:
        """Write one line."""
        if self._lines:
            print(message, file=sys.stderr, flush=True)
        elif not self._bar.disable:
            self._bar.write(message, file=sys.stderr)

    def resumed(self, n_trials: int) -> None:
        """Begin where an earlier run was stopped."""
        self._bar.initial = self._bar.n = n_trials

    def within(self, n_trials: int):
        """A function that takes the part of the next `n_trials` that is done, 0 to 1."""
        start = self._bar.n

        def update(part: float) -> None:
            self._bar.update(start + round(part * n_trials) - self._bar.n)

        return update

    def learnt(self, loss: float, n_trials: int) -> None:
        """Show the error of the last trials while learning, of which `loss` is the sum."""
        self._show("learnt", f"while learning: {100 * loss / n_trials:.2f} %")

    def _show(self, kind: str, error: str) -> None:
        self._errors[kind] = error
        self._bar.set_postfix_str(", ".join(filter(None, self._errors.values())))

    def epoch_done(self, row: dict[str, float]) -> None:
        """Show the errors of an epoch that is done."""
        epoch, error = int(row["epoch"]), 100 * error_in(row)
        self._show("test", f"{self._label}: {error:.2f} %")
        self._bar.update(epoch * self._trials - self._bar.n)
        self._bar.set_description(f"epoch {min(epoch + 1, self._n_epochs)}/{self._n_epochs}")
        if self._lines:
            print(f"epoch {epoch}/{self._n_epochs}: {self._label} {error:.2f} %", file=sys.stderr)

    def close(self) -> None:
        """Leave the bar as it is."""
        self._bar.close()
