"""Compiles the CUDA that Brian2CUDA wrote, in few large pieces, as the C++ is compiled."""

import re
import subprocess
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from spikingfa.base.cores import n_cores
from spikingfa.engine.compiled.compiler import program
from spikingfa.engine.compiled.repetition import with_shared_support, with_short_arrays
from spikingfa.engine.cuda.toolkit import nvcc

#: No -use_fast_math and no fused multiply-add, as in C++.
NVCC_FLAGS = ("-w", "-O3", "-std=c++17", "-fmad=false", "-Xcompiler=-w,-ffp-contract=off")

#: What is mended in Brian2CUDA's source: it takes the default clock's step for the network's, and
#: paths for lower case; and it looks through all synapses for two of the same pair of neurons.
_MENDED = {
    "defaultclock.timestep[0]": "step.timestep[0]",
    "c = std::tolower(static_cast<unsigned char>(c));": "",
    "source_target_count;\n    for (int _i=0; _i<newsize; _i++)": (
        "source_target_count;\n    for (int _i=0; _i<0; _i++)"
    ),
}

#: Functions in no namespace: of what is called before the run.
_BARE = re.compile(r"\n///// Support code /////\n(.*?)\n(void _before_run_)", re.DOTALL)


def compile_cuda(folder: Path, capability: str) -> None:
    """Compile the sources in `folder` into `main` for GPUs of this compute capability.

    Raises
    ------
    subprocess.CalledProcessError
        The compiler refused a piece; what it said is on stderr.
    """
    command = [nvcc(), "-ccbin", program(), f"-arch=sm_{capability.replace('.', '')}"]
    include, link = _curand()
    with ThreadPoolExecutor(n_cores()) as pool:
        objects = [
            pool.submit(_compile, [*command, *NVCC_FLAGS, *include], folder, name, texts)
            for name, texts in pieces(folder).items()
        ]
    names = [one.result() for one in objects]
    subprocess.run([*command, *names, "-o", "main", *link], cwd=folder, check=True)
    for name in names:
        (folder / name).unlink()


def pieces(folder: Path) -> dict[str, list[str]]:
    """Sources to be compiled together, by the name of a piece."""
    called = _mended(sorted(folder.glob("code_objects/*.cu")))
    halves = [with_shared_support(half) for half in (called[::2], called[1::2])]
    rest = with_short_arrays(_mended(sorted(folder.glob("*.cu"))))
    return {"called_0": halves[0], "called_1": halves[1], "rest": rest}


def _mended(paths: list[Path]) -> list[str]:
    texts = [path.read_text("utf-8") for path in paths]
    for wrong, right in _MENDED.items():
        texts = [text.replace(wrong, right) for text in texts]
    return [_BARE.sub(r"\nnamespace {\n\1}\n\2", text) for text in texts]


def _compile(command: list[str], folder: Path, name: str, texts: list[str]) -> str:
    """Compile a piece and return the name of its object file."""
    (folder / f"{name}.cu").write_text("\n".join(texts))
    command = [*command, "-I.", "-Ibrianlib", "-dc", f"{name}.cu", "-o", f"{name}.o"]
    subprocess.run(command, cwd=folder, check=True)
    return f"{name}.o"


def _curand() -> tuple[list[str], list[str]]:
    """Flags that find cuRAND: the package nvidia-curand where it is installed, or the toolkit's."""
    for header in Path(sysconfig.get_path("purelib")).glob("nvidia/*/include/curand.h"):
        library = header.parents[1] / "lib"
        for file in library.glob("libcurand.so*"):
            link = [f"-L{library}", f"-l:{file.name}", f"-Xlinker=-rpath,{library}"]
            return ["-isystem", str(header.parent)], link
    return [], ["-lcurand"]
