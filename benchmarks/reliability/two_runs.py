"""Two runs into one folder: one ends, the other says so, and nothing is mixed."""

import random
from collections.abc import Iterator

from benchmarks.reliability.contents import unfinished
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place

REFUSED = ("another run is at work in", "is not empty and nothing is overwritten")
OPTIONS = ((), ("--resume",), ("--force",))


def two_runs(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost; the second begins at a random moment of the first."""
    assert place.expected
    for k in range(times):
        out, options = place.fresh(), OPTIONS[k % len(OPTIONS)]
        first = place.run(out, *options)
        first.process.join(draw.uniform(0, place.seconds) if draw.random() < 0.8 else 0)
        second = place.run(out, *options)
        statuses = [first.ended(), second.ended()]
        if 0 not in statuses:
            raise Failed(f"none of them ended: {first.told()} {second.told()}")
        for victim, status in zip((first, second), statuses):
            if status and not any(words in victim.refused() for words in REFUSED):
                raise Failed(victim.told())
        place.check_same(out)
        if left := unfinished(out):
            raise Failed(f"{left[0]} is left in the folder")
        yield ""
