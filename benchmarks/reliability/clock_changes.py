"""The clock on the wall is set back or forward while a run is at work, and before it goes on.

Files get times in the past and in the future as well. See ``clock.c``.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reliability.exports import Exports
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from benchmarks.reliability.stopped_runs import check_resumed, check_whole

YEAR = 365 * 24 * 3600
MOST = 30 * YEAR  # to either side
BACK = (1, 3600, YEAR)  # and forward


def clock_changes(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost; every other run is killed at last, and gone on with."""
    assert place.expected
    exports = Exports(place, place.folder)
    for k in range(times):
        out = place.fresh()
        place.clock.set(_shift(draw))
        first = place.run(out, "--resume")
        first.process.join(draw.uniform(0, place.seconds))
        place.clock.set(_shift(draw))
        if k % 2:
            first.killed_after(draw.uniform(0, place.seconds))
        else:
            first.finished()
        check_whole(place, out)
        place.clock.set(_shift(draw))
        _age(out, draw)
        yield check_resumed(place, out, first)
        _age(place.reference, draw)
        exports.make(draw.choice(exports.all)).finished()
        if place.victim("report", out).ended():
            raise Failed("no report is made")


def _shift(draw: random.Random) -> int:
    if draw.random() < 0.5:
        return draw.choice((-1, 1)) * draw.choice(BACK)
    return draw.randint(-MOST, MOST)


def _age(folder: Path, draw: random.Random) -> None:
    """Give files times of long ago, or that are still to come."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        at = path.stat().st_mtime + draw.randint(-MOST, MOST)
        os.utime(path, (at, at))
