"""``spikingfa paper``: the article's experiments, and what holds of what it says."""

from pathlib import Path

from spikingfa.commands.arguments import count, text
from spikingfa.commands.output import say
from spikingfa.errors import ModelError


def add(commands) -> None:
    """Add this command."""
    paper = commands.add_parser("paper", help="repeat an experiment of the article")
    paper.add_argument("name", nargs="?", type=text, help="which one; all are listed without")
    paper.add_argument("--all", action="store_true", help="every one, and a page of all")
    paper.add_argument("--seeds", metavar="N", type=count, help="seeds 1 to N")
    paper.add_argument("--quick", action="store_true", help="few seeds")
    paper.add_argument(
        "-o",
        metavar="DIR",
        type=text,
        help="data, figure and verdict.json go there (paper/NAME, or paper); what was there is"
        " replaced",
    )
    paper.set_defaults(command=_paper)


def _paper(options) -> None:
    from spikingfa.paper import EXPERIMENTS
    from spikingfa.paper.report import write_report

    if options.all:
        folder, found = Path(options.o or "paper"), list(EXPERIMENTS.values())
        for experiment in found:
            _carry_out(experiment, options, folder / experiment.name)
        write_report(found, folder)
        say(f"written to {folder / 'paper.md'}")
    elif options.name is None:
        say("\n".join(_line(experiment) for experiment in EXPERIMENTS.values()))
    else:
        experiment = _experiment(options.name)
        _carry_out(experiment, options, Path(options.o or f"paper/{options.name}"))


def _experiment(name: str):
    from spikingfa.model_file import nearest
    from spikingfa.paper import EXPERIMENTS

    if name not in EXPERIMENTS:
        raise ModelError(f"there is no experiment {name!r}{nearest(name, EXPERIMENTS)}")
    return EXPERIMENTS[name]


def _carry_out(experiment, options, folder: Path) -> None:
    from spikingfa.paper.files import write

    n = options.seeds or (experiment.few if options.quick else experiment.seeds)
    seeds = list(range(1, n + 1))
    result = experiment.run(seeds)
    write(experiment, result, seeds, folder)
    for claim in result.claims:
        say(f"{'holds' if claim.holds else 'DOES NOT HOLD'}: {claim.claim}\n    {claim.measured}")
    say(f"written to {folder}")


def _line(experiment) -> str:
    headline = type(experiment).__doc__.splitlines()[0]
    return f"{experiment.name}: {headline} ({experiment.shows})"
