"""Handwritten digits of 28 x 28 pixels (LeCun, Cortes & Burges; LeCun et al. 1998), CC BY-SA 3.0.

They are looked for in ``task.folder``; else in ``$SPIKINGFA_DATA`` and the user's cache folder, and
downloaded if they are in neither. Wherever they come from, their contents are checked.
"""

import hashlib
import os
from pathlib import Path

from spikingfa.base.errors import DataError
from spikingfa.base.files import cache_folder
from spikingfa.model.model import Task
from spikingfa.tasks.data import Data
from spikingfa.tasks.download import download
from spikingfa.tasks.idx import FILES, find_files, read_folder

N_FEATURES, N_CLASSES = 28 * 28, 10

SHA256 = {  # of the unpacked files: mirrors may pack them in their own way
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://yann.lecun.com/exdb/mnist/",
)


def load_mnist(task: Task) -> Data:
    """60000 images to train on and 10000 for the test, as published; intensities in [0, 1].

    Raises
    ------
    DataError
        The files are nowhere and cannot be downloaded, or are not MNIST's.
    """
    folder = Path(task.folder) if task.folder is not None else found_or_downloaded()
    return read_folder(folder, _check)


def found_or_downloaded() -> Path:
    """The first of the folders that has all four files; the last, after a download, if none has.

    Raises
    ------
    DataError
        Downloading failed.
    """
    data = os.environ.get("SPIKINGFA_DATA")
    named = [Path(data), Path(data) / "mnist"] if data else []
    folders = [*named, cache_folder() / "data" / "mnist"]
    for folder in folders:
        if len(find_files(folder)) == len(FILES):
            return folder
    missing = [name for name in FILES if name not in find_files(folders[-1])]
    try:
        download({name: SHA256[name] for name in missing}, MIRRORS, folders[-1])
    except DataError as error:
        raise DataError(
            f"MNIST not found: {', '.join(FILES)} (or .gz) are not in"
            f" {' or '.join(map(str, folders))}, and {error};"
            " tell where they are with --data-dir DIR or SPIKINGFA_DATA"
        ) from None
    return folders[-1]


def _check(name: str, path: Path, content: bytes) -> None:
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256[name]:
        raise DataError(
            f"{path}: is not MNIST's {name}: the SHA-256 of its content is {digest[:12]}...,"
            f' needs {SHA256[name][:12]}... (task.name = "idx" reads other data sets)'
        )
