"""Where the tries are made: a small model, and what it leaves where nothing happens to it."""

import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from benchmarks.reliability.clock import Clock
from benchmarks.reliability.contents import of_folder
from benchmarks.reliability.disk import Disk
from benchmarks.reliability.failed import Failed
from benchmarks.reliability.victim import Victim

#: Feedback that follows the forward weights makes chunks of 500 trials.
MODEL = """\
[task]
name = "xor"
n_train = {n_train}
n_test = 100

[hidden]
size = 20

[feedback]
kind = "transport"

[training]
epochs = {epochs}

[recording]
trials = 2
"""


@dataclass
class Place:
    """A folder for tries."""

    folder: Path
    n_train: int = 1500
    epochs: int = 3
    n_victims: int = field(default=0, init=False)

    def __post_init__(self):
        self.model.write_text(MODEL.format(n_train=self.n_train, epochs=self.epochs), "utf-8")

    @property
    def model(self) -> Path:
        """The model file."""
        return self.folder / "model.toml"

    @property
    def cache(self) -> Path:
        """A cache of compiled networks for faults that spoil it."""
        return self.folder / "cache"

    @cached_property
    def disk(self) -> Disk:
        """A disk that can be full."""
        return Disk(self.folder)

    @cached_property
    def clock(self) -> Clock:
        """A clock that can be set."""
        return Clock(self.folder)

    def victim(self, *arguments, **options) -> Victim:
        """Begin a command."""
        self.n_victims += 1
        said, chunks = (self.folder / f"{kind}-{self.n_victims % 8}" for kind in ("said", "chunks"))
        return Victim(list(arguments), said, chunks, **options)

    def run(self, out: Path, *options, **how) -> Victim:
        """Begin a run."""
        return self.victim("run", self.model, "--out", out, *options, **how)

    @cached_property
    def reference(self) -> Path:
        """The folder of the undisturbed run."""
        out = self.folder / "undisturbed"
        self.run(out).finished()  # it compiles the network, if that is not in the cache
        shutil.rmtree(out)
        victim = self.run(out)
        victim.finished()
        self.seconds, self.n_chunks = victim.seconds, len(victim.chunks_of("kept"))
        return out

    @cached_property
    def expected(self) -> dict[str, str]:
        """What is in the folder of the undisturbed run."""
        return of_folder(self.reference)

    def fresh(self, name: str = "run") -> Path:
        """A folder that is not there yet."""
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def check_same(self, out: Path, expected: dict[str, str] | None = None) -> None:
        """See that a folder holds the same as that of the undisturbed run."""
        expected, found = expected or self.expected, of_folder(out)
        others = [name for name in {**expected, **found} if found.get(name) != expected.get(name)]
        if others:
            raise Failed(f"{out} is not that of the undisturbed run: {', '.join(others)}")
