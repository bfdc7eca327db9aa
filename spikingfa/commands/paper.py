"""``spikingfa paper``: the article's experiments, and what holds of what it says."""

import argparse
from pathlib import Path

from spikingfa.commands.arguments import text
from spikingfa.commands.output import say
from spikingfa.errors import ModelError


def add(commands) -> None:
    """Add this command."""
    paper = commands.add_parser("paper", help="repeat an experiment of the article")
    paper.add_argument("name", nargs="?", type=text, help="which one; all are listed without")
    paper.add_argument("--seeds", metavar="N", type=_count, help="seeds 1 to N")
    paper.add_argument("--quick", action="store_true", help="few seeds")
    paper.add_argument(
        "-o",
        metavar="DIR",
        type=text,
        help="data, figure and verdict.json go there (paper/NAME); what was there is replaced",
    )
    paper.set_defaults(command=_paper)


def _count(given: str) -> int:
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError(f"needs a number from 1 on, got {given!r}")
    return int(given)


def _paper(options) -> None:
    from spikingfa.model_file import nearest
    from spikingfa.paper import EXPERIMENTS
    from spikingfa.paper.files import write

    if options.name is None:
        say("\n".join(_line(experiment) for experiment in EXPERIMENTS.values()))
        return
    if options.name not in EXPERIMENTS:
        hint = nearest(options.name, EXPERIMENTS)
        raise ModelError(f"there is no experiment {options.name!r}{hint}")
    experiment = EXPERIMENTS[options.name]
    n = options.seeds or (experiment.few if options.quick else experiment.seeds)
    seeds, folder = list(range(1, n + 1)), Path(options.o or f"paper/{options.name}")
    result = experiment.run(seeds)
    write(experiment, result, seeds, folder)
    lines = [f"{'holds' if c.holds else 'DOES NOT HOLD'}: {c.claim}\n    {c.measured}"
             for c in result.claims]  # fmt: skip
    say("\n".join([*lines, f"written to {folder}"]))


def _line(experiment) -> str:
    headline = type(experiment).__doc__.splitlines()[0]
    return f"{experiment.name}: {headline} ({experiment.shows})"
