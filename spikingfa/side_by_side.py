"""Work on all cores, in processes that joblib starts."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from joblib import Parallel

from spikingfa.cores import n_cores

#: What joblib leaves when it is interrupted is removed by a process that would tell so, after all
#: else has been told. Python passes this on to it.
_NO_NEWS = "ignore:resource_tracker"


def side_by_side(tasks: Iterable[Any]) -> Iterator[Any]:
    """What calls return that were made by `joblib.delayed`, as they come."""
    if _NO_NEWS not in sys.warnoptions:
        sys.warnoptions.append(_NO_NEWS)
    return Parallel(n_cores(), return_as="generator_unordered", batch_size=1)(tasks)
