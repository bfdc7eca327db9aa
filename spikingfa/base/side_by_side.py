"""Work on all cores, in processes that joblib starts."""

import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from joblib import Parallel, delayed

from spikingfa.base.cores import n_cores
from spikingfa.base.errors import SimulationError
from spikingfa.base.interrupts import keep_ignored
from spikingfa.base.subprocesses import safe_path

#: What joblib leaves when it is interrupted is removed by a process that would tell so, after all
#: else has been told. Python passes this on to it.
_NO_NEWS = "ignore:resource_tracker"


def side_by_side(tasks: Iterable[Any]) -> Iterator[Any]:
    """Results of calls that were made by `joblib.delayed`, as they come.

    The processes end when this one does, however it ends: a run that went on in one of them would
    keep its folder from whoever gives the same command again.

    Raises
    ------
    SimulationError
        One of them was killed.
    """
    if _NO_NEWS not in sys.warnoptions:
        sys.warnoptions.append(_NO_NEWS)
    parallel = Parallel(n_cores(), return_as="generator_unordered", batch_size=1)
    with safe_path():
        try:
            yield from parallel(delayed(_carried_out)(os.getpid(), *task) for task in tasks)
        except BrokenProcessPool:
            raise SimulationError(
                "a process that was at work was killed (is there too little memory?);"
                " the same command goes on"
            ) from None


def _carried_out(parent: int, call: Callable, args: tuple, options: dict[str, Any]) -> Any:
    if os.getpid() != parent:  # joblib starts none for a single core
        _end_with(parent)
        keep_ignored()
    return call(*args, **options)


@functools.cache  # once a process
def _end_with(parent: int) -> None:
    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
