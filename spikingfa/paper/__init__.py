"""The article's experiments, one in each file.

Lillicrap, Cownden, Tweed & Akerman 2016, Nat Commun 7:13276. In rates in the folder `rate`, in
spikes in the folder `spiking`. A new experiment is a class in a file of its own, and stands in the
list here: see :class:`spikingfa.paper.experiment.Experiment`.
"""

from spikingfa.paper.experiment import Claim, Experiment
from spikingfa.paper.rate.deeper import Deeper
from spikingfa.paper.rate.flow import Flow
from spikingfa.paper.rate.freeze import Freeze
from spikingfa.paper.rate.linear import Linear
from spikingfa.paper.rate.mnist import Mnist
from spikingfa.paper.rate.nonlinear import Nonlinear
from spikingfa.paper.rate.scale import Scale
from spikingfa.paper.rate.sparse import Sparse
from spikingfa.paper.rate.theory import Theory
from spikingfa.paper.spiking.continuous import Continuous
from spikingfa.paper.spiking.deeper import Deeper as DeeperSpiking
from spikingfa.paper.spiking.freeze import Freeze as FreezeSpiking
from spikingfa.paper.spiking.linear import Linear as LinearSpiking
from spikingfa.paper.spiking.mnist import MnistSpiking
from spikingfa.paper.spiking.nonlinear import Nonlinear as NonlinearSpiking
from spikingfa.paper.spiking.scale import Scale as ScaleSpiking
from spikingfa.paper.spiking.sparse import SparseSpiking

__all__ = ["EXPERIMENTS", "Claim", "Experiment"]

#: Every experiment by its key, those in rates first.
EXPERIMENTS: dict[str, Experiment] = {
    experiment.key: experiment
    for experiment in (
        *(Deeper(), Flow(), Freeze(), Linear(), Mnist(), Nonlinear(), Scale(), Sparse(), Theory()),
        *(Continuous(), DeeperSpiking(), FreezeSpiking(), LinearSpiking(), MnistSpiking()),
        *(NonlinearSpiking(), ScaleSpiking(), SparseSpiking()),
    )
}
