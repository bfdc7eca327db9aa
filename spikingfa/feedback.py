"""How the error comes back: error neurons, and fixed random synapses to the hidden layers.

The error of output k is its spike train minus the teacher's, both through the same filter, in
units of the target rate::

    d trace_k/dt = -trace_k/tau_trace + (output spikes) - (teacher spikes)
    e_k = trace_k / (tau_trace * teacher_rate)

It reaches the apical current of a hidden neuron j through fixed random weights B, drawn once
(Lillicrap et al. 2016, Nat Commun 7:13276; straight from the output to every layer: Nokland 2016,
arXiv:1609.01596)::

    tau d i_apical_j/dt = -i_apical_j + scale * sum_k e_k B_kj
"""

from spikingfa.blueprint import Population, Projection
from spikingfa.model import Feedback

_TRACE = """
# output spikes minus teacher spikes, filtered
dtrace/dt = -trace/tau_trace : 1
error = trace/(tau_trace*teacher_rate)*int(t - onset >= error_latency - dt/2) : 1
onset         : second (shared)
tau_trace     : second (shared, constant)
teacher_rate  : Hz     (shared, constant)
error_latency : second (shared, constant)
"""

#: A perfect integrator fires in proportion to the error of its sign. What is left over at the end
#: of a trial is kept, so that small errors add up to spikes instead of being rounded away.
_ERROR_NEURON = """
dq/dt = error_rate*clip({sign}error, 0, 1e6) : 1
error_rate    : Hz     (shared, constant)
n_spikes      : integer
"""

_ONSET = "onset = t\ntrace = 0"

#: One error spike brings this share of the charge that a unit error brings in the time tau.
_PER_SPIKE = "scale/(error_rate_pre*tau_apical_post*{neurons})"

_SCALE = "scale : amp (shared, constant)\n"

SIGNS = {"error_on": "+", "error_off": "-"}


def error_populations(n_classes: int, section: Feedback) -> tuple[Population, ...]:
    """On and off error neurons, or one graded error unit per output."""
    if section.error == "graded":
        return (Population("error", n_classes, _TRACE, onset=_ONSET),)
    return tuple(
        Population(
            name=name,
            size=n_classes * section.neurons_per_output,
            equations=_TRACE + _ERROR_NEURON.format(sign="" if sign == "+" else "-"),
            threshold="q >= 1",
            reset="q = clip(q - 1, 0, 1)\nn_spikes += 1",
            onset=_ONSET,
        )
        for name, sign in SIGNS.items()
    )


def comparison(section: Feedback) -> tuple[Projection, ...]:
    """Output spikes excite the error neurons of their class, teacher spikes inhibit them."""
    neurons = 1 if section.error == "graded" else section.neurons_per_output
    return tuple(
        Projection(
            f"{pre}_to_{error}",
            pre,
            error,
            on_pre=f"trace_post {sign}= 1",
            connect=f"i == j//{neurons}",
        )
        for error in error_names(section)
        for pre, sign in (("output", "+"), ("teacher", "-"))
    )


def error_names(section: Feedback) -> tuple[str, ...]:
    """Names of the error populations."""
    return ("error",) if section.error == "graded" else tuple(SIGNS)


def feedback_projections(section: Feedback, layers: tuple[str, ...]) -> tuple[Projection, ...]:
    """Error to its own output neuron, and through B to every hidden layer."""
    to = _graded if section.error == "graded" else _spiking
    to_hidden = () if section.kind == "none" else layers
    return tuple(
        to(section, error, post)
        for error in error_names(section)
        for post in ("output", *to_hidden)
    )


def _graded(section: Feedback, error: str, post: str) -> Projection:
    weight = "" if post == "output" else "*b"
    return Projection(
        f"{error}_to_{post}",
        error,
        post,
        equations=f"i_error_post = scale{weight}*error_pre : amp (summed)\n"
        + _SCALE
        + ("b : 1 (constant)" if weight else ""),
        connect="i == j" if post == "output" else "all",
    )


def _spiking(section: Feedback, error: str, post: str) -> Projection:
    neurons = section.neurons_per_output
    weight = "" if post == "output" else "*b"
    return Projection(
        f"{error}_to_{post}",
        error,
        post,
        equations=_SCALE + ("b : 1 (constant)" if weight else ""),
        on_pre=f"i_apical_post {SIGNS[error]}= {_PER_SPIKE.format(neurons=neurons)}{weight}",
        connect=f"j == i//{neurons}" if post == "output" else "all",
        delayed=True,
    )
