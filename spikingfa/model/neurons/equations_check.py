"""A user's equations, checked by Brian2 itself before anything is compiled.

The population is built piece by piece on Brian2's runtime device, so that its complaint can be told
of the field that it is about. The text goes nowhere but through Brian2's parsers.
"""

from functools import lru_cache

from brian2 import Equations

from spikingfa.base.brian import TrialBuild, reason_of
from spikingfa.model.neurons.neuron import OWN_KEYS, Soma
from spikingfa.model.user_equations.names import problem_of_taken
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.rules.terms import TERMS

#: Names that a layer gives to variables of its own, and the synapses onto it to theirs.
RESERVED = {
    *("i_syn", "i_bias", "i_noise", "tau_syn", "i_rheo", "noise"),
    *("i_apical", "i_error", "tau_apical", "g_couple", "r_apical"),
    *("drive", "sensitivity", "sensitivity_min", "sensitivity_max", "teaching"),
    *("n_spikes", "count", "charge", "onset", "counts", "readout_latency", "dropout", "active"),
    *("w", "eta", "weight_decay", "w_max", "gain", "b", "scale", "decay", "error_signal", "delay"),
    "inhibition",
    *("mean_rate", "target_rate", "tau_homeostasis", "i_intrinsic", "intrinsic"),
    *("error_size", "output_error", "teaching_rms", "i_relay", "tau_relay"),
    *("passed_on", "passed_on_rms"),
    *("lastspike", "j"),  # which Brian2 has beside what it refuses itself
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


@lru_cache(64)
def problem(
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
    return _problem_of_names(own, named) or _problem_of_text(soma, declarations, apical)


def _problem_of_names(own: str, named: tuple[str, ...]) -> tuple[str, str] | None:
    try:
        equations = Equations(own)
    except Exception as error:
        return "equations", reason_of(error)
    *parameters, current = named
    taken = names_taken()
    for equation in equations.values():
        if equation.varname in taken:
            return "equations", problem_of_taken(equation.varname, "the layer", taken)
        if equation.varname in named:
            what = "current" if equation.varname == current else "parameter"
            return "equations", f"{equation.varname!r} is the name of the {what} already"
        for flag in set(equation.flags) - FLAGS:
            return "equations", f"{equation.varname!r} cannot be ({flag}) here"
    for name in sorted(set(parameters) - {*OWN_KEYS}):
        if name in taken or name == current:
            return "parameters", problem_of_taken(name, "the layer", {*taken, current})
    if current in taken:
        return "current", problem_of_taken(current, "the layer", taken)
    if current not in equations.identifiers:
        return "equations", f"nothing depends on {current!r}, the current that flows in"
    return None


def names_taken() -> set[str]:
    """Names that equations of a neuron cannot give to variables and parameters."""
    return RESERVED | names_of_rules()


def names_of_rules() -> set[str]:
    """Names that rules of plasticity and feedback declare in neurons, and in synapses onto them."""
    traces = [rule.trace for rule in PLASTICITY.values() if rule.trace]
    terms = TERMS.values()
    texts = [trace.equations for trace in traces] + [rule.hidden for rule in RULES.values()]
    texts += [part.synapse for part in (*PLASTICITY.values(), *terms, *RULES.values())]
    texts += [text for term in terms for text in (term.pre, term.post)]
    listed = [part.parameters for part in (*traces, *PLASTICITY.values())]
    listed += [names for term in terms for names in (term.parameters, term.post_parameters)]
    declared = {name for text in texts for name in Equations(text)}
    return declared | {name for names in listed for name in names}


def _problem_of_text(soma: Soma, declarations: str, apical: bool) -> tuple[str, str] | None:
    *_, (_, whole) = steps = list(_piece_by_piece(soma, declarations, apical))
    if whole.check() is None:
        return None
    name, reason = next((name, why) for name, built in steps if (why := built.check()))
    return name, f"needs v and v_rest in the equations: {reason}" if name == "g_couple" else reason


def _piece_by_piece(soma: Soma, declarations: str, apical: bool):
    """The soma with one field more each time, and that field's name."""
    text = _equations(soma, declarations, "")
    yield "equations", TrialBuild(text)
    if apical:
        text = _equations(soma, declarations, f" + {soma.apical}") + COUPLED
        yield "g_couple", TrialBuild(text)
    options = {}
    for name in ("threshold", "reset", "refractory"):
        if getattr(soma, name):
            options[name] = getattr(soma, name)
            yield name, TrialBuild(text, dict(options))
    yield "onset", TrialBuild(text, options, soma.onset)
    for name in ("drive", "sensitivity"):
        text += f"{name} = {getattr(soma, name)} : 1\n"
        yield name, TrialBuild(text, options, soma.onset)


def _equations(soma: Soma, declarations: str, apical: str) -> str:
    own = soma.equations.format(current=f"{soma.synaptic} + i_bias + noise{apical}")
    return f"{own}{AROUND}{declarations}\n"
