"""Checks of a user's own plasticity rule, in the projections that it is used in.

Its texts go nowhere but through Brian2's parsers, and what they may name is what the synapse and
its two neurons declare.
"""

from dataclasses import dataclass
from functools import lru_cache

from brian2 import Equations
from brian2.core.functions import DEFAULT_FUNCTIONS
from brian2.equations.equations import PARAMETER, SUBEXPRESSION, SingleEquation
from brian2.parsing.statements import parse_statement
from brian2.units.allunits import __all__ as units
from brian2.units.stdunits import __all__ as short_units
from brian2.utils.stringtools import get_identifiers

from spikingfa.base.brian import TrialBuild, TrialSynapses, reason_of
from spikingfa.base.text import nearest, statements_in
from spikingfa.model.user_equations.names import problem_of_taken
from spikingfa.rules.plasticity.equations import SENSITIVITIES
from spikingfa.rules.plasticity.equations import Equations as Own
from spikingfa.rules.plasticity.rule import EXPONENTIAL
from spikingfa.rules.terms import TERMS

#: Names that a synapse gives to variables and parameters of its own.
RESERVED = {
    *("w", "eta", "gain", "delay", "change", "lastupdate", *EXPONENTIAL.parameters),
    *(name for term in TERMS.values() for name in (*term.parameters, *term.post_parameters)),
    *(name for term in TERMS.values() for name in Equations(term.synapse)),
}

ENDS = ("_pre", "_post")  # of names that mean a variable of one of the two neurons

#: What any expression may name.
KNOWN = {*DEFAULT_FUNCTIONS, *units, *short_units, "t", "dt", "pi", "True", "False"}
KNOWN |= {"and", "or", "not"}

EXPRESSIONS = ("change", *SENSITIVITIES)
RANDOM = {"rand", "randn", "poisson"}

Problem = tuple[str, str] | None


@dataclass(frozen=True)
class Site:
    """A projection in which the rule is used: the texts of it and of its neurons.

    `pre` and `post` declare what the neurons have whatever the rule, `own` what it adds to `post`.
    """

    name: str
    pre: str
    post: str
    own: str
    synapse: str
    learn: str
    from_name: str
    to_name: str

    @property
    def ends(self) -> tuple[Equations, Equations]:
        """Variables of the two neurons."""
        return _stand_in(self.pre), _stand_in(self.post) + Equations(self.own)


@lru_cache(64)
def problem_of(rule: Own, declared: tuple[str, ...], sites: tuple[Site, ...]) -> Problem:
    """The first thing that is wrong: the field of the model file, and the reason."""
    problem = _of_expressions(rule) or _of_own_variables(rule, declared) or _of_statements(rule)
    for check in (_of_declared, _of_sensitivity, _of_names, _of_units):
        problem = problem or next(filter(None, (check(rule, site) for site in sites)), None)
    return problem


def _of_expressions(rule: Own) -> Problem:
    """Check that no expression draws random numbers."""
    for field in EXPRESSIONS:
        if reason := _random(getattr(rule, field)):
            return field, reason
    return None


def _random(text: str) -> str | None:
    if drawn := get_identifiers(text) & RANDOM:
        return f"cannot draw random numbers by {min(drawn)}(): plasticity.update_noise does"
    return None


def _of_own_variables(rule: Own, declared: tuple[str, ...]) -> Problem:
    """Check that own variables have names of their own, and are plain or abbreviations."""
    for field, text in (("parameters", "\n".join(declared)), ("synapse", rule.synapse)):
        try:
            equations = Equations(text)
        except Exception as error:
            return field, reason_of(error)
        for equation in equations.values():
            if equation.varname in RESERVED or equation.varname.endswith(ENDS):
                names = {*RESERVED, *(f"names in {end}" for end in ENDS)}
                return field, problem_of_taken(equation.varname, "the synapse", names)
            if field == "parameters":
                continue
            if equation.varname in _parameters(rule):
                return field, f"{equation.varname!r} is the name of a parameter already"
            if equation.type not in (PARAMETER, SUBEXPRESSION):
                return field, (
                    f"{equation.varname!r} cannot have a differential equation here:"
                    " how it changes is said by the statements in step"
                )
            for flag in equation.flags:
                return field, f"{equation.varname!r} cannot be ({flag}) here"
            if equation.type == SUBEXPRESSION and (reason := _random(equation.expr.code)):
                return field, reason
    return None


def _of_statements(rule: Own) -> Problem:
    """Check that statements set the rule's own variables, and at rest all of them."""
    variables = _variables(rule.synapse, PARAMETER)
    at_rest = set()
    for field in ("step", "rest"):
        for statement in statements_in(getattr(rule, field)):
            name, *_ = parse_statement(statement)
            if name not in variables:
                return field, f"sets {name!r}, which is no variable declared in synapse"
            at_rest |= {name} if field == "rest" else set()
    if missing := sorted(variables - at_rest):
        return "rest", f"must set {', '.join(missing)}, as every trial begins at rest"
    return None


def _of_declared(rule: Own, site: Site) -> Problem:
    """Check that what is declared in the synapse is no variable of its neurons."""
    for field, own in (("synapse", _variables(rule.synapse)), ("parameters", _parameters(rule))):
        for name in sorted(own):
            for text, where in ((site.pre, site.from_name), (site.post, site.to_name)):
                if name in _variables(text):
                    return field, (
                        f"{name!r} is the name of a variable of {where} already; they are"
                        f" {', '.join(sorted(_variables(text)))}"
                    )
    return None


def _parameters(rule: Own) -> tuple[str, ...]:
    return *rule.parameters, *rule.post_parameters


def _of_sensitivity(rule: Own, site: Site) -> Problem:
    """Check that the sensitivity is an expression of the postsynaptic neuron."""
    field = "output_sensitivity" if site.to_name == "output" else "sensitivity"
    if not (text := getattr(rule, field)):
        return None
    neuron = _stand_in(site.post, without={"sensitivity", "teaching"})
    neuron += Equations(site.own)
    if unknown := _unknown(text, {*neuron.names}):
        return field, f"{unknown!r} is no variable of {site.to_name}{_near(unknown, neuron.names)}"
    reason = TrialBuild(neuron + Equations(f"sensitivity = {text} : 1")).check()
    return (field, reason) if reason else None


def _of_names(rule: Own, site: Site) -> Problem:
    """Check that what is named is there, in the synapse and its two neurons."""
    pre, post = (equations.names for equations in site.ends)
    known = {*_variables(site.synapse), *(f"{n}_pre" for n in pre), *(f"{n}_post" for n in post)}
    for field, text in _read(rule):
        if unknown := _unknown(text, known):
            if site.to_name == "output" and unknown in ("sensitivity_post", "drive_post"):
                return "output_sensitivity", (
                    f'is needed where {field} names {unknown}: "1" lets every output neuron learn'
                )
            where = f"the synapses {site.name} and their neurons"
            return field, f"{unknown!r} is no variable of {where}{_near(unknown, known)}"
    return None


def _of_units(rule: Own, site: Site) -> Problem:
    """Check that Brian2 agrees to all of it."""
    *_, (_, whole) = steps = list(_piece_by_piece(rule, site))
    if whole.check() is None:
        return None
    field, reason = next((field, why) for field, trial in steps if (why := trial.check()))
    if field == "change" and rule.trace and "expected unit" in reason:
        reason += " As x_pre is named, w changes in every step."
    if field in ("step", "rest") and reason.startswith("Unknown"):
        reason += ': Brian2 left it out as it is zero; "x += y" may do in place of "x = x + y"'
    return field, reason


def _piece_by_piece(rule: Own, site: Site):
    """The synapses with one field more each time, and that field's name."""
    ends = site.ends
    yield "synapse", TrialSynapses(*ends, site.synapse)
    text = f"{site.synapse}\nchange = {rule.change} : {rule.unit}"
    yield "change", TrialSynapses(*ends, text)
    regular = tuple(filter(None, (rule.step, rule.rest)))
    for k in range(len(regular)):
        field = "step" if regular[k] == rule.step else "rest"
        yield field, TrialSynapses(*ends, text, regular[: k + 1])
    yield "change", TrialSynapses(*ends, text, (*regular, site.learn))


def _read(rule: Own):
    """Texts that name variables, by field."""
    for equation in Equations(rule.synapse).values():
        if equation.expr is not None:
            yield "synapse", equation.expr.code
    yield "change", rule.change
    for field in ("step", "rest"):
        yield field, getattr(rule, field)


def _variables(text: str, *types: str) -> set[str]:
    return {e.varname for e in Equations(text).values() if not types or e.type in types}


def _stand_in(text: str, without=frozenset()) -> Equations:
    """The variables that equations have, without what they say of them."""
    return Equations(
        [
            SingleEquation(PARAMETER, e.varname, dimensions=e.dim, var_type=e.var_type)
            for e in Equations(text).values()
            if e.varname not in without
        ]
    )


def _unknown(text: str, known: set[str]) -> str | None:
    return next(iter(sorted(get_identifiers(text) - known - KNOWN)), None)


def _near(name: str, known) -> str:
    """A hint: the variable that may have been meant."""
    if both := [end for end in (f"{name}_post", f"{name}_pre") if end in known]:
        return f"; did you mean {both[0]!r}?"
    return nearest(name, sorted(known))
