"""Kinds of arguments, and the messages about wrong ones."""

import argparse
from collections.abc import Iterable
from typing import Any

from spikingfa.base.errors import ModelError
from spikingfa.base.text import shown
from spikingfa.cli.output import say


class Once(argparse.Action):
    """Keeps the value of an option; given twice it is refused, as one value would be dropped."""

    hint = ""

    def __call__(self, parser, namespace, values, option_string=None):
        given = vars(namespace).setdefault("given_once", set())
        if option_string is not None and self.dest in given:
            raise argparse.ArgumentError(self, f"is given twice{self.hint}")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        for action in (None, "store"):
            self.register("action", action, Once)

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")

    def exit(self, status: int = 0, message: str | None = None):
        say("", end="")  # flushes the help
        super().exit(status, message)


def text(given: str) -> str:
    """Text that can be written."""
    if not given.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    if any("\ud800" <= letter <= "\udfff" for letter in given):  # bytes that are no UTF-8
        raise argparse.ArgumentTypeError(f"must be UTF-8, got {given!r}")
    return given


def part(given: str) -> float:
    """A number from 0 to 1."""
    return _number(given, 0, 1)


def count(given: str) -> int:
    """A number from 1 on."""
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError(f"needs a number from 1 on, got {given!r}")
    return int(given)


def minutes(given: str) -> float:
    """A time to wait."""
    return _number(given, 0, 1e6)


def inches(given: str) -> float:
    """Width of a figure."""
    return _number(given, 2, 100)


def dots(given: str) -> float:
    """Dots per inch."""
    return _number(given, 1, 2400)


def _number(given: str, least: float, most: float) -> float:
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"needs a number from {least} to {most}, got {given!r}")
    return number


def indices(option: str, given: str | None) -> str | None:
    """A choice such as ``0:3``, ``4`` or ``0,2,5``; None if it is not given.

    Raises
    ------
    ModelError
        It has another form.
    """
    if given is None:
        return None
    from spikingfa.base.indices import FORMS, read_text

    try:
        read_text(given)
    except ValueError:
        raise ModelError(f"{option} {given}: needs a form such as {FORMS}") from None
    return given


#: Kinds of values by their metavars; others are text.
KINDS = {"N": count, "PART": part, "MINUTES": minutes, "INCH": inches, "DPI": dots}

#: Arguments that several commands have.
SHARED = {
    "model": {"metavar": "MODEL", "help": "a shipped model's name, or a TOML file"},
    "--set": {
        "metavar": "PATH=VALUE",
        "action": "append",
        "default": [],
        "dest": "settings",
        "help": 'change a field, such as hidden.tau_m="10 ms"; may be given often, for a field'
        " once",
    },
    "run": {"metavar": "RUN", "help": "a run folder"},
    "--seeds": {"metavar": "N", "default": 3, "help": "seeds 1 to N (3)"},
    "--epochs": {"metavar": "N", "type": int, "help": "times each stimulus is shown"},
    "--data": {
        "metavar": "FILE",
        "help": "your own data: .npz with x and y, .csv table, or spikes (.npz, .csv, .h5, .nwb)",
    },
    "--data-dir": {"metavar": "DIR", "help": "folder of IDX files (task mnist or idx)"},
    "--on-test": {
        "help": "hold no training stimuli out and measure errors on the test set: for a comparison"
        " in which nothing is chosen (by default a fifth is held out for validation, and the test"
        " set is shown to the best alone)",
    },
}


def add_argument(parser, name: str, metavar: str | None = None, help: str = "", **more) -> None:
    """Add an argument: a value of the kind that its metavar says, without one a flag."""
    kind = {"type": KINDS.get(metavar, text), "metavar": metavar}
    parser.add_argument(name, help=help, **(kind if metavar else {"action": "store_true"}) | more)


def add_shared(parser, *names: str, **changes) -> None:
    """Add arguments that several commands have, with these changes."""
    for name in names:
        add_argument(parser, name, **SHARED[name] | changes)


def each_once(option: str, pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Keys and values of an option that may be given often, but with a key once.

    Raises
    ------
    ModelError
        A key is given twice.
    """
    given_values = {}
    for key, value in pairs:
        if key in given_values:
            raise ModelError(
                f"{option}: {key} is given twice: {shown(given_values[key])}, then {shown(value)}"
            )
        given_values[key] = value
    return given_values


def passed_on(options, *names: str) -> dict[str, Any]:
    """The values of the arguments of these names, for a function that has the same."""
    return {name: getattr(options, name) for name in names}
