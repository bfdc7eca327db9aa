"""What the article proves of feedback alignment in linear networks, shown numerically."""

import numpy as np
from scipy.integrate import solve_ivp

from spikingfa.paper.drawing import panel
from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate_network.rules import angle
from spikingfa.paper.tables import Tables, of_seeds
from spikingfa.plots.figure import Figure
from spikingfa.plots.style import BLUE, VERMILLION

SIZES, B_SIZE = (30, 20, 10), 0.5
TIME, POINTS = 15.0, 151
TOLERANCE = 1e-9


class Theory(Experiment):
    """Continuous time: dW0/dt = B E, dW/dt = E W0.T, E = T - W W0, inputs N(0, I).

    The article's proof rests on an invariant, B W + W.T B.T = W0 W0.T + C with C constant, and
    says that from weights of zero the error goes to zero and W comes to align with B. Integrated
    with an adaptive Runge-Kutta method. Chosen here: T ~ U[-1, 1], B ~ U[-0.5, 0.5], the initial
    weights of the invariant's runs ~ U[-0.1, 0.1], time 15 in units of the learning rate.
    """

    name, shows = "theory", "the proofs for linear networks"
    seeds, few = 10, 3
    size = (7.0, 2.4)

    def one(self, seed: int, quick: bool) -> Tables:
        """Drift of the invariant; NSE and the angle of W and B from weights of zero."""
        rng = np.random.default_rng(seed)
        n_in, n_hidden, n_out = SIZES
        target = rng.uniform(-1, 1, (n_out, n_in))
        b = rng.uniform(-B_SIZE, B_SIZE, (n_hidden, n_out))
        w0 = rng.uniform(-0.1, 0.1, (n_hidden, n_in))
        w = rng.uniform(-0.1, 0.1, (n_out, n_hidden))
        learnt = _solve(w0, w, b, target)
        c = np.array([_invariant(*weights, b) for weights in learnt])
        grown = learnt[-1][0] @ learnt[-1][0].T
        from_zero = _solve(np.zeros_like(w0), np.zeros_like(w), b, target)
        curves = {
            "time": np.linspace(0, TIME, POINTS),
            "drift": np.linalg.norm(c - c[0], axis=(1, 2)) / np.linalg.norm(grown),
            "nse": [((target - w @ w0) ** 2).sum() / (target**2).sum() for w0, w in from_zero],
            "angle_w_b_deg": [angle(w, b.T) for _, w in from_zero],
        }
        return {"curves": {name: np.array(column) for name, column in curves.items()}}

    def claims(self, tables: Tables, quick: bool) -> list[Claim]:
        """Judge by the middle and the worst of the seeds."""
        table = tables["curves"]
        drift = float(table["drift"].max())
        at_end = table["time"] == TIME
        small, last, angles = 1e-6, table["nse"][at_end], table["angle_w_b_deg"][at_end]
        return [
            Claim(
                "B W + W.T B.T - W0 W0.T does not change while the network learns.",
                f"largest change {drift:.1g} of the size of W0 W0.T, with tolerances of"
                f" {TOLERANCE:g}",
                drift < 1e-5,
                {"largest drift": drift},
            ),
            Claim(
                "From weights of zero the error goes to zero.",
                f"NSE under {small:g} in {(last < small).sum()} of {len(last)} runs,"
                f" at most {last.max():.1g}",
                bool(last.max() < small),
                {"largest NSE": float(last.max())},
            ),
            Claim(
                "W comes to align with B: their angle is under 90 degrees.",
                f"mean angle {angles.mean():.0f} degrees, at most {angles.max():.0f}",
                bool(angles.max() < 90),
                {"mean angle": float(angles.mean()), "largest angle": float(angles.max())},
            ),
        ]

    def draw(self, figure: Figure, tables: Tables) -> None:
        """Both over time."""
        time = of_seeds(tables["curves"], "time")
        for left, label, column, colour in (
            (0.09, "drift of the invariant", "drift", BLUE),
            (0.59, "NSE from weights of zero", "nse", VERMILLION),
        ):
            ax = panel(figure, (left, 0.18, 0.38, 0.74), label, "time")
            values = of_seeds(tables["curves"], column)
            ax.plot(time.T[1:], values.T[1:], color=colour, linewidth=0.6)
            ax.set(yscale="log", ylim=(1e-18, 2))


def _invariant(w0: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    return b @ w + w.T @ b.T - w0 @ w0.T


def _solve(w0, w, b, target) -> list[tuple[np.ndarray, np.ndarray]]:
    def flow(_, both):
        w0_now, w_now = both[: w0.size].reshape(w0.shape), both[w0.size :].reshape(w.shape)
        e = target - w_now @ w0_now
        return np.concatenate([(b @ e).ravel(), (e @ w0_now.T).ravel()])

    start, at = np.concatenate([w0.ravel(), w.ravel()]), np.linspace(0, TIME, POINTS)
    done = solve_ivp(flow, (0, TIME), start, t_eval=at, rtol=TOLERANCE, atol=TOLERANCE)
    return [
        (both[: w0.size].reshape(w0.shape), both[w0.size :].reshape(w.shape)) for both in done.y.T
    ]
