"""The networks in spikes of the article's function approximation, and the kinds of neurons."""

from collections.abc import Callable

from spikingfa.model.files import load_model
from spikingfa.model.model import Model
from spikingfa.paper.experiment import Claim, Verdict
from spikingfa.paper.tables import Table, picked

LIF, STOCHASTIC = "LIF", "stochastic sigmoid"

#: What differs from the model of LIF neurons, chosen on the function of seed 101.
NEURONS = {
    LIF: {},
    STOCHASTIC: {
        "hidden.model": "stochastic_sigmoid",
        "hidden.tau_m": "10 ms",
        "hidden.v_slope": "8 mV",
        "output.model": "stochastic_sigmoid",
        "output.tau_m": "10 ms",
        "output.v_slope": "3 mV",
        "output.rate_max": "1000 Hz",
        "output.teacher_rate": "640 Hz",
        "output.i_bias": "0 pA",
        "plasticity.eta_hidden": 1.6,
        # as small, since otherwise the output corrects itself while an example is shown
        "plasticity.eta_output": 0.02,
        "training.trial": "400 ms",
        "task.n_test": 200,
    },
}

#: Ways to teach the hidden layer. Weight transport is backpropagation's, and not local.
FA, BP, SHALLOW, STRONG = "FA", "BP", "shallow", "shallow, strong"
RULES = {
    FA: {},
    BP: {"feedback.kind": "transport"},
    SHALLOW: {"plasticity.eta_hidden": 0},
    STRONG: {"plasticity.eta_hidden": 0, "hidden.i_init": "400 pA"},
}


def linear_model(seed: int, neurons: str, changes: dict | None = None) -> Model:
    """60 - 200 - 20 neurons that learn a linear map; map, examples and weights are of the seed."""
    settings = {"training.seed": seed, "task.seed": seed, "plasticity.eta_final": 0.1}
    return load_model("linear_fa").but(settings | NEURONS[neurons] | (changes or {}))


def of_neurons(table: Table, neurons: str, claim: str, judge: Callable[[Table], Verdict]) -> Claim:
    """A claim about neurons of one kind, which a quick run may leave out.

    Parameters
    ----------
    table : dict of ndarray
        With a column ``neurons``.
    neurons : str
        The kind.
    claim : str
    judge : callable
        Gives, by the rows of these neurons, what was measured, whether it holds, and numbers.
    """
    rows, claim = picked(table, neurons=neurons), f"{neurons} neurons: {claim}"
    return Claim(claim, *judge(rows)) if len(rows["neurons"]) else Claim.not_run(claim)
