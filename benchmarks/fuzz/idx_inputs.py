"""Folders of IDX files of which one or two are damaged."""

import gzip
import struct
from pathlib import Path
from random import Random

import numpy as np

import spikingfa
from benchmarks.fuzz.mutations import Material, damaged_bytes
from spikingfa.model.model import Task
from spikingfa.tasks import load_data
from spikingfa.tasks.idx import FILES

DURING = "reading a data set of IDX files"
ERRORS = spikingfa.DataError

_SIZES = (0, 1, 2, 3, 4, 12, 255, 2**16, 2**31 - 1, 2**31, 2**32 - 1)
_KINDS = (8, 8, 8, 9, 11, 12, 13, 14, 0, 255)

Contents = dict[str, bytes | None]


def prepared(folder: Path) -> dict[str, bytes]:
    """Contents of the four files as they should be."""
    rng = np.random.default_rng(3)
    shapes = zip(FILES, ((12, 3, 2), (12,), (4, 3, 2), (4,)))
    return {
        name: _idx(rng.integers(0, 256, shape) if len(shape) > 1 else np.arange(shape[0]) % 3)
        for name, shape in shapes
    }


def _idx(table: np.ndarray) -> bytes:
    head = struct.pack(f">4B{table.ndim}I", 0, 0, 8, table.ndim, *table.shape)
    return head + table.astype(np.uint8).tobytes()


def made(contents: dict[str, bytes], random: Random, some: Material) -> Contents:
    """Contents of the four files; None where there is none."""
    names = random.sample(FILES, random.choice((1, 1, 2)))
    return contents | {name: _damaged(contents[name], random, some) for name in names}


def _damaged(content: bytes, random: Random, some: Material) -> bytes | None:
    ways = (_headed, _headed, damaged_bytes, damaged_bytes, _packed, _packed, _anything)
    return random.choice(ways)(content, random, some)


def _headed(content: bytes, random: Random, some: Material) -> bytes:
    """With another head, which may claim anything."""
    n = random.choice((0, 1, 1, 2, 3, 3, 4, 255))
    sizes = random.choices(_SIZES, k=min(n, 4))
    head = bytes([0, 0, random.choice(_KINDS), n]) + struct.pack(f">{len(sizes)}I", *sizes)
    return head + content[4 + 4 * content[3] :]


def _packed(content: bytes, random: Random, some: Material) -> bytes:
    """Packed by gzip, damaged before or after, or a thousand times as large as it says."""
    if random.random() < 0.5:
        content = _headed(content, random, some)
    if random.random() < 0.02:
        content += bytes(10**6)
    packed = gzip.compress(content, 1, mtime=0)
    return packed if random.random() < 0.5 else damaged_bytes(packed, random, some)


def _anything(content: bytes, random: Random, some: Material) -> bytes | None:
    return random.choice((None, *some.bytes))


def read(folder: Path, contents: Contents) -> None:
    """Read a data set of these contents."""
    for name, content in contents.items():
        path = folder / name
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
    load_data(Task(name="idx", folder=str(folder)))
