"""How far a wait is, on stderr: one mechanism for all of them.

Nothing is written in the first two seconds. Then there is a bar that is drawn over, in a terminal
and in a notebook; elsewhere, as in a log file, lines that come further and further apart.
"""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Self, TextIO

from tqdm import tqdm

PATIENCE = 2.0  # seconds without a word
LONGEST = 600.0  # seconds from line to line, at most
TICK = 1.0  # seconds after which the time is drawn again, whatever has been done

_wanted: ContextVar[bool] = ContextVar("progress is wanted", default=True)


@contextlib.contextmanager
def progress_shown(wanted: bool) -> Iterator[None]:
    """Show progress in the block where it is `wanted`, and not switched off around it."""
    token = _wanted.set(wanted and _wanted.get())
    try:
        yield
    finally:
        _wanted.reset(token)


class Drawn(tqdm):
    """tqdm that is patient, also when a line is written above it."""

    def refresh(
        self, nolock: bool = False, lock_args: tuple[Any, ...] | None = None
    ) -> bool | None:
        """Draw it over, if it is time to."""
        if self._time() < self.start_t + self.delay:
            return None
        self.last_print_t = self._time()  # by which tqdm knows that there is something to clear
        return super().refresh(nolock, lock_args)


class Lines(tqdm):
    """tqdm where nothing can be drawn over: lines, each at twice the time of the one before."""

    def display(self, msg: str | None = None, pos: int | None = None) -> None:
        """Write a line; nothing where there is nothing to say."""
        if msg != "":
            print(self if msg is None else msg, file=self.fp, flush=True)
            self.mininterval = min(self.format_dict["elapsed"], LONGEST)

    def clear(self, nolock: bool = False) -> None:
        """Leave what is written."""


class Waiting:
    """A wait that shows how far it is, and what time is left.

    Parameters
    ----------
    what : str
        What is waited for, such as ``"testing"``.
    total : int, optional
        How much there is to do. Where it is not known, the time so far is shown.
    unit : str
        What is counted, as it stands after a number: ``" trials"``, or ``"B"`` for bytes.
    leave : bool
        Whether the last state of the bar stays where it is.
    """

    form = (
        "{desc} |{bar}| {percentage:3.0f} % of {total_fmt}{unit}"
        "  [{elapsed} < {remaining}{postfix}]"
    )
    line = "{desc}: {percentage:.0f} % of {total_fmt}{unit} in {elapsed}, {remaining} left{postfix}"
    unknown = "{desc} ... {elapsed}"

    def __init__(self, what: str, total: int | None = None, unit: str = "", leave: bool = False):
        stream = sys.stderr  # which is None where it is closed
        self.wanted = stream is not None and _wanted.get()
        self.drawn_over = self.wanted and drawn_over(stream)
        form = self.form if self.drawn_over else self.line
        self._bar = (Drawn if self.drawn_over else Lines)(
            desc=what,
            total=total,
            unit=unit,
            unit_scale=unit == "B",
            bar_format=self.unknown if total is None else form,
            disable=not self.wanted,
            file=stream,
            delay=PATIENCE,
            mininterval=0.1 if self.drawn_over else PATIENCE,
            miniters=0,
            smoothing=0,  # what is left follows from all so far: runs come seldom
            leave=leave and self.drawn_over,
        )
        self._closed = threading.Event()
        self.ticking = threading.Thread(target=self._tick, daemon=True)
        if self.wanted:
            self.ticking.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def _tick(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # stderr is closed, or nobody reads it
            while not self._closed.wait(TICK):
                self.update(0)

    def update(self, n: int = 1) -> None:
        """Count what has been done."""
        self._bar.update(n)

    def within(self, n: int) -> Callable[[float], None]:
        """A function that takes the part of the next `n` that is done, 0 to 1."""
        start = self._bar.n

        def update(part: float) -> None:
            self._bar.update(start + round(part * n) - self._bar.n)

        return update

    def note(self, text: str) -> None:
        """Show a text beside the bar."""
        self._bar.set_postfix_str(text, refresh=False)

    def say(self, text: str) -> None:
        """Write a line of its own."""
        if self.drawn_over:
            tqdm.write(text, file=sys.stderr)
        elif self.wanted:
            print(text, file=sys.stderr, flush=True)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bar away while the block prints to stdout, which may be the same terminal."""
        with tqdm.external_write_mode() if self.drawn_over else contextlib.nullcontext():
            yield

    def close(self) -> None:
        """End the wait."""
        self._closed.set()
        self._bar.close()


def drawn_over(stream: TextIO) -> bool:
    """Whether a line can be drawn over there: in a terminal, and in a notebook."""
    return stream.isatty() or type(stream).__module__.startswith("ipykernel")
