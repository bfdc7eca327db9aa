"""Everything that knows about Brian2's devices, processes and result files."""

from pathlib import Path

from spikingfa.engine.chunk import Chunk, Engine, Outcome, Progress
from spikingfa.network.blueprint import Blueprint

__all__ = ["Chunk", "Engine", "Outcome", "Progress", "make_engine"]


def make_engine(device: str, blueprint: Blueprint, scratch: Path) -> Engine:
    """The engine called `device`: ``"cpp_standalone"``, ``"cuda_standalone"`` or ``"runtime"``."""
    if device == "runtime":
        from spikingfa.engine.runtime import RuntimeEngine

        return RuntimeEngine(blueprint, scratch)
    if device == "cuda_standalone":
        from spikingfa.engine.cuda.engine import CudaEngine

        return CudaEngine(blueprint, scratch)
    from spikingfa.engine.compiled.standalone import StandaloneEngine

    return StandaloneEngine(blueprint, scratch)
