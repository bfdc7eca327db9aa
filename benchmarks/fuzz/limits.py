"""No input may take longer, or more memory, than is set here."""

import contextlib
import resource
import signal

SECONDS = 10.0  # of computing, for an input
WAITING = 120.0  # seconds for it in all; the machine may be busy
MEMORY = 2 * 2**30  # bytes beyond what the process has when it begins


class Hang(BaseException):
    """An input took too long. No reader catches it."""


def _hang(*_):
    raise Hang(f"it took more than {SECONDS:g} s of computing, or {WAITING:g} s in all")


@contextlib.contextmanager
def limited_time():
    """Raise `Hang` where the block takes too long."""
    before = [signal.signal(number, _hang) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WAITING)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGPROF, before[0])
        signal.signal(signal.SIGALRM, before[1])


@contextlib.contextmanager
def limited_memory():
    """Let allocations fail beyond the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    with open("/proc/self/statm", encoding="utf-8") as file:
        pages = int(file.read().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
