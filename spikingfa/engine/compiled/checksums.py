"""Whether a compiled program is still what was compiled.

The sums lie beside it in the form of ``sha256sum``, which checks them as well
(``sha256sum -c SHA256SUMS`` in its folder).
"""

import hashlib
import os
from pathlib import Path

NAME = "SHA256SUMS"


def seal(folder: Path) -> None:
    """Write down the sums of all that running the program reads."""
    paths = [folder / "main", folder / "manifest.json", *sorted(folder.glob("static_arrays/*"))]
    lines = [f"{_sum(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
    (folder / NAME).write_text("".join(lines), "utf-8")


def problem(folder: Path) -> str:
    """The first thing that is wrong with a program, or an empty text."""
    try:
        lines = [line.split("  ", 1) for line in (folder / NAME).read_text("utf-8").splitlines()]
        sums = {name: given for given, name in lines}
        for name in {"main": "", "manifest.json": ""} | sums:
            if sums.get(name) != _sum(folder / name):
                return f"{name} is not what was compiled"
    except (OSError, ValueError) as error:
        return f"{getattr(error, 'filename', None) or NAME} cannot be read"
    return "" if os.access(folder / "main", os.X_OK) else "main cannot be executed"


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
