"""Exports that are killed or interrupted at a random moment: files are whole or not there."""

import random
import shutil
from collections.abc import Iterator
from itertools import cycle

from benchmarks.reliability.contents import of_file, unfinished
from benchmarks.reliability.exports import Exports
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from benchmarks.reliability.victim import Stop

LOST = "the file in progress"


def stopped_exports(place: Place, times: int, draw: random.Random, stop: Stop) -> Iterator[str]:
    """What each try lost; all formats take turns."""
    folder = place.folder / "exports"
    folder.mkdir()
    exports = Exports(place, folder)
    expected, seconds = {}, {}
    for one in exports.all:
        exports.make(one).finished()  # imports what the server has not
        victim = exports.make(one)
        victim.finished()
        seconds[one] = victim.seconds
        expected[one] = {path: of_file(path) for path in exports.files(one)}
    for one in cycle(exports.all):
        if not times:
            return
        shutil.rmtree(folder)
        folder.mkdir()
        if not stop(exports.make(one), draw.uniform(0, seconds[one])):
            continue  # it had ended before
        there = {path: of_file(path) for path in exports.files(one)}
        for path, found in there.items():
            if found != expected[one].get(path):
                raise Failed(f"{path.name} is not whole")
        exports.make(one).finished()
        if {path: of_file(path) for path in exports.files(one)} != expected[one]:
            raise Failed(f"{one.name} is not the same in the end")
        if left := unfinished(folder):
            raise Failed(f"{left[0]} is left in the folder")
        yield LOST if there.keys() != expected[one].keys() else ""
        times -= 1
