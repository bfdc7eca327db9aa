"""Clusters of dask within this process, of whose workers each has a thread."""

import contextlib
from collections.abc import Iterator


@contextlib.contextmanager
def cluster_here(n: int) -> Iterator[tuple]:
    """A cluster of so many workers, and a client of it."""
    from distributed import Client, LocalCluster

    options = {"processes": False, "dashboard_address": "127.0.0.1:0", "protocol": "inproc://"}
    with (
        LocalCluster(n_workers=n, threads_per_worker=1, **options) as cluster,
        Client(cluster) as client,
    ):
        yield cluster, client
