"""The base class of formats."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from spikingfa.base.extras import needed


class Format(ABC):
    """A format; the first line of its docstring says what reads it.

    Attributes
    ----------
    name : str
        On the command line.
    ending : str
        Of its files.
    extra : str, optional
        Of this package, which installs what the format needs.
    stem : str
        Of the file that is written where none is named.
    of_models : bool
        Whether a model can be exported, and not only a run.
    of_recordings : bool
        Whether a recording made on demand can be exported, with its traces.
    of_subjects : bool
        Whether it describes a subject, which `contents` then takes.
    """

    name: ClassVar[str]
    ending: ClassVar[str]
    extra: ClassVar[str | None] = None
    stem: ClassVar[str] = "spikes"
    of_models: ClassVar[bool] = False
    of_recordings: ClassVar[bool] = False
    of_subjects: ClassVar[bool] = False

    def files(self, path: Path, source) -> list[Path]:
        """The files that are written of a run or model, where the user names this one."""
        return [path]

    @abstractmethod
    def contents(self, run: Any, *arguments: Any) -> list[Callable[[Path], None]]:
        """Functions that write the files, one for each, of a run (or a model, where `of_models`).

        Further arguments describe the model, or the subject.
        """

    def replaces(self, file: Path) -> bool:
        """Whether this file, which is there, may be replaced."""
        return True

    def needed(self, module: str) -> ModuleType:
        """Import what it needs.

        Raises
        ------
        ModelError
            It is not installed.
        """
        return needed(module, self.extra, self.name)
