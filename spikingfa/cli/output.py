"""Output of the commands, also to a reader who goes away."""

import os
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path

from spikingfa.base.errors import SpikingFAError, SpikingFAWarning
from spikingfa.base.text import printable


def say(text: str, end: str = "\n") -> None:
    """Print now. What is left in the buffer when Python ends would fail with a traceback."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), end=end, flush=True)
    except BrokenPipeError:  # what reads the output has enough, such as head
        discard(sys.stdout)
    except OSError as error:
        discard(sys.stdout)
        raise SpikingFAError(f"cannot print: {error.strerror}") from None


def tell(line: str) -> None:
    """Print how it goes on, apart from the results."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def kept_in(folder: str | Path, how: str):
    """Tell who interrupts where that is which was finished, and how it goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if Path(folder).exists():
            tell(f"spikingfa: what was finished is in {folder}; {how}")
        raise


def place(path: Path) -> Path:
    """The path from the current folder where it lies in it, else the whole."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


@contextmanager
def warnings_in_lines():
    """Print each warning of the package as one line, once; other warnings appear as always."""
    import logging  # which --help does without

    logging.captureWarnings(True)  # as Brian2 does when it is imported: here, it would undo this
    with warnings.catch_warnings():
        show, printed = warnings.showwarning, set()

        def show_line(message, category, *rest, **options) -> None:
            if not issubclass(category, SpikingFAWarning):
                show(message, category, *rest, **options)
            elif (line := " ".join(str(message).split())) not in printed:
                printed.add(line)
                print("spikingfa: warning:", printable(line), file=sys.stderr)

        warnings.showwarning = show_line
        warnings.simplefilter("always", SpikingFAWarning)
        yield


def discard(stream) -> None:
    """Let what is in the stream's buffer go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
