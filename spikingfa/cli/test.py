"""``spikingfa test``: show the test stimuli to a trained network again."""

from dataclasses import fields
from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, add_shared, passed_on
from spikingfa.cli.chosen import about_data, shown_data
from spikingfa.cli.output import place, say

ON_TEST = "test"  # name of what is shown then, in that of a folder
MAX_NAME = 80  # letters of a data file's name in that of a folder


def add(commands) -> None:
    """Add this command."""
    test = commands.add_parser("test", help="test the stored weights of a run, also perturbed")
    add_shared(test, "run", "--data", "--data-dir")
    add_argument(test, "--kill", "PART", "silence a part of the hidden neurons", default=0.0)
    about = 'noise current into hidden and output neurons, such as "50 pA" (SD)'
    add_argument(test, "--noise", "CURRENT", about, default="0 pA")
    about = "change every weight by such a part (SD)"
    add_argument(test, "--weight-noise", "PART", about, default=0.0)
    add_argument(test, "--presentation", "TIME", 'show each stimulus for, such as "30 ms"')
    about = (
        "of a run that was judged by a validation split (task.validation) show the test set: once,"
        " at the end, of what was chosen"
    )
    add_argument(test, "--on-test", help=about)
    about = "seed of what is silenced and of the noise"
    add_argument(test, "--seed", "N", about, type=int, default=0)
    about = "where tables and figures go (default: RUN/tests/..., named after the options)"
    add_argument(test, "-o", "DIR", about)
    test.set_defaults(command=_test)


def _test(options) -> None:
    from spikingfa.base.files import straight, within
    from spikingfa.plots.figures import figures_of_test
    from spikingfa.run_folder.opening import open_run
    from spikingfa.training.evaluation import evaluate
    from spikingfa.training.evaluation_files import EvaluationWriter
    from spikingfa.training.perturbation import Perturbation

    run = open_run(options.run)
    perturbation = Perturbation(**passed_on(options, *(one.name for one in fields(Perturbation))))
    if options.on_test and (options.data or options.data_dir):
        raise ModelError("--on-test is for the data of the training; other data are all shown")
    data, source = (None, None) if options.on_test else shown_data(run, options)
    name = perturbation.name
    if source or options.on_test:  # the test on the run's own data keeps its place
        name += f"-on-{Path(source or ON_TEST).stem[:MAX_NAME]}"
    usual = run.folder / "tests" / name
    folder = straight(options.o) if options.o else within(run.folder, usual)
    writer = EvaluationWriter(folder)
    result = evaluate(run, perturbation, data=data, on_test=options.on_test)
    writer.write(result, perturbation, source, figures_of_test(result))
    say(_summary(result, folder, source))


def _summary(evaluation, folder: Path, source: str | None) -> str:
    errors = {name: error for name, error in evaluation.error_by_class.items() if error == error}
    worst = sorted(errors.items(), key=lambda item: -item[1])
    lines = [
        f"{evaluation.name:12} {100 * evaluation.error:.2f} %  ({len(evaluation.targets)} stimuli)",
        f"by class     {', '.join(f'{name}: {100 * error:.1f} %' for name, error in worst[:10])}",
        f"written to   {place(folder)}",
    ]
    if not evaluation.classes:
        del lines[1]
    if source is not None:
        lines.insert(0, about_data(source, len(evaluation.targets), evaluation.held_out))
    return "\n".join(lines)
