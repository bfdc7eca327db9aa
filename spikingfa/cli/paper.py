"""``spikingfa paper``: the article's experiments, and what holds of what it says."""

from spikingfa.base.errors import ModelError, SpikingFAError
from spikingfa.base.interrupts import interruptible
from spikingfa.cli.arguments import add_argument, text
from spikingfa.cli.output import say, tell

_HOLDS = {True: "holds", False: "DOES NOT HOLD", None: "not tested (quick run)"}


def add(commands) -> None:
    """Add this command."""
    paper = commands.add_parser("paper", help="repeat an experiment of the article")
    paper.add_argument("name", nargs="?", type=text, help="which one; all are listed without")
    add_argument(paper, "--all", help="every one, and a page of all")
    add_argument(paper, "--spiking", help="with spiking neurons, on Brian2")
    add_argument(paper, "--seeds", "N", "seeds 1 to N")
    add_argument(paper, "--quick", help="few seeds, and less of each")
    about = (
        "data, figure and verdict.json go there (paper/NAME); with --all, paper.md, paper.html and"
        " the folder paper (this folder); what was there is replaced"
    )
    add_argument(paper, "-o", "DIR", about)
    paper.set_defaults(command=_paper)


def _paper(options) -> None:
    from spikingfa.base.files import straight
    from spikingfa.paper import EXPERIMENTS

    if options.all:
        _all(options)
    elif options.name is None:
        say("\n".join(_line(e) for e in EXPERIMENTS.values() if e.spiking or not options.spiking))
    else:
        experiment = _experiment(options.name, options.spiking)
        folder = straight(options.o or f"paper/{experiment.key}")
        for error in _carry_out({experiment: folder}, options).values():
            raise error


def _all(options) -> None:
    from spikingfa.base.files import straight
    from spikingfa.paper import EXPERIMENTS
    from spikingfa.paper.report import FOLDER, PAGES, write_report

    if options.name is not None:
        raise ModelError(f"either --all or an experiment's name, got both: {options.name!r}")
    folder = straight(options.o or ".")
    wanted = [e for e in EXPERIMENTS.values() if e.spiking or not options.spiking]
    failed = _carry_out({e: folder / FOLDER / e.key for e in wanted}, options)
    done = [experiment for experiment in wanted if experiment not in failed]
    if done:
        write_report(done, folder, _command(options))
        say(f"written to {' and '.join(str(folder / page) for page in PAGES)}")
    if failed:
        names = ", ".join(experiment.key for experiment in failed)
        raise type(reason := next(iter(failed.values())))(f"not carried out: {names}: {reason}")


def _command(options) -> str:
    words = ["spikingfa paper --all"]
    words += ["--spiking"] * options.spiking + ["--quick"] * options.quick
    return " ".join(words + [f"--seeds {options.seeds}"] * (options.seeds is not None))


def _experiment(name: str, spiking: bool):
    from spikingfa.base.text import nearest
    from spikingfa.paper import EXPERIMENTS

    named = {e.spiking: e for e in EXPERIMENTS.values() if e.name == name}
    if not named:
        names = [experiment.name for experiment in EXPERIMENTS.values()]
        raise ModelError(f"there is no experiment {name!r}{nearest(name, names)}")
    if spiking and True not in named:
        raise ModelError(f"the experiment {name!r} is in rates only: needs no --spiking")
    return named.get(spiking) or named[True]  # where it is in spikes only, they need not be asked


def _carry_out(folders: dict, options) -> dict[object, SpikingFAError]:
    """Carry experiments out and say what came out; return why others could not be."""
    from spikingfa.base.progress import Waiting
    from spikingfa.paper.run_jobs import Job, run_jobs

    jobs = [
        Job(experiment, _seeds(experiment, options), options.quick, folder)
        for experiment, folder in folders.items()
    ]
    done, n = [], sum(len(job.seeds) for job in jobs)

    def seed_done(job: Job, seed: int) -> None:
        done.append(seed)
        waiting.say(f"{len(done)}/{n}  {job.experiment.key}, seed {seed}")
        waiting.update()

    failed = {}
    try:
        with interruptible(), Waiting("paper", n, " seeds") as waiting:
            for job, outcome in run_jobs(jobs, seed_done):
                if isinstance(outcome, SpikingFAError):
                    failed[job.experiment] = outcome
                else:
                    with waiting.aside():
                        for claim in outcome:
                            say(f"{_HOLDS[claim.holds]}: {claim.claim}\n    {claim.measured}")
                        say(f"written to {job.folder}")
    except KeyboardInterrupt:
        tell(f"{len(done)} of {n} are kept: the same command goes on")
        raise
    return failed


def _seeds(experiment, options) -> list[int]:
    n = options.seeds or (experiment.few if options.quick else experiment.seeds)
    return list(range(1, n + 1))


def _line(experiment) -> str:
    headline = type(experiment).__doc__.splitlines()[0]
    name = f"{experiment.name} --spiking" if experiment.spiking else experiment.name
    return f"{name}: {headline} ({experiment.shows})"
