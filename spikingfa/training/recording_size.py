"""The size of a recording, before it is made."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from spikingfa.base.errors import ModelError
from spikingfa.model.model import Model
from spikingfa.training.selection import Selection

_VALUE = 8  # bytes


@dataclass(frozen=True)
class RecordingSize:
    """Bytes that the traces of a recording take, on disk and in memory while it is made."""

    disk: int
    memory: int

    @classmethod
    def of(cls, chosen: list[Selection], n_times: int, model: Model) -> "RecordingSize":
        """The size of so many values of what is chosen."""
        columns = sum(len(selection.which) for selection in chosen)
        disk = _VALUE * columns * n_times
        streamed = model.training.device == "cpp_standalone"  # a row, and where its values belong
        return cls(disk, 8 * _VALUE * columns if streamed else 2 * disk)

    def check_room(self, folder: Path) -> None:
        """Refuse what the disk has no room for.

        Raises
        ------
        ModelError
        """
        free = shutil.disk_usage(folder).free
        if self.disk > free:
            raise ModelError(
                f"the recording needs {_readable(self.disk)}, and {_readable(free)} are free in"
                f" {folder.parent}: choose fewer variables, neurons or trials, or a longer --every"
            )

    def __str__(self) -> str:
        return f"{_readable(self.disk)} on disk, {_readable(self.memory)} of memory"


def _readable(size: int) -> str:
    """Bytes in a unit that suits them."""
    text = tqdm.format_sizeof(size, "B", 1000)
    number = text.rstrip("BkMGTPEZ")
    return f"{number} {text[len(number) :]}"
