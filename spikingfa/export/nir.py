"""NIR, the neuromorphic intermediate representation: trained networks for other simulators."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import numpy as np

from spikingfa.base.errors import ModelError
from spikingfa.export.format import Format
from spikingfa.export.hdf5 import written_in_one_go
from spikingfa.export.trains import DOI, REFERENCE
from spikingfa.model.distribution import Distribution
from spikingfa.model.layers import Hidden, Output
from spikingfa.model.model import Model, hidden_layers
from spikingfa.network.pathways import forward_names
from spikingfa.run_folder.run import Run
from spikingfa.run_folder.state_schema import FEEDBACK

UNITS = (
    "SI: seconds, volts, ohms; weights in amperes. Potentials are relative to the resting"
    " potential; v_leak = r i_bias. At the onset of a trial (if reset_at_onset is 1; else of the"
    " first) all variables are 0, and spikes that Delay nodes hold are dropped. A spike"
    " is 1 in the step of dt that it falls into, so that it adds w_in dt/tau_syn = 1 times its"
    " weight to the current, after the potentials of that step."
)
BEYOND = (
    "What NIR does not express: the refractory period of each neuron (tau_refrac in the metadata"
    " of its node; v stays at v_reset), input spikes (input.coding in model_toml; a neuron fires"
    " each time that the integral of intensity times rate_max passes a whole number), the read-out"
    " (the output neuron with the most spikes in a trial, from readout_latency on), and all of"
    " learning: plasticity, teacher, error neurons and feedback synapses, of which the weights"
    " feedback_to_<layer> (n_source, n_hidden) are given here."
)


class Nir(Format):
    """The trained forward network as a NIR graph, for Norse and what else nir.read serves.

    ``input`` (spikes) - Linear - CubaLIF - ... - CubaLIF - ``spikes``, and Linear nodes in loops
    for recurrent synapses and inhibition between outputs, and Delay nodes where all delays are the
    same. A CubaLIF node is this package's LIF neuron but for the refractory period::

        tau_syn dI/dt = -I + w_in S,    tau_mem dv/dt = v_leak - v + r I

    with v relative to v_rest, v_leak = r_m i_bias, and w_in = tau_syn / dt for spikes that are 1
    in a step, as snnTorch and Norse have them. The metadata of the graph hold units, ``dt``,
    feedback weights, ``model_toml``, and what NIR does not express.
    """

    name: ClassVar = "nir"
    ending: ClassVar = ".nir"
    extra: ClassVar = "nir"
    stem: ClassVar = "network"

    def contents(self, run: Run) -> list[Callable[[Path], None]]:
        """The graph, written by nir."""
        nir = self.needed("nir")
        graph = _graph(nir, run)
        return [lambda path: written_in_one_go(path, lambda to: nir.write(to, graph))]


def _graph(nir, run: Run):
    model = run.trained_model
    _check(model)
    weights = run.arrays
    layers = hidden_layers(model) | {"output": model.output}
    nodes, edges = {}, []
    for name, layer in layers.items():
        nodes[name] = _neurons(nir, name, layer, model, weights)
    for name in (key.removesuffix(".w") for key in weights if key.endswith(".w")):
        pre, post = name.split("_to_")
        path = {name: nir.Linear(weight=weights[f"{name}.w"].T.astype(float))}
        if float(layers[post].delay):
            delay = np.full(len(nodes[post].r), float(layers[post].delay))
            path[f"{name}_delay"] = nir.Delay(delay=delay)
        _join(nodes, edges, pre, path, post)
    if float(model.output.inhibition):
        n = len(nodes["output"].r)
        others = -float(model.output.inhibition) * (1 - np.eye(n))
        _join(nodes, edges, "output", {"output_to_output": nir.Linear(weight=others)}, "output")
    nodes["input"] = nir.Input(input_type=nodes[forward_names(model)[0]].input_type)
    nodes["spikes"] = nir.Output(output_type=nodes["output"].output_type)
    edges.append(("output", "spikes"))
    return nir.NIRGraph(nodes, edges, metadata=_metadata(run))


def _join(nodes: dict, edges: list, pre: str, path: dict, post: str) -> None:
    names = [pre, *path, post]
    nodes |= path
    edges += pairwise(names)


def _neurons(nir, name: str, layer: Hidden | Output, model: Model, weights: dict):
    """A layer, every parameter given for each neuron."""
    n = (
        layer.size
        if isinstance(layer, Hidden)
        else weights[f"{forward_names(model)[-1]}.w"].shape[1]
    )
    of = {
        key: np.broadcast_to(np.asarray(weights.get(f"{name}.{key}", float(value)), float), (n,))
        for key, value in layer.values().items()
    }
    return nir.CubaLIF(
        tau_syn=of["tau_syn"],
        tau_mem=of["tau_m"],
        r=of["r_m"],
        v_leak=of["r_m"] * of["i_bias"],
        v_threshold=of["v_thresh"] - of["v_rest"],
        v_reset=of["v_reset"] - of["v_rest"],
        w_in=of["tau_syn"] / float(model.training.dt),
        metadata={"tau_refrac": of["tau_refrac"], "v_rest": of["v_rest"]},
    )


def _metadata(run: Run) -> dict:
    model = run.trained_model
    feedback = {f"{FEEDBACK}{layer}": b.astype(float) for layer, b in run.feedback.items()}
    return {
        "made_by": "spikingfa",
        "reference": f"{REFERENCE}, {DOI}",
        "units": UNITS,
        "not_expressed": BEYOND,
        "dt": float(model.training.dt),
        "trial": float(model.training.trial),
        "readout_latency": float(model.output.readout_latency),
        "reset_at_onset": int(not model.training.continuous),
        "model_toml": (run.folder / "model.toml").read_text("utf-8"),
    } | feedback


def _check(model: Model) -> None:
    """Refuse what NIR has no primitive for.

    Raises
    ------
    ModelError
        Names the field.
    """
    for path, layer in model.layers():
        if layer.model != "lif":
            raise ModelError(
                f'nir has no neuron that {path}.model = "{layer.model}" could be: it needs "lif"'
            )
        unfit = {"i_noise": "noise", "g_couple": "apical compartments"}
        for name, what in unfit.items():
            if float(getattr(layer, name, 0)):
                raise ModelError(f"nir has no {what}: {path}.{name} = {getattr(layer, name)}")
        if isinstance(layer.delay, Distribution):
            raise ModelError(
                f"nir has one delay for each neuron, none for each synapse:"
                f" {path}.delay = {layer.delay}"
            )
