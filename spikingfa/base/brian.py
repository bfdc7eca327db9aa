"""Let Brian2 prepare neurons and synapses without compiling anything, to hear what it says."""

import contextlib
import gc
import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

import brian2
from brian2 import euler, exponential_euler
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from brian2.devices.device import reset_device
from brian2.stateupdaters.base import UnsupportedEquationsException
from brian2.utils.logger import catch_logs


class Trial(ABC):
    """A network that Brian2 is asked to prepare, and that is then dropped."""

    def check(self) -> str | None:
        """Brian2's reason against it, on one line."""
        with catch_logs(log_level=logging.INFO), on_the_runtime_device():
            try:
                self._run()
                return None
            except Exception as error:  # Brian2, sympy and Python's parser raise what they like
                reason = reason_of(error)
            gc.collect()  # Brian2 warns of groups that were never run, when they go
            return reason

    @abstractmethod
    def _run(self) -> None:
        """Let Brian2 prepare it."""


@dataclass
class TrialBuild(Trial):
    """A group of neurons.

    Attributes
    ----------
    equations : str
    options : dict
        Threshold, reset, refractory, as far as they are there.
    onset : str
        Statements carried out regularly.
    """

    equations: str | brian2.Equations
    options: dict = field(default_factory=dict)
    onset: str = ""

    def _run(self) -> None:
        clock = brian2.Clock(1 * brian2.ms)
        group = brian2.NeuronGroup(
            1,
            self.equations,
            method=integrate,
            namespace={},
            clock=clock,
            codeobj_class=NumpyCodeObject,
            **self.options,
        )
        if self.onset:
            group.run_regularly(
                self.onset, clock=clock, when="start", codeobj_class=NumpyCodeObject
            )
        brian2.Network(group, *group.contained_objects).run(0 * brian2.second, namespace={})


@dataclass
class TrialSynapses(Trial):
    """Synapses between two groups of neurons.

    Attributes
    ----------
    pre, post : Equations
        Variables of the neurons.
    equations : str
        Of the synapses.
    regular : tuple of str
        Statements carried out regularly.
    """

    pre: brian2.Equations
    post: brian2.Equations
    equations: str
    regular: tuple[str, ...] = ()

    def _run(self) -> None:
        clock = brian2.Clock(1 * brian2.ms)
        common = {"namespace": {}, "clock": clock, "codeobj_class": NumpyCodeObject}
        pre, post = (
            brian2.NeuronGroup(1, equations, method=integrate, **common)
            for equations in (self.pre, self.post)
        )
        synapses = brian2.Synapses(pre, post, self.equations, method=integrate, **common)
        for statements in self.regular:
            synapses.run_regularly(statements, clock=clock, codeobj_class=NumpyCodeObject)
        synapses.connect()
        brian2.Network(pre, post, synapses).run(0 * brian2.second, namespace={})


def reason_of(error: BaseException) -> str:
    """The first message of Brian2's error, on one line."""
    while error.__cause__ is not None:
        error = error.__cause__
    text = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
    text = " ".join(str(text).split()).replace("expected unit radian", "expected unit 1")
    return text or type(error).__name__


@contextlib.contextmanager
def on_the_runtime_device():
    """Leave a session that prepares a standalone program as it is."""
    if brian2.get_device() is brian2.all_devices["runtime"]:
        yield
        return
    brian2.set_device("runtime")
    try:
        yield
    finally:
        reset_device()


def integrate(equations, variables=None, method_options=None) -> str:
    """Brian2's statements for one step.

    By exponential Euler, which is exact for each variable given the others, for any time constants;
    where a variable depends on itself in a way that is not linear, by forward Euler.
    """
    try:
        return exponential_euler(equations, variables, method_options)
    except UnsupportedEquationsException:
        return euler(equations, variables, method_options)
