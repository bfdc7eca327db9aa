"""The article's experiments, one in each file; each is found by itself.

Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276. A new experiment is a file with a
class: see :class:`spikingfa.paper.experiment.Experiment`.
"""

from importlib import import_module
from pkgutil import iter_modules

from spikingfa.paper.experiment import Claim, Experiment, Result

__all__ = ["EXPERIMENTS", "Claim", "Experiment", "Result"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

#: Every experiment by its name on the command line.
EXPERIMENTS: dict[str, Experiment] = {
    experiment.name: experiment()
    for experiment in sorted(Experiment.__subclasses__(), key=lambda experiment: experiment.name)
}
