"""A disk that is full at each of the operations of a run or an export that need room.

Each is tried twice: the disk stays full, or has room again at once. The command ends with one line,
and with room on the disk the same command ends as if nothing had been.
"""

import random
from collections.abc import Iterator

import numpy as np

from benchmarks.reliability.contents import of_file, unfinished
from benchmarks.reliability.exports import Exports
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from benchmarks.reliability.stopped_runs import check_resumed, check_whole
from benchmarks.reliability.victim import Victim


def disk_full_run(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost."""
    assert place.expected
    out = place.disk.folder / "run"
    place.disk.good()
    place.run(out, "--resume").finished()
    place.check_same(out)
    for nth, stays in _tries(place.disk.count, times):
        place.fresh("disk/run")
        place.disk.full_at(nth, stays)
        first = place.run(out, "--resume")
        _told(first, nth)
        place.disk.good()
        check_whole(place, out)
        yield check_resumed(place, out, first)


def disk_full_export(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost; there is an earlier export, which stays as it is."""
    exports = Exports(place, place.disk.folder)
    for one in exports.all:
        exports.make(one).finished()
        files = exports.files(one)
        expected = {path: of_file(path) for path in files}
        place.disk.good()
        exports.make(one).finished()
        for nth, stays in _tries(place.disk.count, times):
            place.disk.full_at(nth, stays)
            _told(exports.make(one), nth)
            place.disk.good()
            for path in files:
                if of_file(path) != expected[path]:
                    raise Failed(f"the earlier {path.name} was lost at operation {nth}")
            if left := unfinished(place.disk.folder):
                raise Failed(f"{left[0]} is left of operation {nth}")
            exports.make(one).finished()
            if {path: of_file(path) for path in exports.files(one)} != expected:
                raise Failed(f"{one} is not the same after operation {nth}")
            yield ""


def _tries(n: int, times: int) -> list[tuple[int, bool]]:
    """Every operation in both ways; or as many as are asked for, if any number is."""
    all_ = [(nth, stays) for stays in (True, False) for nth in range(1, n + 1)]
    if not times:
        return all_
    return [all_[k] for k in np.linspace(0, len(all_) - 1, times).round().astype(int)]


def _told(victim: Victim, nth: int) -> None:
    """See that it was refused; or that it found another way, as what comes of it will show."""
    try:
        if "No space left" in (reason := victim.refused()) or "disk full" in reason:
            return
    except Failed as error:
        if victim.process.exitcode != 0:
            raise Failed(f"operation {nth}: {error}") from None
        return
    raise Failed(f"operation {nth}: {reason}")
