"""Firing rates of single neurons under constant currents, simulated without compiling anything."""

import contextlib

import brian2
import numpy as np
from brian2.codegen.runtime.numpy_rt import NumpyCodeObject
from brian2.utils.logger import catch_logs

from spikingfa.base.brian import integrate, on_the_runtime_device
from spikingfa.base.run_whole import run_whole
from spikingfa.model.distribution import Distribution
from spikingfa.model.neurons import Neuron
from spikingfa.model.neurons.neuron import declaration
from spikingfa.network.mechanisms import NOISE

MANY = 20  # neurons for each current, where chance has a part in their spikes


def firing_rates(
    layer: Neuron,
    currents: np.ndarray,
    *,
    duration: float = 1.0,
    settling: float = 0.2,
    dt: float = 1e-4,
    seed: int = 0,
) -> np.ndarray:
    """Steady rates of the neurons of a layer under constant currents.

    Brian2 runs a network of its own for this, on its runtime device with NumPy; its settings,
    devices and random numbers are left as they were.

    Parameters
    ----------
    layer : Neuron
        Of parameters that differ between neurons, the mean is taken. Its noise current flows; its
        bias does not.
    currents : ndarray, shape (n,)
        In amp, in place of `i_bias`.
    duration, settling : float
        Seconds over which spikes are counted, and seconds before, which adaptation takes.
    dt : float
        Time step in seconds.
    seed : int
        Of noise, and of stochastic spikes.

    Returns
    -------
    ndarray, shape (n,)
        Hz.
    """
    soma, noisy = layer.soma(), float(layer.i_noise) > 0
    random = noisy or "rand" in soma.threshold + soma.equations
    n = MANY if random else 1
    flowing = f"{soma.synaptic} + i_bias" + (" + noise" if noisy else "")
    values = {name: _mean(value) for name, value in layer.values().items() if name != "i_bias"}
    declared = [declaration(name, value) for name, value in values.items()]
    equations = [
        soma.equations.format(current=flowing),
        *declared,
        NOISE.equations if noisy else "",
    ]
    with catch_logs(), on_the_runtime_device(), _own_random_numbers(seed):
        clock = brian2.Clock(dt * brian2.second)
        group = brian2.NeuronGroup(
            n * len(currents),
            "\n".join([*equations, "i_bias : amp (constant)", "n_spikes : integer"]),
            threshold=soma.threshold,
            reset=f"{soma.reset}\nn_spikes += 1".lstrip(),
            refractory=soma.refractory or False,
            method=integrate,
            namespace={},
            clock=clock,
            codeobj_class=NumpyCodeObject,
        )
        once = brian2.Clock((settling + duration) * brian2.second)
        group.run_regularly(soma.onset, clock=once, when="start", codeobj_class=NumpyCodeObject)
        for name, value in values.items():
            setattr(group, f"{name}_", float(value))
        group.i_bias_ = np.repeat(currents, n)
        network = brian2.Network(group, *group.contained_objects)
        run_whole(network, settling)
        before = np.array(group.n_spikes_[:])
        run_whole(network, duration)
        counts = np.array(group.n_spikes_[:]) - before
    return counts.reshape(-1, n).mean(axis=1) / duration


def _mean(value):
    return value.mean if isinstance(value, Distribution) else value


@contextlib.contextmanager
def _own_random_numbers(seed: int):
    device = brian2.get_device()
    before = device.get_random_state()
    brian2.seed(seed)
    try:
        yield
    finally:
        device.set_random_state(before)
