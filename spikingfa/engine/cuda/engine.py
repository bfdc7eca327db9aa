"""Runs a network that was compiled for a GPU."""

import re
from pathlib import Path

import numpy as np

from spikingfa.engine.chunk import Chunk, Outcome, Progress, shares
from spikingfa.engine.compiled.cache import Program, compiled
from spikingfa.engine.compiled.standalone import StandaloneEngine
from spikingfa.engine.cuda.limits import check
from spikingfa.engine.cuda.toolkit import find_toolkit
from spikingfa.engine.traced import check_device
from spikingfa.network.blueprint import Blueprint

#: Brian2CUDA tells much; this is how what went wrong begins.
_COMPLAINT = re.compile(r"(memory )?error|could not|cannot|terminate", re.IGNORECASE)


class CudaEngine(StandaloneEngine):
    """`StandaloneEngine` on a GPU: the same files go in and come out.

    Raises
    ------
    BuildError
        Brian2CUDA, nvcc or a GPU is missing, or compiling failed.
    ModelError
        The network is one that a GPU would not run as C++ does.
    """

    def __init__(self, blueprint: Blueprint, scratch: Path):
        self._toolkit = find_toolkit()
        check(blueprint)
        super().__init__(blueprint, scratch)

    def _compiled(self) -> Program:
        return compiled(self.blueprint, self._toolkit.builder)

    def run(self, chunk: Chunk, progress: Progress | None = None) -> Outcome:
        """Simulate a chunk; see `Engine.run`.

        Raises
        ------
        ModelError
            Variables are to be traced, which only C++ and the runtime can do.
        """
        if chunk.traced:
            check_device("cuda_standalone")
        return super().run(chunk, progress)

    def run_all(self, chunks: list[Chunk], progress: Progress | None = None) -> list[Outcome]:
        """Simulate chunks, one after another: each has the whole GPU."""
        return [self.run(*one) for one in zip(chunks, shares(chunks, progress))]

    @staticmethod
    def _complains(line: str) -> bool:
        return _COMPLAINT.match(line) is not None

    def _spikes(self, results: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
        """Spikes in the order of C++; those of one step come in any order from a GPU."""
        ordered = {}
        for name, (t, i) in super()._spikes(results).items():
            order = np.lexsort((i, t))
            ordered[name] = t[order], i[order]
        return ordered
