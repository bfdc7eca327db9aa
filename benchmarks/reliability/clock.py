"""A clock on the wall that can be set: see ``clock.c``."""

import mmap
import struct
from pathlib import Path

from benchmarks.reliability.disk import preloadable

SOURCE = Path(__file__).with_name("clock.c")
SHIFT = struct.Struct("q")


class Clock:
    """The clock of all processes that have ``clock.c`` preloaded."""

    def __init__(self, place: Path):
        self._library = preloadable(SOURCE, place)
        self._shared = place / "shift"
        self._shared.write_bytes(SHIFT.pack(0))
        with open(self._shared, "r+b") as file:
            self._map = mmap.mmap(file.fileno(), SHIFT.size)

    @property
    def settings(self) -> dict[str, str]:
        """Environment of these processes."""
        return {"LD_PRELOAD": str(self._library), "CLOCK_SHIFT": str(self._shared)}

    def set(self, seconds: int) -> None:
        """Set it so much before or after the time that it is."""
        self._map[:] = SHIFT.pack(seconds)
