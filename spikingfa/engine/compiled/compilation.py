"""Compiles the C++ that Brian2 wrote, in few large pieces.

Brian2's makefile compiles eighty small files, and reads the same headers for each: seven times the
work of compiling them together. The files of the code objects are joined here, what they repeat is
left out. What is called in every step is optimised; what is
called once in a trial or a run, and what reads and writes files, hardly.
"""

import math
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from spikingfa.base.cores import n_cores
from spikingfa.engine.compiled.compiler import compiler, flags, link
from spikingfa.engine.compiled.repetition import with_shared_support, with_short_arrays

#: Code objects that are not called in every step.
_SELDOM = re.compile(
    r"(before|after)_run_|_create_generator_|_connect_rows_|_spikes_codeobject|"
    r"_rest_|_onset_|_readout_|_traces_"
)

#: Code objects that are compiled together, at most: those of three layers.
_IN_A_PIECE = 150

#: Arrays begin where a cache line does: unaligned ones make the synapses a quarter slower.
_ALIGNED_ARRAYS = """
void* operator new(std::size_t size)
{
    void* memory = aligned_alloc(64, (size + 63)/64*64);
    if (!memory)
        throw std::bad_alloc();
    return memory;
}
void operator delete(void* memory) noexcept { free(memory); }
void operator delete(void* memory, std::size_t) noexcept { free(memory); }
"""


def compile_program(folder: Path) -> None:
    """Compile the sources in `folder` into `main`, and leave nothing but it and the sources.

    Raises
    ------
    subprocess.CalledProcessError
        The compiler refused a piece; what it said is on stderr.
    BuildError
        It compiles, but does not link.
    """
    often, seldom = _code_objects(folder)
    pieces = {
        **{f"often_{k}": (piece, "-O3") for k, piece in enumerate(_in_pieces(often))},
        "rest": (_rest(folder), "-O0"),
        **{f"seldom_{k}": (piece, "-O1") for k, piece in enumerate(_in_pieces(seldom))},
    }
    with ThreadPoolExecutor(n_cores()) as pool:
        compiled = [pool.submit(_compile, folder, name, *piece) for name, piece in pieces.items()]
        objects = [piece.result() for piece in compiled]
    link(folder, objects)
    for name in objects:
        (folder / name).unlink()


def _code_objects(folder: Path) -> tuple[list[str], list[str]]:
    """Sources of those that are called in every step, and of the others."""
    often, seldom = [], []
    for path in sorted(folder.glob("code_objects/*.cpp")):
        kind = seldom if _SELDOM.search(path.name) else often
        kind.append(path.read_text())
    return often, seldom


def _in_pieces(texts: list[str]) -> list[list[str]]:
    """Those of large networks in several, which are compiled side by side."""
    n = math.ceil(len(texts) / _IN_A_PIECE)
    return [with_shared_support(texts[k::n]) for k in range(n)]


def _rest(folder: Path) -> list[str]:
    # Brian2 2.11 has C++ in its library too
    paths = [*sorted(folder.glob("*.cpp")), *sorted(folder.glob("brianlib/*.cpp"))]
    return [*with_short_arrays([path.read_text() for path in paths]), _ALIGNED_ARRAYS]


def _compile(folder: Path, name: str, texts: list[str], optimisation: str) -> str:
    """Compile a piece and return the name of its object file."""
    (folder / f"{name}.cpp").write_text("\n".join(texts))
    chosen = [*flags(), optimisation, "-I.", "-Ibrianlib"]
    command = [*compiler(), *chosen, "-c", f"{name}.cpp", "-o", f"{name}.o"]
    subprocess.run(command, cwd=folder, check=True)
    return f"{name}.o"
