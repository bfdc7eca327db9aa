"""Runs that are killed or interrupted at a random moment, and the same command again."""

import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reliability.contents import of_file, unfinished
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from benchmarks.reliability.victim import Stop, Victim

LOST = "the chunk in progress"
#: Files that change as the run goes; the others have one content only.
GROWING = ("metrics.json", "history.csv", "weights.npz", "checkpoint.npz")


def stopped_runs(place: Place, times: int, draw: random.Random, stop: Stop) -> Iterator[str]:
    """What each try lost."""
    assert place.expected
    while times:
        out = place.fresh()
        first = place.run(out, "--resume")
        at_work = stop(first, draw.uniform(0, place.seconds))
        check_whole(place, out)
        lost = check_resumed(place, out, first)
        if at_work:  # and had not ended before
            yield lost
            times -= 1


def check_resumed(place: Place, out: Path, first: Victim) -> str:
    """Give the command again, and see what is there in the end; what was lost."""
    begun, kept = first.chunks_of("begun"), first.chunks_of("kept")
    second = place.run(out, "--resume")
    second.finished()
    place.check_same(out)
    if left := unfinished(out):
        raise Failed(f"{left[0]} is left in the folder")
    again = set(begun) & set(second.chunks_of("begun"))
    if again & set(kept) or len(again) > 1:
        raise Failed(f"the chunks {sorted(again)} were run again, and {kept} had been kept")
    all_ = set(kept) | set(begun) | set(second.chunks_of("begun"))
    if all_ != set(range(place.n_chunks)):
        raise Failed(f"only the chunks {sorted(all_)} of {place.n_chunks} were run")
    return LOST if again else ""


def check_whole(place: Place, out: Path) -> None:
    """See that no file under a final name was left half written."""
    from spikingfa import open_run
    from spikingfa.tasks import load_data
    from spikingfa.training.checkpoint import Checkpoint
    from spikingfa.training.data_fit import topology_of

    if not (out / "model.toml").exists():
        return
    run = open_run(out)
    there = {path.name for path in out.iterdir()}
    for name in {"weights.npz", "history.csv", "metrics.json"} & there:
        getattr(run, name.partition(".")[0])
    if "checkpoint.npz" in there:
        topology = topology_of(run.model, load_data(run.model.task))
        Checkpoint.read(out / "checkpoint.npz", topology)
    for name, expected in place.expected.items():
        if name not in GROWING and (out / name).exists() and of_file(out / name) != expected:
            raise Failed(f"{name} is not whole")
