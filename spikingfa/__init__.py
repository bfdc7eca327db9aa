"""spikingfa: feedback alignment in networks of spiking neurons, on Brian2.

>>> import spikingfa
>>> model = spikingfa.load_model("digits_fa").but({"hidden.tau_m": "15 ms"})
>>> run = spikingfa.train(model, seed=1)                               # doctest: +SKIP
>>> run.metrics["test_error"]                                          # doctest: +SKIP
0.0222
"""

import sys

import lazy_loader

from spikingfa.base import import_guard, old_names

if sys.flags.safe_path:  # python -P, or PYTHONSAFEPATH: the current folder is not to be trusted
    import_guard.install()

old_names.install()

# imported when first used, since Brian2 and matplotlib take a second to import
_public, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str):
    if name == "__version__":
        from importlib.metadata import version  # a third of what is imported here otherwise

        return version(__name__)
    return _public(name)
