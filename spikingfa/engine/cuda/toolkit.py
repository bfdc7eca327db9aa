"""Brian2CUDA, nvcc and the GPU that CUDA needs, where they are installed."""

import os
import shutil
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from spikingfa.base.errors import BuildError
from spikingfa.base.subprocesses import finished
from spikingfa.engine.compiled.cache import Builder

ANSWER_LIMIT = 60  # seconds for a program to tell its version


@dataclass(frozen=True)
class Toolkit:
    """The tools that programs are compiled with, and the GPU that they are for.

    Attributes
    ----------
    brian2cuda : str
        Version of Brian2CUDA.
    nvcc : str
        What nvcc says of its version.
    gpu, capability : str
        Name and compute capability of the GPU, such as ``"8.0"``.
    """

    brian2cuda: str
    nvcc: str
    gpu: str
    capability: str

    @property
    def builder(self) -> Builder:
        """The builder for it; a program depends on all but the name of the GPU."""
        ingredients = self.brian2cuda, self.nvcc, self.capability
        return Builder("spikingfa.engine.cuda.build", (self.capability,), ingredients)


def find_toolkit() -> Toolkit:
    """Brian2CUDA, nvcc and the GPU of this machine.

    Raises
    ------
    BuildError
        One of them is missing; the message says which.
    """
    package, nvcc, gpu = _brian2cuda(), nvcc_version(), _gpu()
    missing = [
        *([] if package else ["Brian2CUDA (Python 3.12 or later: pip install spikingfa[cuda])"]),
        *([] if nvcc else ["nvcc (of the CUDA toolkit: on the PATH, or CUDA_PATH is its folder)"]),
        *([] if gpu else ["a GPU (nvidia-smi finds none)"]),
    ]
    if missing:
        raise BuildError(f"training.device=cuda_standalone: missing here: {', '.join(missing)}")
    capability, name = gpu
    return Toolkit(package, nvcc, name, capability)


def nvcc() -> str | None:
    """Path of the compiler: in `$CUDA_PATH`, or on the path."""
    home = os.environ.get("CUDA_PATH")
    return shutil.which("nvcc", path=str(Path(home) / "bin")) if home else shutil.which("nvcc")


def nvcc_version() -> str:
    """The release that nvcc names; empty if there is none."""
    path = nvcc()
    return _said([path, "--version"]) if path else ""


def _brian2cuda() -> str:
    try:
        return version("brian2cuda")
    except PackageNotFoundError:
        return ""


def _gpu() -> tuple[str, str] | None:
    """Compute capability and name of the GPU that CUDA would take, the first that it may see."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in ("", "-1"):
        return None
    which = ["-i", visible.split(",")[0].strip()] if visible else []
    query = ["--query-gpu=compute_cap,name", "--format=csv,noheader"]
    first = _said(["nvidia-smi", *which, *query]).partition("\n")[0]
    capability, comma, name = first.partition(", ")
    return (capability, name) if comma and capability.replace(".", "").isdecimal() else None


def _said(command: list[str]) -> str:
    try:
        done = finished(command, ANSWER_LIMIT)
    except OSError:  # it is not there, or hangs, as nvidia-smi does where a driver has failed
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
