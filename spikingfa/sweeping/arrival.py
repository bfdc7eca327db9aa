"""Workers of a sweep: awaited, and asked whether they have this package."""

from collections.abc import Callable

from distributed import Client

import spikingfa
from spikingfa.errors import ClusterError

PATIENCE = 30  # seconds without a worker, after which the user is told

Tell = Callable[[str], None]


def await_workers(client: Client, tell: Tell, patience: float = PATIENCE) -> None:
    """Wait for the first worker; then see whether those that are there have this package.

    Jobs of a cluster may stand in a queue for hours, so it waits for as long as it takes.

    Raises
    ------
    ClusterError
        A worker has not this package, or not this version of it.
    """
    try:
        try:
            client.wait_for_workers(1, timeout=patience)
        except TimeoutError:
            tell(f"no worker came in {patience:g} s; waiting (do the jobs stand in a queue?)")
            client.wait_for_workers(1)
        _check(client)
    except OSError as error:
        reason = " ".join(str(error).split())
        raise ClusterError(f"the scheduler went away before a worker came: {reason}") from None


def _check(client: Client) -> None:
    here = spikingfa.__version__
    for worker, there in client.run(_version, on_error="return").items():
        if there != here:
            what = f"spikingfa {there}" if isinstance(there, str) else "no spikingfa"
            raise ClusterError(f"the worker {worker} has {what}, this is spikingfa {here}")


def _version() -> str:
    import spikingfa

    return spikingfa.__version__
