"""The article's experiments, one in each file; each is found by itself.

Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276. In rates here, in spikes in the
folder `spiking`. A new experiment is a file with a class: see
:class:`spikingfa.paper.experiment.Experiment`.
"""

from importlib import import_module
from pkgutil import walk_packages

from spikingfa.paper.experiment import Claim, Experiment

__all__ = ["EXPERIMENTS", "Claim", "Experiment"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)

_found = [experiment() for experiment in Experiment.__subclasses__()]

#: Every experiment by its key: those in rates by name, then those in spikes.
EXPERIMENTS: dict[str, Experiment] = {
    experiment.key: experiment for experiment in sorted(_found, key=lambda e: (e.spiking, e.name))
}
