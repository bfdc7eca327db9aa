"""The page of the command line: what ``--help`` says, command by command."""

import argparse

from markdown import code

from spikingfa.cli.main import _parser

HEAD = """# Command line

What `spikingfa COMMAND --help` says. Exit status 0: done; 2: bad input, told in one line; 130:
interrupted; 141: nobody reads what is printed.
"""


def page() -> str:
    """The parser's help, and that of every command."""
    parser = _parser()
    parts = [HEAD, _help(parser)]
    for name, command in commands(parser).items():
        parts += [f"## `spikingfa {name}`", _help(command)]
    return "\n\n".join(parts) + "\n"


def commands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Parsers of the commands by name."""
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def _help(parser: argparse.ArgumentParser) -> str:
    parser.formatter_class = _Wide
    return code(parser.format_help())


class _Wide(argparse.HelpFormatter):
    """As wide as a page, whatever the terminal."""

    def __init__(self, prog: str):
        super().__init__(prog, width=88)
