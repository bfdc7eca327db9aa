"""``spikingfa sweep``: vary several settings, on all cores or on a cluster."""

from pathlib import Path

from spikingfa.base.errors import SpikingFAError
from spikingfa.cli.arguments import add_argument, add_shared, each_once, passed_on
from spikingfa.cli.chosen import check_varied, model_of
from spikingfa.cli.output import kept_in, say

#: Options that `spikingfa.sweep` has by the same names.
_PASSED_ON = ("random", "optuna", "draws_seed", "jobs", "scheduler", "slurm", "wait", "on_test")


def add(commands) -> None:
    """Add this command."""
    about = "train a model with many combinations of settings"
    sweep = commands.add_parser("sweep", help=about)
    add_shared(sweep, "model", "--set")
    about = (
        'a setting to vary, such as hidden.tau_m="10 ms,20 ms", or a range to draw from,'
        ' "10 ms..30 ms" or "0.1..10 log"; may be given often, for a setting once'
    )
    add_argument(sweep, "--over", "PATH=A,B,...", about, action="append", required=True)
    add_shared(sweep, "--seeds", "--epochs")
    which = sweep.add_mutually_exclusive_group()
    add_argument(which, "--random", "N", "N combinations, drawn at random, and not all")
    add_argument(which, "--optuna", "N", "search for the least error by N combinations")
    add_argument(sweep, "--draws-seed", "N", "seed of what is drawn (0)", type=int, default=0)
    where = sweep.add_mutually_exclusive_group()
    add_argument(where, "--jobs", "N", "processes on this machine (one a core)")
    add_argument(where, "--scheduler", "ADDRESS", "workers of this dask scheduler")
    add_argument(where, "--slurm", "FILE", "SLURM jobs, asked for as the TOML file says")
    add_shared(sweep, "--on-test")
    about = (
        "how long to go without a worker (10 on this machine, 60 with --scheduler, a week with"
        " --slurm)"
    )
    add_argument(sweep, "--wait", "MINUTES", about)
    add_shared(sweep, "--data", "--data-dir")
    about = "tables, figures and the runs go there; a sweep that was stopped goes on"
    add_argument(sweep, "-o", "DIR", about, required=True)
    sweep.set_defaults(command=_sweep)


def _sweep(options) -> None:
    from spikingfa.sweeping.summary import chosen, draw, summary_text
    from spikingfa.sweeping.sweep import sweep
    from spikingfa.sweeping.values import parse_over
    from spikingfa.training.judging import about_chosen

    over = each_once("--over", map(parse_over, options.over))
    check_varied("--over", over, options)
    model = model_of(options)
    same = passed_on(options, *_PASSED_ON)
    with kept_in(options.o, "the same command goes on"):
        table = sweep(model, over, range(1, options.seeds + 1), out=options.o, **same)
    failed = table[table["status"] == "failed"]
    if len(failed) == len(table):
        raise SpikingFAError(f"every run failed: {failed['reason'].iloc[0]}")
    draw(table, Path(options.o))
    say(summary_text(table, Path(options.o)))
    name, runs = chosen(table)
    if runs:
        say(about_chosen(name, runs))
