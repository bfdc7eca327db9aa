"""Folders in which nothing can be written: one line, and everything is as it was."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

from benchmarks.reliability.contents import of_folder
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.permissions import read_only
from benchmarks.reliability.place import Place


def read_only_folders(place: Place, times: int, draw: random.Random) -> Iterator[str]:
    """What each try lost."""
    assert place.expected
    outside = place.folder / "outside"
    outside.mkdir()
    for name, arguments, folder in list(_refused(place))[: times or None]:
        before = of_folder(folder)
        with read_only(folder):
            reason = place.victim(*arguments, bound=True).refused()
        if of_folder(folder) != before:
            raise Failed(f"{name}: {folder} is not as it was")
        if not any(words in reason for words in ("Permission denied", "cannot be")):
            raise Failed(f"{name}: {reason}")
        place.victim(*arguments, bound=True).finished()
        yield ""
    for arguments, folder in _read(place, outside):
        with read_only(folder):
            place.victim(*arguments, bound=True).finished()
        yield ""
    place.check_same(outside / "run")


def _copy(place: Place, name: str) -> Path:
    """A run folder like that of the undisturbed run, in a folder of its own."""
    return Path(shutil.copytree(place.reference, place.folder / name / "run"))


def _stopped(place: Place) -> Path:
    """A run folder of a run that was killed after some chunks."""
    out = place.folder / "stopped" / "run"
    victim = place.run(out)
    while not victim.chunks_of("kept") and victim.process.is_alive():
        victim.process.join(0.01)
    victim.killed_after(0)
    return out


def _refused(place: Place):
    """A name, a command, and the folder that it cannot write."""
    (place.folder / "parent").mkdir()
    parent, run = place.folder / "parent", ("run", place.model, "--out")
    yield "a run in a folder", (*run, parent / "run"), parent
    stopped = _stopped(place)
    yield "a run that goes on", (*run, stopped, "--resume"), stopped
    done = _copy(place, "done")
    yield "a run that replaces another", (*run, done, "--force"), done
    yield "figures", ("plot", done), done
    yield "a report", ("report", done), done
    yield "a test", ("test", done), done
    yield "a recording", ("record", done, "hidden.v[0]", "--trials", 1), done
    exported = _copy(place, "exported")
    for to in ("csv", "npz", "nix", "nwb", "nir", "python"):
        yield f"an export to {to}", ("export", exported, "--to", to), exported
    over = ("--over", "plasticity.eta_output=0.4", "--seeds", 1, "--jobs", 1, "-o")
    yield "a sweep", ("sweep", place.model, *over, parent / "sweep"), parent
    yield "a sweep that goes on", ("sweep", place.model, *over, parent / "sweep"), parent / "sweep"
    other = ("--set", "input.coding=poisson")
    yield "a network to compile", (*run, place.folder / "poisson", *other), place.cache


def _read(place: Place, outside: Path):
    """Commands that only read a folder in which nothing can be written."""
    done = _copy(place, "read")
    yield ("run", place.model, "--out", done, "--resume"), done
    yield ("raster", done, "-o", outside / "raster.png"), done
    yield ("export", done, "--to", "nix", "-o", outside / "spikes.nix"), done
    yield ("run", place.model, "--out", outside / "run"), place.cache
