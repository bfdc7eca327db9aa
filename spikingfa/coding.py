"""Stimuli and targets as spike trains: the input population and the teacher."""

from spikingfa.blueprint import Population
from spikingfa.layers import Output
from spikingfa.model import Input

#: Phase accumulation: a neuron fires each time that the integral of its rate passes a whole number.
REGULAR = "dphase/dt = rate : 1"

#: A Poisson process, seen through steps of dt: one spike at most in a step.
POISSON_THRESHOLD = "rand() < rate*dt"

#: `pixel(trial, i)` is the intensity of feature i in the stimulus shown in that trial.
INPUT_EQUATIONS = """
rate = rate_max*intensity : Hz
intensity                 : 1
trial                     : integer (shared)
trial_duration            : second (shared, constant)
rate_max                  : Hz (shared, constant)
n_spikes                  : integer
"""

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

_TRIAL_NUMBER = "trial = int(t/trial_duration + 0.5)\n"


def _train(name, size, coding, equations, onset) -> Population:
    regular = coding == "regular"
    return Population(
        name=name,
        size=size,
        equations=(REGULAR if regular else "") + equations,
        threshold="phase >= 1" if regular else POISSON_THRESHOLD,
        reset=("phase -= 1\n" if regular else "") + "n_spikes += 1",
        onset=onset,
    )


def input_population(size: int, section: Input) -> Population:
    """One neuron per feature. Regular trains keep their phase from trial to trial."""
    return _train(
        "input",
        size,
        section.coding,
        INPUT_EQUATIONS,
        _TRIAL_NUMBER + "intensity = pixel(trial, i)",
    )


def teacher_population(size: int, section: Output) -> Population:
    """One neuron per output; `target(trial, i)` is what output i should answer in that trial."""
    onset = _TRIAL_NUMBER + "onset = t\nanswer = target(trial, i)"
    if section.teacher == "regular":
        onset += "\nphase = 0.5"
    return _train("teacher", size, section.teacher, TEACHER_EQUATIONS, onset)
