"""Three neurons in a row: the flow of their two weights."""

import numpy as np
from matplotlib.axes import Axes
from scipy.integrate import solve_ivp

from spikingfa.paper.drawing import panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.tables import Tables
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, GREY, VERMILLION

B, TARGET = 1.0, 1.0
REACH, SMALL = 3.0, 0.5  # weights that are drawn, and that are small
TIME, TOLERANCE = 2000.0, 1e-10
N_STARTS = 400


class Flow(Experiment):
    """The 1 - 1 - 1 linear network in continuous time: dw0/dt = b e, dw/dt = e w0, e = t - w w0.

    Fixed points are the hyperbola w w0 = t. Along the flow 2 b w - w0**2 does not change, so that
    every trajectory is a piece of a parabola. With b = t = 1 the linearised flow has the eigenvalue
    -(w + w0**2): the branch with w > 0 is stable, the other one only where w0 < -1. Each seed draws
    400 starts from U[-3, 3]. Chosen here: b = t = 1, and what is drawn.
    """

    name, shows = "flow", "the flow field of three neurons"
    seeds, few = 5, 2
    size = (3.5, 3.3)

    def one(self, seed: int, quick: bool) -> Tables:
        """Starts and ends of trajectories, the error left, and the distance to the right end."""
        starts = np.random.default_rng(seed).uniform(-REACH, REACH, (N_STARTS, 2))
        w0, w = starts.T
        w0_end, w_end = np.array([_path(start)[:, -1] for start in starts]).T
        table = {"w0_start": w0, "w_start": w, "w0_end": w0_end, "w_end": w_end}
        table |= {"error": np.abs(TARGET - w_end * w0_end)}
        return {"ends": table | {"distance": np.abs(w0_end - _predicted(w0, w))}}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        w0, w, w_end, error, off = (
            tables["ends"][name] for name in ("w0_start", "w_start", "w_end", "error", "distance")
        )
        small = (np.abs(w0) < SMALL) & (np.abs(w) < SMALL)
        aligned = float(np.mean(w_end > 0))
        return [
            Claim(
                "From small weights of any sign the network comes to w w0 = t, with a forward"
                " weight of the sign of the feedback weight.",
                f"{np.sum(w_end[small] > 0)} of {small.sum()} starts below {SMALL}, largest error"
                f" left {error[small].max():.1g}",
                bool((w_end[small] > 0).all() and error[small].max() < 1e-6),
                {"aligned": float(np.mean(w_end[small] > 0)), "error": float(error[small].max())},
            ),
            Claim(
                "Every trajectory ends where its parabola meets the stable part of the hyperbola.",
                f"largest distance from there {off.max():.1g}, of {len(off)} starts",
                bool(off.max() < 1e-3),
                {"largest distance": float(off.max())},
            ),
            Claim(
                "Large weights of the wrong sign may end on the other stable branch, where forward"
                " and feedback weight disagree.",
                f"{100 * (1 - aligned):.0f} % of the starts from U[-{REACH:g}, {REACH:g}]",
                0 < aligned < 1,
                {"aligned": aligned},
            ),
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """The flow, the fixed points, and some trajectories from small weights."""
        place = (0.13, 0.13, 0.84, 0.84)
        ax = panel(figure, place, "forward weight $w$", "input weight $w_0$")
        _arrows(ax)
        _fixed_points(ax)
        for angle in np.linspace(0, 2 * np.pi, 9)[:-1]:
            path = _path(SMALL * np.array([np.cos(angle), np.sin(angle)]))
            ax.plot(*path, color=BLUE, linewidth=0.8)
        ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal")


def _flow(_, both: np.ndarray) -> np.ndarray:
    w0, w = both
    e = TARGET - w * w0
    return np.array([B * e, e * w0])


def _path(start: np.ndarray) -> np.ndarray:
    return solve_ivp(_flow, (0, TIME), start, method="LSODA", rtol=TOLERANCE, atol=TOLERANCE).y


def _predicted(w0: np.ndarray, w: np.ndarray) -> np.ndarray:
    """The w0 at which the parabola through a start first meets the hyperbola, downstream."""
    meetings = []
    for start, upper in zip(w0, w):
        c = 2 * B * upper - start**2
        roots = np.roots([1, 0, c, -2 * B * TARGET])
        real = np.sort(roots[np.abs(roots.imag) < 1e-9].real)
        onwards = real[real >= start] if TARGET - upper * start > 0 else real[real <= start][::-1]
        meetings.append(onwards[0])
    return np.array(meetings)


def _arrows(ax: Axes) -> None:
    w0, w = np.meshgrid(*2 * [np.linspace(-REACH, REACH, 25)])
    d0, d = _flow(0, np.array([w0, w]))
    size = np.maximum(np.hypot(d0, d), 1e-9)  # zero on the hyperbola
    ax.quiver(w0, w, d0 / size, d / size, color=GREY, alpha=0.45, scale=38, width=0.003)


def _fixed_points(ax: Axes) -> None:
    for low, high, colour, line, name in (
        (TARGET / REACH, REACH, VERMILLION, "-", "stable"),
        (-REACH, -1, VERMILLION, "-", ""),
        (-1, -TARGET / REACH, VERMILLION, ":", "unstable"),
    ):
        w0 = np.linspace(low, high, 100)
        ax.plot(w0, TARGET / w0, color=colour, linestyle=line, linewidth=1.6, label=name or None)
    ax.legend(loc="upper left", title="$w\\,w_0 = 1$")
