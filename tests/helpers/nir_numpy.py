"""NIR graphs run in NumPy: a small interpreter, for tests, of the primitives that are exported.

Input, Linear, Delay, CubaLIF and Output, in any graph, by exponential Euler: in a step potentials
and currents decay, each to what it would reach if the other stood still; neurons above threshold
spike and are reset; their spikes, which are 1 in that step, then pass through Linear and Delay
nodes and add ``w_in dt/tau_syn`` times what arrives to the currents.
"""

from collections import deque

import nir
import numpy as np


class Network:
    """A graph at rest: all potentials, currents and delayed spikes are 0."""

    def __init__(self, graph: nir.NIRGraph, dt: float):
        self.dt, self.nodes = dt, graph.nodes
        self.before = {name: [a for a, b in graph.edges if b == name] for name in graph.nodes}
        self.neurons = [name for name, node in graph.nodes.items() if isinstance(node, nir.CubaLIF)]
        self.rest()

    def rest(self) -> None:
        """Potentials and currents are 0, and no spike is under way."""
        self.late = {
            name: deque([np.zeros_like(node.delay)] * round(float(node.delay[0]) / self.dt))
            for name, node in self.nodes.items()
            if isinstance(node, nir.Delay)
        }
        self.v = {name: np.zeros_like(self.nodes[name].r) for name in self.neurons}
        self.i = {name: np.zeros_like(self.nodes[name].r) for name in self.neurons}

    def step(self, spikes: np.ndarray) -> dict[str, np.ndarray]:
        """One step of dt with these input spikes (n,); all spikes by node."""
        values = {"input": spikes} | {name: self._fire(name) for name in self.neurons}
        for name in self.neurons:
            node = self.nodes[name]
            self.i[name] += node.w_in * self.dt / node.tau_syn * self._arriving(name, values)
        return values

    def _fire(self, name: str) -> np.ndarray:
        node, v = self.nodes[name], self.v[name]
        there = node.v_leak + node.r * self.i[name]
        v = there + (v - there) * np.exp(-self.dt / node.tau_mem)
        self.i[name] = self.i[name] * np.exp(-self.dt / node.tau_syn)
        fired = v > node.v_threshold
        self.v[name] = np.where(fired, node.v_reset, v)
        return fired.astype(float)

    def _arriving(self, name: str, values: dict) -> np.ndarray:
        return sum(self._value(before, values) for before in self.before[name])

    def _value(self, name: str, values: dict) -> np.ndarray:
        if name not in values:
            node, arriving = self.nodes[name], self._arriving(name, values)
            if isinstance(node, nir.Linear):
                values[name] = node.weight @ arriving
            else:
                self.late[name].append(arriving)
                values[name] = self.late[name].popleft()
        return values[name]


def run(graph: nir.NIRGraph, trials: np.ndarray, dt: float) -> dict[str, np.ndarray]:
    """Spikes (n_trials, n_steps, n) of every group of neurons, put to rest at each onset.

    `trials` are the spikes of the input, of the same shape.
    """
    network, found = Network(graph, dt), []
    for spikes in trials:
        network.rest()
        found.append([network.step(now) for now in spikes])
    return {
        name: np.array([[step[name] for step in steps] for steps in found])
        for name in network.neurons
    }
