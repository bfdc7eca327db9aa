"""Feeds a reader and counts what became of the inputs."""

import itertools
import os
import pickle
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings
from tqdm import tqdm

from benchmarks.fuzz.limits import Hang, limited_memory, limited_time
from benchmarks.fuzz.mutations import MATERIAL, Material
from spikingfa.base.errors import SpikingFAWarning

EACH = 50  # inputs made with what hypothesis finds at a time
BATCH = 100  # times between which it forgets what it has found


class Failed(Exception):
    """An input that was neither read nor refused as it should be."""


@dataclass
class Counts:
    """How many inputs were read, and how many were refused in one line."""

    read: int = 0
    refused: int = 0

    @property
    def all(self) -> int:
        """How many there were."""
        return self.read + self.refused

    def __str__(self) -> str:
        return f"nothing: {self.read} were read, {self.refused} refused in one line"


def fed(
    reader, n: int, first_seed: int, keep: Path | None = None, progress: bool = False
) -> Counts:
    """Feed a reader with so many inputs.

    Parameters
    ----------
    reader : module
        `prepared`, `made`, `read` and `ERRORS` of one of the modules here.
    n : int
    first_seed : int
    keep : Path, optional
        File in which an input that fails is kept.
    progress : bool

    Raises
    ------
    Failed
        An input that is not read raised something else, took too long or too much memory.
    """
    counts = Counts()
    in_memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=in_memory) as scratch, limited_memory():
        folder = Path(scratch) / "it"
        folder.mkdir()
        whole = reader.prepared(folder)
        with tqdm(total=n, disable=not progress, mininterval=5) as bar:

            def feed(some: Material) -> None:
                random = Random(some.seed)
                for _ in range(min(EACH, n - counts.all)):
                    _one(reader, folder, reader.made(whole, random, some), counts, keep)
                    bar.update()

            for k in itertools.count():
                if counts.all == n:
                    return counts
                _batch(feed, first_seed + k)


def _batch(feed: Callable[[Material], None], number: int) -> None:
    @seed(number)
    @settings(
        max_examples=BATCH,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(MATERIAL)
    def examples(some):
        feed(some)

    examples()


def _one(reader, folder: Path, value, counts: Counts, keep: Path | None) -> None:
    start = time.perf_counter()
    try:
        with limited_time(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SpikingFAWarning)  # what is doubtful is read
            reader.read(folder, value)
        counts.read += 1
        return
    except reader.ERRORS as error:
        text = str(error)
        if text and len(text.splitlines()) == 1:
            counts.refused += 1
            return
        reason = f"its error is no line: {text!r}"
    except (Exception, Hang) as error:
        reason = f"{type(error).__name__}: {error} after {time.perf_counter() - start:.1f} s"
    if keep is not None:
        keep.write_bytes(pickle.dumps(value))
        reason += f" (the input is in {keep})"
    raise Failed(f"input {counts.all + 1}: {reason}")
