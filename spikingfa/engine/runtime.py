"""Runs a network through Brian2's runtime (Cython or NumPy), for stepping and debugging."""

import contextlib
from pathlib import Path
from typing import Any

import brian2
import numpy as np
from brian2 import Clock, StateMonitor

from spikingfa.base.errors import SimulationError
from spikingfa.base.run_whole import run_whole
from spikingfa.engine.chunk import Chunk, Outcome, Progress, shares
from spikingfa.engine.construct import Targets, construct, precision_of
from spikingfa.engine.divergence import lost
from spikingfa.engine.draws import keyed_numpy
from spikingfa.engine.lookup import python_functions
from spikingfa.engine.random_numbers import Moment
from spikingfa.engine.traced import Traced
from spikingfa.network.blueprint import Blueprint


@contextlib.contextmanager
def _quiet_if_interrupted():
    """Silence Brian2's warning of parts that were in no network that ran."""
    try:
        yield
    except KeyboardInterrupt:
        brian2.BrianLogger.suppress_name("unused_brian_object")
        raise


class RuntimeEngine:
    """The same network as `StandaloneEngine`, in this process and open to inspection.

    `parts.network` is the `brian2.Network`; `parts.groups["hidden"].v` and the like can be read
    and changed between steps after `prepare`. The code generation target is the user's choice
    (``brian2.prefs.codegen.target``).

    Raises
    ------
    SimulationError
        Brian2's device in this session is not the runtime device.
    """

    build_seconds = 0.0

    @_quiet_if_interrupted()
    def __init__(self, blueprint: Blueprint, scratch: Path | None = None):
        if brian2.get_device() is not brian2.all_devices["runtime"]:
            raise SimulationError(
                "device runtime needs Brian2's runtime device: call brian2.set_device('runtime')"
            )
        self.blueprint = blueprint
        self._trials: dict[str, Any] = {}
        numpy = keyed_numpy(self._moment)
        with precision_of(blueprint):
            self.parts = construct(
                blueprint, python_functions(self._trials), Targets(lookups=numpy, drawing=numpy)
            )
        self.parts.network.store("new")
        self._traces: dict[str, StateMonitor] = {}

    def prepare(self, chunk: Chunk) -> None:
        """Set the network to the beginning of a chunk, without running it."""
        network = self.parts.network
        network.remove(*self._traces.values())
        network.restore("new")
        self._traces = {one.name: self._trace(one) for one in chunk.traced}
        network.add(*self._traces.values())
        self._trials.update(vars(chunk), numbers=chunk.trials[:, 2])
        self.parts.run_clock.dt = chunk.duration * brian2.second
        self.parts.trial_clock.dt = chunk.trial * brian2.second
        brian2.seed(chunk.seed)
        for monitor in self.parts.spikes.values():
            monitor.active = chunk.record
        for name, value in {**chunk.parameters, **chunk.arrays}.items():
            self._set(name, value)

    def _moment(self) -> Moment:
        per_trial = round(self._trials["trial"] / self.blueprint.dt)
        trial, step = divmod(int(self.parts.run.clock.timestep[:]), per_trial)
        return Moment(self._trials["seed"], step, int(self._trials["numbers"][trial]))

    @_quiet_if_interrupted()
    def run(self, chunk: Chunk, progress: Progress | None = None) -> Outcome:
        """Simulate a chunk; see `Engine.run`."""
        self.prepare(chunk)

        def report(elapsed, completed, start, duration):
            if progress is not None:
                progress(completed)

        with precision_of(self.blueprint):
            period = 0.1 * brian2.second
            run_whole(self.parts.network, chunk.duration, report=report, report_period=period)
        for one in chunk.traced:
            _, variable = self._owner(one.name)
            values = np.asarray(getattr(self._traces[one.name], f"{variable}_"), float)
            np.save(one.path, values.T)
        return self._outcome(chunk)

    def run_all(self, chunks: list[Chunk], progress: Progress | None = None) -> list[Outcome]:
        """Simulate chunks, one after another."""
        return [self.run(*one) for one in zip(chunks, shares(chunks, progress))]

    def _trace(self, one: Traced) -> StateMonitor:
        owner, variable = self._owner(one.name)
        which = one.which
        if which.ndim == 2:
            which = which[:, 0] * len(owner.target) + which[:, 1]
        # as the compiled network: when everything has been put to rest for the trial that begins
        clock = Clock(one.every * self.blueprint.dt * brian2.second)
        return StateMonitor(owner, variable, record=which, clock=clock, when="start")

    def _owner(self, name: str):
        group, variable = name.rsplit(".", 1)
        return (self.parts.groups | self.parts.synapses)[group], variable

    def _set(self, name: str, value) -> None:
        owner, variable = self._owner(name)
        owner = owner.pre if variable == "delay" else owner
        setattr(owner, f"{variable}_", np.ravel(value) if np.ndim(value) else value)

    def _get(self, name: str) -> np.ndarray:
        owner, variable = self._owner(name)
        # a copy: what Brian2 hands out may be a view of memory that dies with the network
        return np.array(getattr(owner, f"{variable}_")[:])

    def _outcome(self, chunk: Chunk) -> Outcome:
        spiking = [p.name for p in self.blueprint.populations if p.threshold]
        return Outcome(
            state={
                name: self._get(name).reshape(chunk.arrays[name].shape) for name in chunk.carried
            },
            readout={
                name: self._readout(population.name, name)
                for population in self.blueprint.populations
                for name in population.recorded
            },
            n_spikes={name: int(self._get(f"{name}.n_spikes").sum()) for name in spiking},
            spikes={name: self._spikes(name) for name in spiking} if chunk.record else {},
            duration=chunk.duration,
            diverged=dict.fromkeys(lost(self.blueprint, self._get), len(chunk.order) - 1),
        )

    def _readout(self, population: str, name: str) -> np.ndarray:
        at_onsets = np.array(getattr(self.parts.readouts[population], f"{name}_")).T
        return np.vstack([at_onsets[1:], self._get(f"{population}.{name}")])

    def _spikes(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        monitor = self.parts.spikes[name]
        return np.array(monitor.t_[:]), np.array(monitor.i[:])
