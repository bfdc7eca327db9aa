"""A script in Python: for reading, and for running without this package."""

import shlex
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np

from spikingfa.base.array_files import write_plain
from spikingfa.base.errors import ModelError
from spikingfa.base.reading import ordinary
from spikingfa.export.format import Format
from spikingfa.model.model import Model
from spikingfa.run_folder.run import Run

TRIALS = 20  # of a model, by default


class Python(Format):
    """A script that needs Brian2 alone, with every equation and number, and an .npz file beside it.

    Of a model it shows the first trials of the training, of a run the recorded ones. Its spikes are
    those of this package, bit for bit, where nothing in the network is random.
    """

    name: ClassVar = "python"
    ending: ClassVar = ".py"
    stem: ClassVar = "network"
    of_models: ClassVar = True

    def files(self, path: Path, source: Run | Model) -> list[Path]:
        """Script, arrays."""
        if path.suffix == ".npz":
            raise ModelError(f"{path} is where the arrays of a script {path.stem}.py would be")
        return [path, path.with_suffix(".npz")]

    def contents(self, source: Run | Model, trials: int = TRIALS) -> list[Callable[[Path], None]]:
        """Both, as the template says."""
        from spikingfa.export.script.render import script
        from spikingfa.export.script.shown import arrays
        from spikingfa.export.script.trials import of_run, of_training

        shown = of_training(source, trials) if isinstance(source, Model) else of_run(source)
        text = script(shown, _command())
        numbers = {_MARK: np.array(True), **arrays(shown)}
        return [
            lambda path: path.write_text(text, "utf-8"),
            lambda path: write_plain(path, numbers, compressed=True),
        ]

    def replaces(self, file: Path) -> bool:
        """Whether it was exported before."""
        if file.suffix == ".npz":
            try:
                with open(file, "rb", opener=ordinary) as opened, zipfile.ZipFile(opened) as stored:
                    return f"{_MARK}.npy" in stored.namelist()
            except (OSError, zipfile.BadZipFile):
                return False
        from spikingfa.export.script.render import MARK

        try:
            with open(file, encoding="utf-8", errors="replace", opener=ordinary) as opened:
                return MARK in opened.read()
        except OSError:
            return False


_MARK = "exported_by_spikingfa"


def _command() -> str:
    """The command that was called, as typed into a shell."""
    if "ipykernel" in sys.modules:
        return "a notebook"
    program, *arguments = sys.argv
    name = Path(program).name
    return shlex.join(
        [*(["python", "-m", "spikingfa"] if name == "__main__.py" else [name]), *arguments]
    )
