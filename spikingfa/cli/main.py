"""The command line.

Exit status 0: done; 2: bad input, with a message of one line; 130: interrupted; 141: nobody reads
the output (as a shell says of programs that end so). Warnings of the package are a line each.
"""

import argparse
import sys

from spikingfa.base.errors import SpikingFAError
from spikingfa.base.import_guard import FOR_SESSIONS, guarded
from spikingfa.base.interrupts import interruptible, keep_ignored
from spikingfa.base.text import printable
from spikingfa.cli import (
    compare,
    export,
    methods,
    paper,
    plot,
    predict,
    record,
    run,
    show,
    sweep,
    test,
)
from spikingfa.cli.arguments import Parser, add_argument
from spikingfa.cli.output import discard, warnings_in_lines

# in the order of the help
COMMANDS = (run, test, predict, record, plot, export, methods, compare, sweep, paper, show)


def main(arguments: list[str] | None = None) -> int:
    """Carry out a command; return its exit status."""
    try:
        options = _parser().parse_args(arguments)
        from spikingfa.base.progress import progress_shown  # which --help does without

        with guarded(FOR_SESSIONS):
            keep_ignored()
            with interruptible(), warnings_in_lines(), progress_shown(not options.quiet):
                options.command(options)
    except SpikingFAError as error:
        return _fail(str(error))
    except BrokenPipeError:  # nobody reads the messages: end as a shell says of such programs
        discard(sys.stderr)
        return 141
    except OSError as error:
        reason = error.strerror or str(error)
        return _fail(f"{error.filename}: {reason}" if error.filename else reason)
    except MemoryError as error:
        return _fail(f"not enough memory: {error}")
    except ArithmeticError as error:
        return _fail(f"a value of the model is too large or too small to compute with: {error}")
    except KeyboardInterrupt:
        print("spikingfa: interrupted", file=sys.stderr)
        return 130
    return 0


def _fail(reason: str) -> int:
    print("spikingfa:", printable(" ".join(reason.split())), file=sys.stderr)
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="spikingfa", description="Feedback alignment in spiking networks.")
    parser.add_argument(
        "--version", action=Version, nargs=0, help="show program's version number and exit"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    for command in COMMANDS:
        command.add(commands)
    for command in set(commands.choices.values()):
        add_argument(command, "--quiet", help="show no progress")
    return parser


class Version(argparse.Action):
    """Prints the version; to look it up takes as long as all of the help."""

    def __call__(self, parser, *_):
        from spikingfa import __version__

        parser._print_message(f"spikingfa {__version__}\n", sys.stdout)
        parser.exit()
