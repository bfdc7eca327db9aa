"""The page of names that own equations cannot give, from the lists that the package goes by."""

from brian2.core.functions import DEFAULT_CONSTANTS, DEFAULT_FUNCTIONS

from spikingfa.model.neurons.equations_check import names_taken
from spikingfa.model.neurons.neuron import OWN_KEYS
from spikingfa.model.user_equations.names import (
    LONGEST,
    OF_BRIAN2,
    OF_CPP,
    OF_PYTHON,
    OF_THE_C_LIBRARY,
)
from spikingfa.network.user_rule_checks import ENDS, RESERVED

PAGE = """# Names that are taken

[Equations of your own neurons](../guide/neurons.md#your-own-equations) and
[rules of your own](plasticity-rules.md#equations) cannot give these names to their variables and
parameters. Where one does, that is said in one line with the list that it stands in.

## In equations of neurons

Those of the layer, and of the synapses onto it: {layer}.

Keys of the layer, outside of its parameters: {keys}.

## In a rule of plasticity

Those of the synapse: {synapse}; every name that ends in {ends}, which means a variable of one of
its two neurons; and the variables of these neurons, which `spikingfa show MODEL` prints.

## In both

- What has a meaning in Brian2: {brian2}, and what begins with `xi_`.
- Brian2's functions and constants: {functions}.
- Its units, by their short and long names, such as `mV` and `mvolt`.
- Words of Python: {python}.
- Words of C++: {cpp}.
- Of the C library: {library}, and what begins with `M_`.
- Names that do not begin with a letter, have two underscores in a row, or more than {longest}
  characters.
"""


def page() -> str:
    """All of them, by where they are taken."""
    return PAGE.format(
        layer=_listed(names_taken()),
        keys=_listed(OWN_KEYS),
        synapse=_listed(RESERVED),
        ends=" or ".join(f"`{end}`" for end in ENDS),
        brian2=_listed(OF_BRIAN2),
        functions=_listed({*DEFAULT_FUNCTIONS, *DEFAULT_CONSTANTS}),
        python=_listed(OF_PYTHON),
        cpp=_listed(OF_CPP),
        library=_listed(OF_THE_C_LIBRARY),
        longest=LONGEST,
    )


def _listed(names) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
