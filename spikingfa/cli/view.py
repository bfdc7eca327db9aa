"""Arguments that say what of a run is drawn."""

import re

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, each_once, indices, passed_on


def add_view(parser) -> None:
    """Add them."""
    add_argument(parser, "--trials", "A:B", "trials to draw, such as 0:3, 4 or 0,2,5", type=str)
    several = {"nargs": "+", "action": "extend"}
    add_argument(parser, "--populations", "NAME", "populations to draw", type=str, **several)
    about = "neurons to draw of a population, such as hidden=0:50 or output=0,3"
    add_argument(parser, "--neurons", "NAME=A:B", about, **several)
    add_argument(parser, "--sort", "ORDER", "order of neurons: rate or selectivity")
    add_argument(parser, "--window", "A:B", 'time to draw of each trial, as "20:60 ms"')
    add_argument(parser, "--recording", "NAME", "what spikingfa record left by this name")
    add_argument(parser, "--width", "INCH", "width in inches")
    about = "whether spikes and grey lines are bitmaps in svg, pdf, eps: auto (where many), yes, no"
    add_argument(parser, "--rasterize", "WHEN", about)
    add_argument(parser, "--dpi", "DPI", "dots per inch of bitmaps (300)")
    add_argument(parser, "--title", "TEXT", "title above the figure", type=str)


def view_of(options):
    """The options of a figure that the arguments give."""
    from spikingfa.plots.kinds import FigureOptions

    return FigureOptions(
        trials=indices("--trials", options.trials),
        populations=options.populations and list(dict.fromkeys(options.populations)),
        neurons=_neurons(options.neurons),
        window=_window(options.window),
        rasterize=_rasterize(options.rasterize),
        **passed_on(options, "sort", "recording", "width", "dpi", "title"),
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


def _rasterize(given: str | None) -> bool | str | None:
    known = {None: None, "auto": "auto", "yes": True, "true": True, "no": False, "false": False}
    if given not in known:
        raise ModelError(f"--rasterize {given}: needs auto, yes or no")
    return known[given]


def _window(given: str | None) -> tuple[str, str] | None:
    if given is None:
        return None
    match = re.fullmatch(r"\s*([^\s:]+)\s*:\s*([^\s:]+?)\s*([a-zA-Z]+)\s*", given)
    if not match:
        raise ModelError(f'--window {given}: needs a form such as "20:60 ms"')
    begin, end, unit = match.groups()
    return f"{begin} {unit}", f"{end} {unit}"
