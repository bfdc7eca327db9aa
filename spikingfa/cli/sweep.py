"""``spikingfa sweep``: vary several settings, on all cores or on a cluster."""

import sys
from pathlib import Path

from spikingfa.base.errors import SpikingFAError
from spikingfa.cli.arguments import (
    add_data,
    add_model,
    add_on_test,
    check_varied,
    count,
    each_once,
    minutes,
    model_of,
    text,
)
from spikingfa.cli.output import say

#: Options that `spikingfa.sweep` has by the same names.
_PASSED_ON = (
    *("random", "optuna", "draws_seed", "jobs"),
    *("scheduler", "slurm", "wait", "on_test"),
)


def add(commands) -> None:
    """Add this command."""
    sweep = commands.add_parser("sweep", help="train a model with many combinations of settings")
    add_model(sweep)
    sweep.add_argument(
        "--over",
        metavar="PATH=A,B,...",
        type=text,
        action="append",
        required=True,
        help='a setting to vary, such as hidden.tau_m="10 ms,20 ms", or a range to draw from,'
        ' "10 ms..30 ms" or "0.1..10 log"; may be given often, for a setting once',
    )
    sweep.add_argument("--seeds", metavar="N", type=count, default=3, help="seeds 1 to N (3)")
    sweep.add_argument("--epochs", metavar="N", type=int, help="times each stimulus is shown")
    which = sweep.add_mutually_exclusive_group()
    which.add_argument(
        "--random", metavar="N", type=count, help="N combinations, drawn at random, and not all"
    )
    which.add_argument(
        "--optuna", metavar="N", type=count, help="search for the least error by N combinations"
    )
    sweep.add_argument(
        "--draws-seed", metavar="N", type=int, default=0, help="seed of what is drawn (0)"
    )
    where = sweep.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", metavar="N", type=count, help="processes on this machine (one a core)"
    )
    where.add_argument(
        "--scheduler", metavar="ADDRESS", type=text, help="workers of this dask scheduler"
    )
    where.add_argument(
        "--slurm", metavar="FILE", type=text, help="SLURM jobs, asked for as the TOML file says"
    )
    add_on_test(sweep)
    sweep.add_argument(
        "--wait",
        metavar="MINUTES",
        type=minutes,
        help="how long to go without a worker (10 on this machine, 60 with --scheduler, a week with"
        " --slurm)",
    )
    add_data(sweep)
    sweep.add_argument(
        "-o",
        metavar="DIR",
        type=text,
        required=True,
        help="tables, figures and the runs go there; a sweep that was stopped goes on",
    )
    sweep.set_defaults(command=_sweep)


def _sweep(options) -> None:
    from spikingfa.sweeping.summary import chosen, draw, told
    from spikingfa.sweeping.sweep import sweep
    from spikingfa.sweeping.values import parse_over
    from spikingfa.training.judging import about_chosen

    over = each_once("--over", map(parse_over, options.over))
    check_varied("--over", over, options)
    model = model_of(options)
    try:
        same = {name: getattr(options, name) for name in _PASSED_ON}
        table = sweep(model, over, range(1, options.seeds + 1), out=options.o, **same)
    except KeyboardInterrupt:
        if Path(options.o).exists():
            print(
                f"spikingfa: what was finished is in {options.o}; the same command goes on",
                file=sys.stderr,
            )
        raise
    failed = table[table["status"] == "failed"]
    if len(failed) == len(table):
        raise SpikingFAError(f"every run failed: {failed['reason'].iloc[0]}")
    draw(table, Path(options.o))
    say(told(table, Path(options.o)))
    name, runs = chosen(table)
    if runs:
        say(about_chosen(name, runs))
