"""Ctrl-C, told as what it is."""

import contextlib


@contextlib.contextmanager
def interruptible():
    """Raise KeyboardInterrupt in place of an error that was caused by one.

    C code that looks for no exception where Ctrl-C raises it (such as NumPy's, which asks whether a
    file is a path) goes on, and Python tells of a SystemError.
    """
    try:
        yield
    except Exception as error:
        if _by_interrupt(error):
            raise KeyboardInterrupt from error
        raise


def _by_interrupt(error: BaseException | None) -> bool:
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__
    return error is not None
