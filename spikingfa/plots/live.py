"""A figure that is drawn again as a training goes on."""

from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import FigureBase

from spikingfa.base.errors import ModelError
from spikingfa.model.model import Model
from spikingfa.plots.curves import plot_learning_curve
from spikingfa.plots.raster import plot_raster
from spikingfa.plots.saving import METADATA, save_figure
from spikingfa.training.training import Training

#: What can be drawn by name.
DRAWN: dict[str, Callable[[Training], FigureBase | Axes]] = {
    "learning_curve": lambda training: plot_learning_curve(training.history),
    "raster": lambda training: plot_raster(training.spikes),
}


class LiveFigure:
    """Draw a figure after each epoch, in a notebook in place of the one before.

    A callback for `spikingfa.train`.

    Parameters
    ----------
    draw : {"learning_curve", "raster"} or callable
        What is drawn, or a function of a `Training` that returns a figure or axes.
    path : str or Path, optional
        A file that is written each time, instead of what a notebook shows.

    Examples
    --------
    >>> import spikingfa
    >>> live = [spikingfa.LiveFigure("learning_curve"), spikingfa.LiveFigure("raster")]
    >>> run = spikingfa.train("digits_fa", callbacks=live)              # doctest: +SKIP
    """

    def __init__(
        self,
        draw: str | Callable[[Training], FigureBase | Axes] = "learning_curve",
        path: str | Path | None = None,
    ):
        if not callable(draw) and draw not in DRAWN:
            names = ", ".join(map(repr, DRAWN))
            raise ModelError(f"LiveFigure: needs {names} or a function, got {draw!r}")
        if path is not None and Path(path).suffix.lower().lstrip(".") not in METADATA:
            endings = ", ".join(f".{kind}" for kind in METADATA)
            raise ModelError(f"LiveFigure: path needs one of {endings}, got {str(path)!r}")
        self._draw = draw if callable(draw) else DRAWN[draw]
        self._path = None if path is None else Path(path)
        self._handle = None

    def check(self, model: Model) -> None:
        """See that there is something to show a figure in.

        Raises
        ------
        ModelError
            There is neither a notebook nor a path.
        """
        if self._path is None and not _in_notebook():
            raise ModelError('LiveFigure: outside of a notebook it needs a file, path="live.png"')

    def __call__(self, training: Training) -> None:
        """Draw it as the network is now."""
        drawn = self._draw(training)
        figure = drawn.figure if isinstance(drawn, Axes) else drawn
        if self._path is not None:
            save_figure(figure, self._path)
        elif self._handle is None:
            from IPython.display import display

            self._handle = display(figure, display_id=True)
        else:
            self._handle.update(figure)


def _in_notebook() -> bool:
    """Whether a kernel of IPython shows what is displayed."""
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    return getattr(get_ipython(), "kernel", None) is not None
