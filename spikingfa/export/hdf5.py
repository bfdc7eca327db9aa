"""HDF5 files are made in memory, and then written in one go.

A disk that fills while libhdf5 writes to it loses more than the file: what cannot be flushed cannot
be closed either, and ends the process when it ends.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from unittest import mock

import numpy as np

from spikingfa.export.trains import traces_of
from spikingfa.run_folder.run import Run

MAX_BYTES = 2**30  # bytes that are held in memory; what is larger is written by libhdf5


def fits(run: Run) -> bool:
    """Whether the spikes and traces of a run are held in memory."""
    spikes = run.spikes
    arrays = [spikes.t, spikes.i, spikes.population, *(one.values for one in traces_of(run))]
    return sum(np.size(array) * array.itemsize for array in arrays) <= MAX_BYTES


def written_in_one_go(path: Path, write: Callable[[BytesIO], None]) -> None:
    """Let `write` fill a buffer, as libraries do that open it by ``h5py.File``, and write that."""
    buffer = BytesIO()
    write(buffer)
    # a view that outlives a failure, in its traceback, would not let the buffer go
    with buffer.getbuffer() as view:
        _put(path, view)


def nix_in_one_go(path: Path, block) -> None:
    """Write a Neo block, by way of a NIX file in memory.

    nixio opens files by their names only; but how libhdf5 keeps them is for one function to say.
    """
    import h5py
    import nixio.file
    from neo.io import NixIO

    def in_memory():
        access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
        access.set_fapl_core(backing_store=False)
        return access

    with mock.patch.object(nixio.file, "make_fapl", in_memory), NixIO(str(path), "ow") as file:
        file.write_block(block)
        file.nix_file.flush()
        image = file.nix_file._h5file.id.get_file_image()
    _put(path, image)


def _put(path: Path, content: bytes | memoryview) -> None:
    with open(path, "wb") as file:  # `Path.write_bytes` makes a view of its own
        file.write(content)
