"""Compiles the C++ that Brian2 wrote, in few large pieces.

Brian2's makefile compiles eighty small files, and reads the same headers for each: seven times the
work of compiling them together. The files of the code objects are joined here, the functions that
each brings along in a namespace of its own. What is called in every step is optimised; what is
called once in a trial or a run, and what reads and writes files, hardly.
"""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from spikingfa.base.cores import n_cores
from spikingfa.engine.compiled.compiler import compiler, flags, link

#: Code objects that are not called in every step.
_SELDOM = re.compile(
    r"(before|after)_run_|_create_generator_|_connect_rows_|_spikes_codeobject|"
    r"_rest_|_onset_|_readout_|_traces_"
)

#: How Brian2 names the file of an array, and what finds out whether it is wanted.
_RESULT = re.compile(r'results_dir \+ "(\w+)"')
_RESULT_FILE = Path(__file__).parents[1] / "templates" / "result_file.h"

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
        "often": (often, "-O3"),
        "rest": (_rest(folder), "-O0"),
        "seldom": (seldom, "-O1"),
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
    for k, path in enumerate(sorted(folder.glob("code_objects/*.cpp"))):
        kind = seldom if _SELDOM.search(path.name) else often
        kind.append(in_a_namespace(path.read_text(), f"support_{k}"))
    return often, seldom


def in_a_namespace(text: str, name: str) -> str:
    """Give the anonymous namespace of a file a name, and open it where `brian` is opened."""
    text = text.replace("\nnamespace {\n", f"\nnamespace {name} {{\n")
    using = "using namespace brian;"
    return f"namespace {name} {{}}\n" + text.replace(using, f"{using} using namespace {name};")


def _rest(folder: Path) -> list[str]:
    # Brian2 2.11 has C++ in its library too
    paths = [*sorted(folder.glob("*.cpp")), *sorted(folder.glob("brianlib/*.cpp"))]
    return [*only_wanted_results([path.read_text() for path in paths]), _ALIGNED_ARRAYS]


def only_wanted_results(texts: list[str]) -> list[str]:
    """Sources that leave no files but those that are asked for."""
    asking = [_RESULT.sub(r'result_file(results_dir, "\1")', text) for text in texts]
    return [_RESULT_FILE.read_text("utf-8"), *asking]


def _compile(folder: Path, name: str, texts: list[str], optimisation: str) -> str:
    """Compile a piece and return the name of its object file."""
    (folder / f"{name}.cpp").write_text("\n".join(texts))
    chosen = [*flags(), optimisation, "-I.", "-Ibrianlib"]
    command = [*compiler(), *chosen, "-c", f"{name}.cpp", "-o", f"{name}.o"]
    subprocess.run(command, cwd=folder, check=True)
    return f"{name}.o"
