"""A user's equations, checked by Brian2 itself before anything is compiled.

The population is built piece by piece on Brian2's runtime device, so that its complaint can be told
of the field that it is about. The text goes nowhere but through Brian2's parsers.
"""

import contextlib
import gc
import logging
from dataclasses import dataclass, field
from functools import lru_cache

import brian2
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from brian2.devices.device import reset_device
from brian2.utils.logger import catch_logs

from spikingfa.engine.construct import integrate
from spikingfa.neuron_models.neuron import Soma
from spikingfa.plasticity_rules import PLASTICITY

#: Names that a layer gives to variables of its own, and the synapses onto it to theirs.
TAKEN = {
    *("i_syn", "i_bias", "i_noise", "tau_syn", "i_rheo", "noise"),
    *("i_apical", "i_error", "tau_apical", "g_couple", "r_apical"),
    *("drive", "sensitivity", "sensitivity_min", "sensitivity_max", "teaching"),
    *("n_spikes", "count", "charge", "blank", "heard"),
    *("w", "eta", "weight_decay", "w_max", "gain", "b", "scale", "decay", "blame", "delay"),
}

FLAGS = {"unless refractory", "constant over dt", "constant", "shared"}

#: What a hidden layer has besides.
AROUND = """
sensitivity_min : 1 (shared, constant)
sensitivity_max : 1 (shared, constant)
i_apical : amp
noise : amp
"""

COUPLED = "g_couple : siemens (shared, constant)\nr_apical : ohm (shared, constant)\n"


@dataclass
class _Built:
    """What is handed to Brian2 so far."""

    equations: str
    options: dict = field(default_factory=dict)
    onset: str = ""

    def check(self) -> str | None:
        """Brian2's reason against it, on one line."""
        with catch_logs(log_level=logging.INFO), _on_the_runtime_device():
            try:
                self._run()
                return None
            except Exception as error:  # Brian2, sympy and Python's parser raise what they like
                reason = _innermost(error)
            gc.collect()  # Brian2 warns of groups that were never run, when they go
            return reason

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


@lru_cache(64)
def fault(
    own: str, named: tuple[str, ...], soma: Soma, declarations: str, apical: bool
) -> tuple[str, str] | None:
    """The field in which a soma is wrong and the reason, or None.

    Parameters
    ----------
    own : str
        The user's equations.
    named : tuple of str
        Parameters, and at the end the name of the current.
    soma : Soma
        The whole.
    declarations : str
        Of the parameters.
    apical : bool
        Whether the apical compartment is coupled to the soma.
    """
    return _fault_of_names(own, named) or _fault_of_text(soma, declarations, apical)


def _fault_of_names(own: str, named: tuple[str, ...]) -> tuple[str, str] | None:
    try:
        equations = brian2.Equations(own)
    except Exception as error:
        return "equations", _innermost(error)
    *parameters, current = named
    taken = TAKEN | {name for rule in PLASTICITY.values() for name in brian2.Equations(rule.pre)}
    for equation in equations.values():
        if equation.varname in taken:
            return "equations", f"{equation.varname!r} is a name that the layer needs itself"
        if equation.varname in named:
            what = "current" if equation.varname == current else "parameter"
            return "equations", f"{equation.varname!r} is the name of the {what} already"
        for flag in set(equation.flags) - FLAGS:
            return "equations", f"{equation.varname!r} cannot be ({flag}) here"
    for name in set(parameters) - {"tau_syn", "i_bias", "i_noise", "i_rheo"}:
        if name in taken or name == current:
            return "parameters", f"{name!r} is a name that the layer needs itself"
    if current in taken:
        return "current", f"{current!r} is a name that the layer needs itself"
    if current not in equations.identifiers:
        return "equations", f"nothing depends on {current!r}, the current that flows in"
    return None


def _fault_of_text(soma: Soma, declarations: str, apical: bool) -> tuple[str, str] | None:
    *_, (_, whole) = steps = list(_piece_by_piece(soma, declarations, apical))
    if whole.check() is None:
        return None
    name, reason = next((name, why) for name, built in steps if (why := built.check()))
    return name, f"needs v and v_rest in the equations: {reason}" if name == "g_couple" else reason


def _piece_by_piece(soma: Soma, declarations: str, apical: bool):
    """The soma with one field more each time, and that field's name."""
    text = _equations(soma, declarations, "")
    yield "equations", _Built(text)
    if apical:
        text = _equations(soma, declarations, f" + {soma.apical}") + COUPLED
        yield "g_couple", _Built(text)
    options = {}
    for name in ("threshold", "reset", "refractory"):
        if getattr(soma, name):
            options[name] = getattr(soma, name)
            yield name, _Built(text, dict(options))
    yield "onset", _Built(text, options, soma.onset)
    for name in ("drive", "sensitivity"):
        text += f"{name} = {getattr(soma, name)} : 1\n"
        yield name, _Built(text, options, soma.onset)


def _equations(soma: Soma, declarations: str, apical: str) -> str:
    own = soma.equations.format(current=f"{soma.synaptic} + i_bias + noise{apical}")
    return f"{own}{AROUND}{declarations}\n"


def _innermost(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    text = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(str(text).split()) or type(error).__name__


@contextlib.contextmanager
def _on_the_runtime_device():
    """Leave a session that prepares a standalone program as it is."""
    if brian2.get_device() is brian2.all_devices["runtime"]:
        yield
        return
    brian2.set_device("runtime")
    try:
        yield
    finally:
        reset_device()
