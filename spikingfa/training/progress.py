"""The progress of a training."""

from spikingfa.base.progress import Waiting
from spikingfa.run_folder.held_out import error_in


class ProgressBar(Waiting):
    """A wait for all training trials, with epoch, trials per second, errors and time left.

    Where no bar can be drawn, there is a line for each epoch, too.

    Parameters
    ----------
    n_epochs, trials_per_epoch : int
    label : str
        What the errors after an epoch are, such as ``"validation error"``: see
        `spikingfa.training.metrics.name_of`.
    """

    form = "{desc} |{bar}| {percentage:3.0f} %  [{elapsed} < {remaining}, {rate_fmt}{postfix}]"

    def __init__(self, n_epochs: int, trials_per_epoch: int, label: str = "test error"):
        total = n_epochs * trials_per_epoch
        super().__init__(f"epoch 0/{n_epochs}", total, " trials", leave=True)
        self._n_epochs, self._trials, self._label = n_epochs, trials_per_epoch, label
        self._errors = {"learnt": "", "test": ""}

    def resumed(self, n_trials: int) -> None:
        """Begin where an earlier run was stopped."""
        self._bar.initial = self._bar.n = n_trials

    def learnt(self, loss: float, n_trials: int) -> None:
        """Show the error of the last trials while learning, of which `loss` is the sum."""
        self._show("learnt", f"while learning: {100 * loss / n_trials:.2f} %")

    def _show(self, kind: str, error: str) -> None:
        self._errors[kind] = error
        self.note(", ".join(filter(None, self._errors.values())))

    def epoch_done(self, row: dict[str, float]) -> None:
        """Show the errors of an epoch that is done."""
        epoch, error = int(row["epoch"]), 100 * error_in(row)
        self._show("test", f"{self._label}: {error:.2f} %")
        now = f"epoch {min(epoch + 1, self._n_epochs)}/{self._n_epochs}"
        self._bar.set_description(now, refresh=False)
        self.update(epoch * self._trials - self._bar.n)
        if not self.drawn_over:
            self.say(f"epoch {epoch}/{self._n_epochs}: {self._label} {error:.2f} %")
