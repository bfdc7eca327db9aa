"""A disk that is full from some operation on: see ``nth_write.c``."""

import mmap
import struct
import subprocess
from pathlib import Path

from spikingfa.engine.compiled.compiler import compiler

SOURCE = Path(__file__).with_name("nth_write.c")
NUMBERS = struct.Struct("qqq")  # count, nth, stays
SIZE = 4096


class Disk:
    """What a preloaded library counts, and lets fail, in the files of a folder.

    Parameters
    ----------
    place : Path
        Folder for the library, the shared counter, and ``disk``, whose files are counted.
    """

    def __init__(self, place: Path):
        self.folder = place / "disk"
        self.folder.mkdir()
        self._library = preloadable(SOURCE, place)
        self._shared = place / "counter"
        self._shared.write_bytes(bytes(SIZE))
        with open(self._shared, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), SIZE)
        name = f"{self.folder}/".encode()
        self._map[NUMBERS.size : NUMBERS.size + len(name)] = name
        self.good()

    @property
    def settings(self) -> dict[str, str]:
        """Environment of processes to which it matters."""
        return {"LD_PRELOAD": str(self._library), "NTH_WRITE": str(self._shared)}

    def good(self) -> None:
        """Let there be room again, and begin to count."""
        self._map[: NUMBERS.size] = NUMBERS.pack(0, 0, 0)

    def full_at(self, nth: int, stays: bool) -> None:
        """Let the n-th operation from now on fail, and perhaps all that follow."""
        self._map[: NUMBERS.size] = NUMBERS.pack(0, nth, stays)

    @property
    def count(self) -> int:
        """Operations since the last `good` or `full_at`."""
        return NUMBERS.unpack(self._map[: NUMBERS.size])[0]


def preloadable(source: Path, folder: Path) -> Path:
    """Compile C into a library for ``LD_PRELOAD``."""
    library = folder / f"{source.stem}.so"
    command = [*compiler(), "-x", "c", "-shared", "-fPIC", "-O1", source, "-o", library, "-ldl"]
    subprocess.run(command, check=True)
    return library
