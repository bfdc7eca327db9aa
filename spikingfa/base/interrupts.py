"""Ctrl-C, reported as what it is."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Raise KeyboardInterrupt, and no other error, if Ctrl-C came meanwhile and something fails.

    C code that looks for no exception where Ctrl-C raises one goes on with it or drops it, and
    tells of something else: NumPy of a SystemError, matplotlib of arguments that do not fit.
    """
    came: list[int] = []

    def note(number, frame, interrupt):
        came.append(number)
        interrupt(number, frame)

    with _handled(note):
        try:
            yield
        except Exception as error:
            if came:
                raise KeyboardInterrupt from error
            raise


@contextlib.contextmanager
def postponed() -> Iterator[None]:
    """Let Ctrl-C interrupt at the end of the block; a second one interrupts at once.

    An archive that is interrupted while it is closed fails again when Python clears it away, and
    then nobody is there to catch the error: Python prints it.
    """
    came: list[int] = []

    def postpone(number, frame, interrupt):
        came.append(number)
        if len(came) > 1:
            interrupt(number, frame)

    with _handled(postpone):
        yield
    if came:
        raise KeyboardInterrupt


@contextlib.contextmanager
def blocked() -> Iterator[None]:
    """Keep Ctrl-C from processes that start in the block, for as long as they live."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _handled(handle: Callable[..., None]) -> Iterator[None]:
    """Call `handle` with number, frame and the handler of before when Ctrl-C comes."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return

    def handler(number, frame):
        handle(number, frame, before)

    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is handler:  # Brian2, when it is imported, wraps it
            signal.signal(signal.SIGINT, before)


@contextlib.contextmanager
def unchanged() -> Iterator[None]:
    """Let Ctrl-C do after the block what it did before, whatever is imported in it."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread() and before is not None:
            signal.signal(signal.SIGINT, before)


def ignored() -> bool:
    """Whether Ctrl-C is to be ignored."""
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def keep_ignored() -> None:
    """Go on ignoring Ctrl-C where it was to be ignored: in the background of a script.

    Brian2 takes it to itself when it is imported, and fails when it comes.
    """
    if ignored():
        import brian2  # noqa: F401
    if getattr(signal.getsignal(signal.SIGINT), "previous_handler", None) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
