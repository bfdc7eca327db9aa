"""A training whose run has figures when it is done."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from spikingfa.model.model import Model
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.writer import RunWriter
from spikingfa.tasks import GivenData
from spikingfa.training import train as training
from spikingfa.training.callbacks import Callback
from spikingfa.training.stages import Stages
from spikingfa.training.training import Training


def train(
    model: Model | str | Path,
    *,
    seed: int | None = None,
    out: str | Path | None = None,
    data: GivenData | None = None,
    force: bool = False,
    resume: bool = False,
    progress: bool = True,
    figures: bool = True,
    start: Run | str | Path | dict[str, np.ndarray] | None = None,
    callbacks: Sequence[Callback] = (),
    every: int | str | None = None,
    stages: Stages | None = None,
) -> Run:
    """Train a model and leave a run folder.

    Parameters
    ----------
    model : Model or str or Path
        A model, or a shipped one's name, or the path of a model file.
    seed : int, optional
        Seed of everything random in the run; ``model.training.seed`` by default. The same seed
        gives the same weights, bit for bit, on the same machine.
    out : str or Path, optional
        The run folder; ``runs/run-001`` and so on by default.
    data : Data, Stimuli or tuple, optional
        Stimuli to train on instead of those that ``model.task`` names: Data, (x, y), of which
        a part is held out as of a file, or (x, y, x_test, y_test); or `Stimuli`, which a function
        draws trial by trial. They are needed again for tests and recordings of the run.
    force : bool
        Whether a run that is in `out` already may be replaced.
    resume : bool
        Go on with the run in `out` from its last chunk, to the same weights, bit for bit, as if
        it had never been interrupted. A run that is finished is left as it is; where there is
        none, one begins. Data that have changed are refused; a run of another version of the
        package is warned of.
    progress : bool
        Whether a progress bar is shown.
    figures : bool
        Whether figures are drawn into the run folder at the end.
    start : Run or str or Path or dict of ndarray, optional
        A run, its folder, or arrays as in ``Run.weights``, to begin with instead of what is drawn:
        forward weights, feedback weights, and what else is carried from one stimulus to the next.
        What the model has and `start` has not, apart from forward weights, is drawn. The run
        folder keeps it as ``start.npz``, so that resuming the run needs no `start`.
    callbacks : sequence of callable
        Functions of a `Training`, called after each epoch, one after another: `EarlyStopping`,
        `KeepBest`, `LiveFigure`, or your own. When a run is resumed, they are called for the
        epochs that follow; what they have to know of those before is in ``training.history``.
    every : int or str, optional
        Trials, such as ``"500 trials"``, after which they are called in an epoch, too. The run
        stays the same, bit for bit, unless there is noise, whose random numbers begin anew then.
    stages : list of dict or callable, optional
        A curriculum, which becomes ``training.stages`` of the model: ``[{"epoch": 3, "changes":
        {"plasticity.eta_hidden": 0.1}}, ...]``, from this epoch on; or a function that gives the
        changes of an epoch, 1 being the first.

    Returns
    -------
    Run
        The finished run. Its model, metrics and history are read already, and stay when another
        run takes the folder; what is read later is refused then.

    Raises
    ------
    DataError, RunFolderError, BuildError, SimulationError
        The run cannot go on; what was finished until then is in the run folder.
    ModelError
        The weights of `start` do not fit the model.
    KeyboardInterrupt
        The user stopped it; the same holds.
    """
    return training.train(
        model,
        seed=seed,
        out=out,
        data=data,
        force=force,
        resume=resume,
        progress=progress,
        draw=_draw if figures else None,
        start=start,
        callbacks=callbacks,
        every=every,
        stages=stages,
    )


def train_epochs(
    model: Model | str | Path, *, figures: bool = True, **how: Any
) -> Iterator[Training]:
    """Train a model in a loop of your own, an epoch a time.

    The run is finished when the loop is. ``training.stop()`` ends it before; a loop that is left
    by ``break`` leaves a run that is not finished, which ``resume=True`` goes on with.

    Parameters
    ----------
    model : Model or str or Path
        As for `train`.
    figures : bool
        Whether figures are drawn into the run folder at the end.
    **how
        The other parameters of `train`.

    Yields
    ------
    Training
        What it has learnt so far, after each epoch, and in between where `every` says so.

    Raises
    ------
    DataError, RunFolderError, BuildError, SimulationError, ModelError, KeyboardInterrupt
        As by `train`.

    Examples
    --------
    >>> import spikingfa
    >>> for training in spikingfa.train_epochs("digits_fa", out="runs/loop"):  # doctest: +SKIP
    ...     print(training.epoch, training.history["test_error"][-1])
    """
    yield from training.train_epochs(model, draw=_draw if figures else None, **how)


def _draw(run: Run, writer: RunWriter) -> None:
    from spikingfa.plots.figures import draw_figures  # matplotlib takes a while to import

    draw_figures(run, writer)
