"""Compiled networks that were damaged in the cache: found by their checksums, compiled again."""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from spikingfa.engine.compiled import checksums

Damage = Callable[[Path, Path, random.Random], None]  # of a program, by another, at random


def damaged_cache(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost; the compiled networks, which are compiled again, are not counted."""
    assert place.expected
    program = next(path.parent for path in place.cache.glob("*/main"))
    place.run(place.fresh("other"), "--set", "input.coding=poisson").finished()
    other = next(p.parent for p in place.cache.glob("*/main") if p.parent != program)
    other = Path(shutil.copytree(other, place.folder / "foreign"))
    for name, spoil in list(_DAMAGES.items())[: times or None]:
        spoil(program, other, draw)
        out = place.fresh()
        victim = place.run(out)
        victim.finished()
        if name != "folder missing" and "damaged" not in victim.told():
            raise Failed(f"{name}: nothing was said of it")
        if problem := checksums.problem(program):
            raise Failed(f"{name}: it was not compiled again: {problem}")
        place.check_same(out)
        yield ""


def _cut(name: str) -> Damage:
    def spoil(program: Path, other: Path, draw: random.Random) -> None:
        path = _file(program, name)
        os.truncate(path, draw.randrange(path.stat().st_size))

    return spoil


def _emptied(name: str) -> Damage:
    return lambda program, other, draw: os.truncate(_file(program, name), 0)


def _foreign(name: str) -> Damage:
    return lambda program, other, draw: shutil.copy(other / name, program / name) and None


def _missing(name: str) -> Damage:
    return lambda program, other, draw: _file(program, name).unlink()


def _flipped(name: str) -> Damage:
    """One bit is another one."""

    def spoil(program: Path, other: Path, draw: random.Random) -> None:
        path = _file(program, name)
        content = bytearray(path.read_bytes())
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
        path.write_bytes(content)

    return spoil


def _file(program: Path, name: str) -> Path:
    return next(iter(sorted(program.glob(name))))


def _a_file(program: Path, other: Path, draw: random.Random) -> None:
    shutil.rmtree(program)
    program.write_text("no folder")


_DAMAGES: dict[str, Damage] = {
    "program cut": _cut("main"),
    "program empty": _emptied("main"),
    "program of another network": _foreign("main"),
    "program with a bit flipped": _flipped("main"),
    "program missing": _missing("main"),
    "program not executable": lambda program, other, draw: (program / "main").chmod(0o644),
    "manifest cut": _cut("manifest.json"),
    "manifest of another network": _foreign("manifest.json"),
    "array with a bit flipped": _flipped("static_arrays/*"),
    "array missing": _missing("static_arrays/*"),
    "sums missing": _missing("SHA256SUMS"),
    "sums with a bit flipped": _flipped("SHA256SUMS"),
    "sums of another network": _foreign("SHA256SUMS"),
    "folder missing": lambda program, other, draw: shutil.rmtree(program),
    "folder a file": _a_file,
}
