"""Arguments that say what of a run is drawn."""

import re

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import each_once, inches, indices, text


def add_view(parser) -> None:
    """Add them."""
    parser.add_argument("--trials", metavar="A:B", help="trials to draw, such as 0:3, 4 or 0,2,5")
    parser.add_argument(
        "--populations", metavar="NAME", nargs="+", action="extend", help="populations to draw"
    )
    parser.add_argument(
        "--neurons",
        metavar="NAME=A:B",
        nargs="+",
        action="extend",
        type=text,
        help="neurons to draw of a population, such as hidden=0:50 or output=0,3",
    )
    parser.add_argument(
        "--sort", metavar="ORDER", type=text, help="order of neurons: rate or selectivity"
    )
    parser.add_argument(
        "--window", metavar="A:B", type=text, help='time to draw of each trial, as "20:60 ms"'
    )
    parser.add_argument(
        "--recording", metavar="NAME", type=text, help="what spikingfa record left by this name"
    )
    parser.add_argument("--width", metavar="INCH", type=inches, help="width in inches")
    parser.add_argument("--title", metavar="TEXT", help="title above the figure")


def view_of(options):
    """The options of a figure that the arguments give."""
    from spikingfa.plots.kinds import FigureOptions

    return FigureOptions(
        trials=indices("--trials", options.trials),
        populations=options.populations and list(dict.fromkeys(options.populations)),
        neurons=_neurons(options.neurons),
        sort=options.sort,
        window=_window(options.window),
        recording=options.recording,
        width=options.width,
        title=options.title,
    )


def _neurons(given: list[str] | None) -> dict | None:
    if given is None:
        return None
    chosen = each_once("--neurons", map(_named, given))
    return {name: indices(f"--neurons {name} =", numbers) for name, numbers in chosen.items()}


def _named(entry: str) -> tuple[str, str]:
    name, equals, numbers = entry.partition("=")
    if not equals:
        raise ModelError(f"--neurons {entry}: needs a form such as hidden=0:50")
    return name, numbers


def _window(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    found = re.fullmatch(r"\s*([^\s:]+)\s*:\s*([^\s:]+?)\s*([a-zA-Z]+)\s*", given)
    if not found:
        raise ModelError(f'--window {given}: needs a form such as "20:60 ms"')
    begin, end, unit = found.groups()
    return f"{begin} {unit}", f"{end} {unit}"
