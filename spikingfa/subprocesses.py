"""Other processes of this Python."""

import os
from pathlib import Path


def environment() -> dict[str, str]:
    """That of this process, in which they find this package, wherever it was imported from."""
    paths = [str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}
