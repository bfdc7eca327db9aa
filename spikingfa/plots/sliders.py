"""Parameters moved with the mouse: in a notebook, the network is trained and drawn again."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spikingfa.base.errors import ModelError, SpikingFAError
from spikingfa.base.extras import needed
from spikingfa.base.plain_values import plain
from spikingfa.base.text import shown
from spikingfa.base.units import parse_any
from spikingfa.model.changes import N_LAYERS
from spikingfa.model.describe import parameter_rows
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.plots import plot_raster
from spikingfa.run_folder.held_out import error_in
from spikingfa.run_folder.run import Run
from spikingfa.tasks import load_data
from spikingfa.training.metrics import name_of
from spikingfa.training.train import train

if TYPE_CHECKING:
    from ipywidgets import VBox

_DPI, _SCREEN_DPI = 192, 96  # drawn twice as fine as most screens
_STEPS = 100  # of a slider


def sliders(
    model: Model | str | Path,
    ranges: Mapping[str, tuple[Any, Any]],
    *,
    trials: int = 3,
    width: float = 7.0,
) -> "VBox":
    """Sliders for a notebook; as one is moved, the network is trained again and its spikes drawn.

    An epoch of the digits takes a part of a second, as a change of a number compiles nothing. What
    is compiled in (sizes, kinds, whether there is noise at all) belongs into `model`.

    Parameters
    ----------
    model : Model or str or Path
        A model, its name or its file: where the sliders stand at first. It should be quick to
        train.
    ranges : mapping of str to (low, high)
        Fields and their ranges, with units: ``{"hidden.tau_m": ("5 ms", "40 ms")}``, where the
        field has one. Of a field that is a whole number, such as ``hidden.size``, they are whole.
    trials : int
        Trials that are drawn.
    width : float
        Of the raster in inches.

    Returns
    -------
    ipywidgets.VBox
        Its `tweaked` is the `Tweaked` behind it, with the model and the run as they are now.

    Raises
    ------
    ModelError
        There is no such field, a range does not suit it, or ipywidgets is not installed.
    """
    needed("ipywidgets", "notebooks", "sliders")
    return Tweaked(as_model(model).but({"recording.trials": trials}), ranges, width).box


@dataclass(frozen=True)
class _Range:
    """The range of one field: numbers in its unit."""

    path: str
    low: float
    high: float
    value: float
    unit: str
    about: str
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ModelError(
                f"{self.path}: needs a range from low to high, got {self.low:g} to {self.high:g}"
                f" {self.unit}".rstrip()
            )

    def setting(self, number: float) -> Any:
        if self.whole:
            return int(number)
        return f"{number:.6g} {self.unit}" if self.unit else number


class Tweaked:
    """A model whose fields are changed by sliders; see `sliders`.

    Attributes
    ----------
    model : Model
        As the sliders stand.
    run : Run, optional
        The last training.
    """

    def __init__(self, model: Model, ranges: Mapping[str, tuple[Any, Any]], width: float):
        widgets = needed("ipywidgets", "notebooks", "sliders")
        self.model: Model = model
        self.run: Run | None = None
        self._width, self._data = width, load_data(model.task)
        self._folder = Path(tempfile.mkdtemp(prefix="spikingfa-"))  # as long as this lives
        weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._sliders = {one: _slider(widgets, one) for one in _ranges(model, ranges)}
        self._message = widgets.HTML()
        self._image = widgets.Image(format="png")
        self._image.layout.width = f"{_SCREEN_DPI * width:.0f}px"
        self._image.layout.max_width = "100%"
        for slider in self._sliders.values():
            slider.observe(lambda _: self.update(), names="value")
        self.box = widgets.VBox([*self._sliders.values(), self._message, self._image])
        self.box.tweaked = self
        self.update()

    def update(self) -> None:
        """Train and draw as the sliders stand; what goes wrong is reported in their place."""
        self._message.value = "training ..."
        start = time.perf_counter()
        try:
            settings = {one.path: one.setting(s.value) for one, s in self._sliders.items()}
            model = self.model.but(settings)
            if model.task != self.model.task:
                self._data = load_data(model.task)
            self.model = model
            out = self._folder / "run"
            run = train(model, out=out, data=self._data, force=True, progress=False)
            self.run = run
            raster = plot_raster(run.spikes, width=self._width)
            with BytesIO() as file:
                raster.savefig(file, format="png", dpi=_DPI)
                self._image.value = file.getvalue()
        except SpikingFAError as error:
            self._message.value = f"<b>{escape(str(error))}</b>"
        else:
            self._message.value = _result(run, time.perf_counter() - start)


def _result(run: Run, seconds: float) -> str:
    metrics = run.metrics
    angle = metrics["angle_deg"]
    parts = [
        f"{name_of(metrics)} <b>{100 * error_in(metrics):.2f} %</b>",
        f"angle between W and B <b>{angle:.1f}°</b>" if angle is not None else "",
        f"{metrics['trials']} trials, {seconds:.2f} s",
    ]
    return " &nbsp; ".join(filter(None, parts))


def _ranges(model: Model, ranges: Mapping[str, tuple[Any, Any]]) -> list[_Range]:
    for path, bounds in ranges.items():
        if not (isinstance(bounds, tuple | list) and len(bounds) == 2):
            raise ModelError(f"{path}: needs a range (low, high), got {shown(bounds)}")
    for end in (0, 1):  # each is a field, and suits it
        model.but({path: bounds[end] for path, bounds in ranges.items()})
    rows = {path: (value, about) for path, value, about in parameter_rows(model)}
    rows[N_LAYERS] = str(len(model.hidden)), "how many hidden layers there are"
    first = {path: path.replace("hidden.", "hidden.0.", 1) for path in ranges}  # of several layers
    return [
        _range(path, low, high, *rows.get(path, rows.get(first[path], ("", ""))))
        for path, (low, high) in ranges.items()
    ]


def _range(path: str, low: Any, high: Any, value: str, about: str) -> _Range:
    """Numbers in the unit that the model's value is written with; whole ones of a whole one."""
    if type(plain(low)) is type(plain(high)) is int and value.isdecimal():
        return _Range(path, int(low), int(high), int(value), "", about, whole=True)
    unit = value.partition(" ")[2]
    try:
        one = parse_any(f"1 {unit}") if unit else 1.0
        numbers = [float(parse_any(end) if isinstance(end, str) else end) for end in (low, high)]
        now = float(value.split(" ")[0])
    except ValueError:
        raise ModelError(f"{path}: is no number to be changed by a slider, got {value!r}") from None
    least, most = (round(number / float(one), 12) for number in numbers)
    return _Range(path, least, most, now, unit, about)


def _slider(widgets: Any, one: _Range) -> Any:
    kind = widgets.IntSlider if one.whole else widgets.FloatSlider
    slider = kind(
        value=min(max(one.value, one.low), one.high),
        min=one.low,
        max=one.high,
        step=1 if one.whole else (one.high - one.low) / _STEPS,
        description=f"{one.path} ({one.unit})" if one.unit else one.path,
        continuous_update=False,
        readout_format="d" if one.whole else ".3g",
        tooltip=one.about,
        style={"description_width": "14em"},
    )
    slider.layout.width = "min(44em, 100%)"
    return slider
