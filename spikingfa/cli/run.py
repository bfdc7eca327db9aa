"""``spikingfa run``: train a model and leave a run folder."""

from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, add_shared, passed_on
from spikingfa.cli.chosen import adapted, model_of
from spikingfa.cli.output import kept_in, place, say


def add(commands) -> None:
    """Add this command."""
    run = commands.add_parser("run", help="train a model and leave a run folder")
    about = "a shipped model's name, or a TOML file; of a run that is resumed its own"
    add_shared(run, "model", nargs="?", help=about)
    add_shared(run, "--set")
    add_argument(run, "--out", "DIR", "the run folder (default: runs/MODEL-001, ...)")
    add_argument(run, "--seed", "N", "seed of everything random", type=int)
    add_shared(run, "--epochs", "--data", "--data-dir")
    add_argument(run, "--force", help="replace a run that is in DIR already")
    add_argument(run, "--resume", help="go on with the run in DIR where it was stopped")
    add_argument(run, "--start", "RUN", "begin with the weights of the run in this folder")
    run.set_defaults(command=lambda options: _run(options, run.error))


def _run(options, usage_error) -> None:
    if options.model is None and not options.resume:
        usage_error("the following arguments are required: MODEL")

    from spikingfa.base.files import straight
    from spikingfa.plots.training import train
    from spikingfa.run_folder.opening import open_run
    from spikingfa.run_folder.writer import new_run_folder

    if options.resume and (options.force or not options.out):
        raise ModelError("--resume needs --out DIR, the run to go on with, and no --force")
    if options.model is None:
        model = adapted(open_run(options.out).model, options)
    else:
        model = model_of(options)
    folder = straight(options.out) if options.out else new_run_folder(Path(options.model).stem)
    same = passed_on(options, "force", "resume", "start")
    with kept_in(folder, "--resume goes on from there"):
        run = train(model, out=folder, **same)
    say(_summary(run))


def _summary(run) -> str:
    from spikingfa.run_folder.held_out import error_in
    from spikingfa.training.metrics import label_of, name_of

    metrics = run.metrics
    train = f"train {label_of(metrics)}"
    angle = metrics["angle_deg"]
    lines = [
        f"{name_of(metrics):12} {100 * error_in(metrics):.2f} %",
        f"{train:12} {100 * metrics['train_error']:.2f} %  ({_measured(run)})",
        f"angle        {angle:.1f} degrees between W and B" if angle is not None else "",
        f"time         {metrics['train_seconds']:.1f} s training,"
        f" {metrics['ms_per_trial']:.3f} ms a trial, {metrics['build_seconds']:.1f} s compiling",
        f"run folder   {place(run.folder)}",
    ]
    return "\n".join(line for line in lines if line)


def _measured(run) -> str:
    """Words for how the training error was measured, for the summary."""
    from spikingfa.training.train_sample import SAMPLE, while_learning

    if while_learning(run.history):  # in a run that an older version began
        return "last epoch, while learning"
    return f"{min(run.data.n_train, SAMPLE)} training stimuli, without teacher"
