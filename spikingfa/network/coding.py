"""Stimuli and targets as spike trains: the input population and the teacher."""

from dataclasses import replace

from spikingfa.model.latencies import NEVER
from spikingfa.model.layers import Output
from spikingfa.model.model import Input, Model
from spikingfa.network.blueprint import Population
from spikingfa.network.feedback_pathways import error_source
from spikingfa.network.mechanisms import Mechanism, joined

CODINGS = {
    # phase accumulation: a spike each time that the integral of the rate passes a whole number
    "regular": Mechanism("dphase/dt = rate : 1", threshold="phase >= 1", reset="phase -= 1"),
    # a Poisson process, seen through steps of dt: one spike at most in a step
    "poisson": Mechanism(threshold="rand() < rate*dt"),
}

#: `stimulus(trial, i)` is the intensity of feature i in the stimulus shown in that trial.
INPUT_EQUATIONS = """
rate = rate_max*intensity : Hz
intensity                 : 1
trial                     : integer (shared)
trial_duration            : second (shared, constant)
rate_max                  : Hz (shared, constant)
n_spikes                  : integer
"""

#: One spike in a trial, the sooner the larger the intensity; none of a feature that is 0.
LATENCY_EQUATIONS = """
due = latency_max*(1 - intensity) : second
intensity                         : 1
waiting                           : integer
latency_max                       : second  (shared, constant)
onset                             : second  (shared)
trial                             : integer (shared)
trial_duration                    : second  (shared, constant)
n_spikes                          : integer
"""
LATENCY_THRESHOLD = "waiting > 0 and t - onset >= due - dt/2"

#: A teacher fires at `teacher_rate` times what its output should answer (1 for the right class, 0
#: for the others), once the network has had time to.
TEACHER_EQUATIONS = """
rate = teacher_rate*answer*int(t - onset >= teacher_latency - dt/2) : Hz
answer                    : 1
onset                     : second  (shared)
trial                     : integer (shared)
trial_duration            : second  (shared, constant)
teacher_rate              : Hz      (shared, constant)
teacher_latency           : second  (shared, constant)
n_spikes                  : integer
"""

#: Event k is `due` next; a neuron fires once in a step, so that of two events in one step the
#: second comes a step later.
EVENT_EQUATIONS = """
due            : second
k              : integer
onset          : second  (shared)
trial          : integer (shared)
trial_duration : second  (shared, constant)
n_spikes       : integer
"""
EVENT_THRESHOLD = "t - onset >= due - dt/2"

#: A teacher's events come `teacher_latency` late: 0, or in a test never.
LATE_EQUATIONS = "teacher_latency : second (shared, constant)\n"
LATE_THRESHOLD = "t - onset >= due + teacher_latency - dt/2"

_TRIAL_NUMBER = "trial = int(t/trial_duration + 0.5)\n"


def _replay(name: str, size: int, event: str) -> Population:
    """Neurons that fire when `event(trial, i, k)` says so."""
    due = f"due = {event}(trial, i, k)*second"
    return Population(
        name=name,
        size=size,
        equations=EVENT_EQUATIONS,
        threshold=EVENT_THRESHOLD,
        reset=f"k += 1\n{due}\nn_spikes += 1",
        onset=f"{_TRIAL_NUMBER}onset = t\nk = 0\n{due}",
    )


def _first_spikes(size: int) -> Population:
    """Neurons that fire once in a trial: Thorpe, Delorme & Van Rullen 2001, Neural Netw 14:715."""
    onset = "onset = t\nintensity = stimulus(trial, i)\nwaiting = int(intensity > 0)"
    return Population(
        name="input",
        size=size,
        equations=LATENCY_EQUATIONS,
        threshold=LATENCY_THRESHOLD,
        reset="waiting = 0\nn_spikes += 1",
        onset=_TRIAL_NUMBER + onset,
    )


def input_population(size: int, section: Input) -> Population:
    """One neuron per feature. Regular trains keep their phase from trial to trial."""
    if section.coding == "events":
        return _replay("input", size, "event")
    if section.coding == "latency":
        return _first_spikes(size)
    onset = _TRIAL_NUMBER + "intensity = stimulus(trial, i)"
    shown = Mechanism(INPUT_EQUATIONS, reset="n_spikes += 1", onset=onset)
    return joined("input", size, [CODINGS[section.coding], shown])


def teacher_population(size: int, section: Output) -> Population:
    """One neuron per output; `target(trial, i)` is what output i should answer in that trial."""
    if section.teacher == "events":
        replayed = _replay("teacher", size, "target_event")
        late = replayed.equations + LATE_EQUATIONS
        return replace(replayed, equations=late, threshold=LATE_THRESHOLD)
    onset = _TRIAL_NUMBER + "answer = target(trial, i)"
    rest = "onset = t\nphase = 0.5" if section.teacher == "regular" else "onset = t"
    taught = Mechanism(TEACHER_EQUATIONS, reset="n_spikes += 1", rest=rest, onset=onset)
    return joined("teacher", size, [CODINGS[section.teacher], taught])


def input_parameters(section: Input) -> dict[str, float]:
    """Values of the input population's parameters, in SI units."""
    if section.coding == "events":
        return {}
    if section.coding == "latency":
        return {"latency_max": float(section.latency_max)}
    return {"rate_max": float(section.rate_max)}


def without_input(section: Input) -> dict[str, float]:
    """Values with which no input neuron fires: the rate is 0, or the first spike never comes."""
    if section.coding == "latency":
        return {"input.latency_max": NEVER}
    return {"input.rate_max": 0.0}


def teacher_parameters(model: Model) -> dict[str, float]:
    """Values of the teacher's parameters, in SI units; in continuous operation it is not silent."""
    if model.output.teacher == "events":
        return {"teacher_latency": 0.0}
    latency = 0.0 if model.training.continuous else float(model.teacher_latency)
    return {"teacher_rate": float(model.output.teacher_rate), "teacher_latency": latency}


def untaught(model: Model) -> dict[str, float]:
    """Values with which there is no teacher and no error: both begin never.

    So an answer depends on nothing but the stimulus, whatever error currents would reach.
    """
    errors = {f"{name}.error_latency": NEVER for name in error_source(model.feedback).errors}
    return {"teacher.teacher_latency": NEVER} | errors
