"""Compiles a blueprint: ``python -m spikingfa.engine.compiled.build FOLDER < blueprint.json``.

It runs in a process of its own, so that a user's Brian2 session keeps its device and preferences.
The folder then holds the program ``main``, its source, ``manifest.json``, which says in which file
the program leaves each array, and their checksums.
"""

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from brian2 import device, second, set_device
from filelock import FileLock, Timeout

from spikingfa.base.interrupts import keep_ignored
from spikingfa.engine import draws, single, traced
from spikingfa.engine.compiled import checksums
from spikingfa.engine.compiled.compilation import compile_program
from spikingfa.engine.compiled.main_loop import array, write_loop
from spikingfa.engine.compiled.manifest import manifest
from spikingfa.engine.construct import Targets, construct, precision_of
from spikingfa.engine.lookup import compiled_functions, write_header
from spikingfa.engine.vectorised import DELAYS, VectorisedCodeObject
from spikingfa.network.blueprint import Blueprint

#: Seconds to wait for another process that compiles the same network; that one, too, has a limit.
LOCK_LIMIT = 1800


def build(blueprint: Blueprint, folder: Path) -> None:
    """Generate and compile the program for `blueprint` in `folder`."""
    set_device("cpp_standalone", build_on_run=False, directory=str(folder))
    targets = Targets(
        drawing=draws.KeyedCodeObject, vectorised=VectorisedCodeObject, traces=True, watched=True
    )
    parts = construct(blueprint, compiled_functions(), targets)
    device.apply_run_args()
    seed = array(parts.run, "seed")
    device.insert_code("main", f"for (auto& g : _random_generators) g.seed({seed}[0]);")
    parts.network.run(1 * second)
    write_loop(parts)
    device.build(directory=str(folder), compile=False, run=False)
    sizes = {p.name: p.size for p in blueprint.populations}
    write_header(folder, sizes["input"], sizes.get("teacher", 0))
    for header in (traced.HEADER, *draws.HEADERS, *single.HEADERS, DELAYS):
        shutil.copy(header, folder)
    compile_program(folder)
    (folder / "manifest.json").write_text(json.dumps(manifest(parts), indent=1))


def main(text: str, folder: Path, build: Callable[[Blueprint, Path], None] = build) -> None:
    """Build in a folder beside `folder`, which appears complete or not at all."""
    with _locked(folder.with_suffix(".lock")):
        if not checksums.problem(folder):  # another process was faster
            return
        for abandoned in folder.parent.glob(f"{folder.name}.building-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        building = Path(tempfile.mkdtemp(prefix=f"{folder.name}.building-", dir=folder.parent))
        try:
            (building / "blueprint.json").write_text(text)
            blueprint = Blueprint.from_json(text)
            with precision_of(blueprint):
                build(blueprint, building)
            checksums.seal(building)
            _put_in_place(building, folder)
        finally:
            shutil.rmtree(building, ignore_errors=True)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    lock = FileLock(path, timeout=LOCK_LIMIT)
    try:
        lock.acquire()
    except Timeout:
        sys.exit(
            f"another process has been compiling this network for {LOCK_LIMIT / 60:g} min: end it"
            f" (fuser {path} names it), or choose another folder by SPIKINGFA_CACHE"
        )
    try:
        yield
    finally:
        lock.release()


def _put_in_place(building: Path, folder: Path) -> None:
    """Let `building` be `folder`, from where programs may be running that keep their files."""
    building.chmod(0o777 & ~_umask())  # others may share the cache; mkdtemp's is one's own
    if not os.path.lexists(folder):
        building.rename(folder)
        return
    damaged = building.with_name(f"{building.name}-damaged")
    folder.rename(damaged)
    building.rename(folder)
    if damaged.is_dir() and not damaged.is_symlink():
        shutil.rmtree(damaged, ignore_errors=True)
    else:
        damaged.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


if __name__ == "__main__":
    keep_ignored()
    main(sys.stdin.read(), Path(sys.argv[1]).absolute())
