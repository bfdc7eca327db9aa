"""Run folders as other versions leave them: read, or refused with the reason."""

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.reliability.contents import of_folder
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.place import Place
from spikingfa.run_folder.layout import FORMAT


def older_folders(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost: commands on folders that are read, and on those that are refused."""
    assert place.expected
    tries = [(change, command, True) for change in _READ for command in _COMMANDS]
    tries += [(change, command, False) for change in _REFUSED for command in _COMMANDS]
    for change, command, is_read in tries[: times or None]:
        done = Path(shutil.copytree(place.reference, place.fresh("older")))
        change(done)
        before = of_folder(done)
        victim = place.victim(*command(place, done))
        if is_read:
            victim.finished()
        elif not _is_reason(told := victim.refused()):
            raise Failed(f"no reason is given: {told}")
        after = of_folder(done)
        if {name: after.get(name) for name in before} != before:
            raise Failed(f"the folder is another one after {command(place, done)[0]}")
        yield ""


def _is_reason(told: str) -> bool:
    return "has format" in told and "read it with a later one" in told


def _versions(change: Callable[[dict], None]) -> Callable[[Path], None]:
    """What changes a run folder's ``versions.json``."""

    def changed(folder: Path) -> None:
        told = json.loads((folder / "versions.json").read_text("utf-8"))
        change(told)
        (folder / "versions.json").write_text(json.dumps(told), "utf-8")

    return changed


def _without_metric(folder: Path) -> None:
    """As before errors had names."""
    path = folder / "metrics.json"
    told = json.loads(path.read_text("utf-8"))
    del told["metric"]
    path.write_text(json.dumps(told), "utf-8")


def _older_model(folder: Path) -> None:
    """As when models had fewer fields."""
    path = folder / "model.toml"
    kept = ("name", "n_train", "n_test", "size", "kind", "epochs", "trials", "seed", "[")
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith(kept)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


_READ = (
    _versions(lambda told: told.pop("format")),  # before it was counted
    lambda folder: (folder / "versions.json").unlink(),
    lambda folder: (folder / "data.json").unlink(),  # before it was recorded
    _without_metric,
    _older_model,
    lambda folder: shutil.rmtree(folder / "figures"),
)
_REFUSED = tuple(_versions(lambda told, n=n: told.update(format=n)) for n in (FORMAT + 1, 10**9))
_COMMANDS = (
    lambda place, done: ("raster", done, "-o", place.folder / "raster.png"),
    lambda place, done: ("plot", done, "learning-curve", "-o", place.folder / "curve.png"),
    lambda place, done: ("export", done, "--to", "nix", "-o", place.folder / "spikes.nix"),
    lambda place, done: ("report", done, "-o", place.folder / "report.html"),
    lambda place, done: ("test", done),
    lambda place, done: ("run", place.model, "--resume", "--out", done),
    lambda place, done: (
        *("run", place.model, "--start", done),
        *("--out", place.fresh("started")),
    ),
)
