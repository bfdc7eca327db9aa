"""All that can be exported of a run."""

from dataclasses import dataclass
from pathlib import Path

from benchmarks.reliability.place import Place
from benchmarks.reliability.victim import Victim
from spikingfa.export import FORMATS

RECORDING = "traces"


@dataclass(frozen=True)
class Export:
    """A format, and whether it is a recording that is exported."""

    to: str
    recorded: bool = False

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.to}-{'recording' if self.recorded else 'run'}{FORMATS[self.to].ending}"


class Exports:
    """Exports of the undisturbed run into a folder."""

    def __init__(self, place: Place, folder: Path):
        self.place, self.folder = place, folder
        self.all = [Export(name) for name in FORMATS]
        self.all += [Export(name, True) for name, kind in FORMATS.items() if kind.of_recordings]
        place.victim("record", place.reference, "hidden.v[0:5]", "--trials", 2).finished()

    def make(self, one: Export) -> Victim:
        """Begin one."""
        options = ("--recording", RECORDING) if one.recorded else ()
        out = ("-o", self.folder / one.name)
        return self.place.victim("export", self.place.reference, "--to", one.to, *out, *options)

    def files(self, one: Export) -> list[Path]:
        """Files under final names that are there of it."""
        stem = Path(one.name).stem
        return sorted(path for path in self.folder.glob(f"{stem}*"))
