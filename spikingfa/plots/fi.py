"""f-I curves: how fast the neurons of a layer fire under a constant current."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from brian2.units.fundamentalunits import Quantity, have_same_dimensions
from brian2.units.stdunits import pA
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from spikingfa.base.text import nearest
from spikingfa.engine.firing import firing_rates
from spikingfa.model.files import as_model
from spikingfa.model.model import Model, hidden_layers
from spikingfa.model.neurons import Neuron
from spikingfa.model.neurons.lif import LIF
from spikingfa.plots.colours import colour_of, cycle, ink, muted
from spikingfa.plots.figure import relative, single_panel
from spikingfa.plots.legends import put_legend
from spikingfa.plots.prefix import readable

STEP = 1e-4  # s, where there is no model that says it
N_CURRENTS, UP_TO = 61, 3.0  # by default, from 0 to so many times rheobase
LIKE_LIF = ("lif", "lif_cond")  # without input the conductances are closed


def plot_fi(
    neuron: Model | str | Path | Neuron,
    layers: Sequence[str] | None = None,
    *,
    currents: Sequence[float] | Quantity | None = None,
    dt: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the steady firing rate of single neurons over a constant current.

    This one figure simulates: single neurons, for a second or two, without compiling anything.

    Parameters
    ----------
    neuron : Model, str or Path, or layer
        Whose neurons: those of a model, of its name or file, where layers whose neurons are the
        same share a line; or of a layer alone, such as ``model.output``.
    layers : sequence of str, optional
        Layers of the model (``"hidden"``, ``"output"``); all by default.
    currents : sequence of float or Quantity, optional
        Constant currents, in amp if they have no unit, in place of the bias; from 0 to three times
        rheobase by default.
    dt : float, optional
        Time step in seconds; the model's, or 0.1 ms.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        Rates in Hz, counted over a second after 0.2 s; dotted lines at rheobase. LIF neurons
        without noise have their closed form beside them, see `lif_rate`.

    Raises
    ------
    ValueError
        If there is no such layer, or the currents are none.
    """
    neuron = neuron if isinstance(neuron, Neuron) else as_model(neuron)
    if isinstance(neuron, Model):
        curves = _alike(neuron, layers)
        dt = float(neuron.training.dt) if dt is None else dt
    else:
        curves, dt = {(neuron.model,): neuron}, STEP if dt is None else dt
    given = None if currents is None else _amperes(currents)
    ranges = [_range(layer) if given is None else given for layer in curves.values()]
    factor, unit = readable(np.concatenate(ranges), "A")
    ax = single_panel(ax, "rate (Hz)", f"constant current ({unit})", labelpad=2)
    for (names, layer), i in zip(curves.items(), ranges):
        colour = colour_of(names[0].replace(" ", "_")) if isinstance(neuron, Model) else cycle()[0]
        _draw(ax, ", ".join(names), layer, i, factor, dt, colour)
    ax.set_xlim(*(factor * np.array([min(map(np.min, ranges)), max(map(np.max, ranges))])))
    ax.set_ylim(bottom=0)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=(1, 2, 5, 10)))
    put_legend(ax, loc="best", title=f"steps of {1e3 * dt:g} ms", alignment="left")
    return ax


def lif_rate(layer: LIF, currents: np.ndarray) -> np.ndarray:
    """Rate of a LIF neuron under a constant current, in closed form.

    ::

        r = 1 / (tau_refrac + tau_m ln((v_inf - v_reset) / (v_inf - v_thresh)))
        v_inf = v_rest + r_m i

    where v_inf > v_thresh, else 0 (Dayan & Abbott 2001, Theoretical Neuroscience, 5.4, with the
    refractory period).

    Parameters
    ----------
    currents : ndarray
        In amp.

    Returns
    -------
    ndarray
        Hz.
    """
    names = ("v_rest", "v_reset", "v_thresh", "r_m", "tau_m", "tau_refrac")
    v_rest, v_reset, v_thresh, r_m, tau_m, tau_refrac = (float(getattr(layer, k)) for k in names)
    v_inf = v_rest + r_m * np.asarray(currents, float)
    fires = v_inf > v_thresh
    above = np.where(fires, v_inf - v_thresh, 1.0)
    interval = tau_refrac + tau_m * np.log((above + v_thresh - v_reset) / above)
    return np.where(fires, 1 / interval, 0.0)


def _alike(model: Model, layers: Sequence[str] | None) -> dict[tuple[str, ...], Neuron]:
    """Layers by the names of those that have the same neurons, whatever their bias."""
    known: dict[str, Neuron] = {**hidden_layers(model), "output": model.output}
    layers = list(known) if layers is None else [layers] if isinstance(layers, str) else layers
    groups: dict[str, list[str]] = {}
    for name in layers:
        if name not in known:
            raise ValueError(f"there is no layer {name!r}{nearest(name, known)}")
        layer = known[name]
        same = {key: str(value) for key, value in layer.values().items() if key != "i_bias"}
        groups.setdefault(f"{layer.soma()} {same}", []).append(name)
    return {
        tuple(name.replace("_", " ") for name in names): known[names[0]]
        for names in groups.values()
    }


def _amperes(currents: Any) -> np.ndarray:
    if isinstance(currents, Quantity) and not have_same_dimensions(currents, pA):
        raise ValueError(f"currents: needs currents, got {currents}")
    values = np.array([float(i) for i in np.atleast_1d(currents)])
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(f"currents: needs numbers in amp, got {currents}")
    return values


def _range(layer: Neuron) -> np.ndarray:
    rheobase = layer.rheobase()
    if rheobase <= 0:
        raise ValueError(f"currents: needed where rheobase is not positive, it is {rheobase:g} A")
    return np.linspace(0, UP_TO * rheobase, N_CURRENTS)


def _draw(
    ax: Axes, name: str, layer: Neuron, i: np.ndarray, factor: float, dt: float, colour: Any
) -> None:
    rates = firing_rates(layer, i, dt=dt)
    size = {"markersize": relative(3), "linewidth": relative(0.8)}
    ax.plot(factor * i, rates, ".-", color=colour, label=name, **size)
    ax.axvline(factor * layer.rheobase(), color=colour, linestyle=":", linewidth=0.8, zorder=1)
    place = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points"}
    text = {"color": muted(), "rotation": 90, "ha": "right", "va": "bottom"}
    ax.annotate("rheobase", (factor * layer.rheobase(), 0), (-1, 8), **text, **place)
    if layer.model in LIKE_LIF and not float(layer.i_noise):
        fine = np.linspace(i.min(), i.max(), 500)
        dashed = {"color": ink(), "linestyle": (0, (3, 1.5)), "linewidth": relative(0.8)}
        ax.plot(factor * fine, lif_rate(layer, fine), label="closed form", **dashed)
