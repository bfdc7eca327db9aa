"""``spikingfa test``: show the test stimuli to a trained network again."""

from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import about_data, add_data, part, shown_data, text
from spikingfa.cli.output import place, say

ON_TEST = "test"  # name of what is shown then, in that of a folder
MAX_NAME = 80  # letters of a data file's name in that of a folder


def add(commands) -> None:
    """Add this command."""
    test = commands.add_parser("test", help="test the stored weights of a run, also perturbed")
    test.add_argument("run", metavar="RUN", type=text, help="a run folder")
    add_data(test)
    test.add_argument(
        "--kill",
        metavar="PART",
        type=part,
        default=0.0,
        help="silence a part of the hidden neurons",
    )
    test.add_argument(
        "--noise",
        metavar="CURRENT",
        type=text,
        default="0 pA",
        help='noise current into hidden and output neurons, such as "50 pA" (SD)',
    )
    test.add_argument(
        "--weight-noise",
        metavar="PART",
        type=part,
        default=0.0,
        help="change every weight by such a part (SD)",
    )
    test.add_argument(
        "--presentation", metavar="TIME", type=text, help='show each stimulus for, such as "30 ms"'
    )
    test.add_argument(
        "--on-test",
        action="store_true",
        help="of a run that was judged by a validation split (task.validation) show the test set:"
        " once, at the end, of what was chosen",
    )
    test.add_argument(
        "--seed", metavar="N", type=int, default=0, help="seed of what is silenced and of the noise"
    )
    test.add_argument(
        "-o",
        metavar="DIR",
        type=text,
        help="where tables and figures go (default: RUN/tests/..., named after the options)",
    )
    test.set_defaults(command=_test)


def _test(options) -> None:
    from spikingfa.base.files import straight, within
    from spikingfa.plots.figures import figures_of_test
    from spikingfa.run_folder.run import open_run
    from spikingfa.training.evaluation import evaluate
    from spikingfa.training.evaluation_files import EvaluationWriter
    from spikingfa.training.perturbation import Perturbation

    run = open_run(options.run)
    perturbation = Perturbation(
        kill=options.kill,
        weight_noise=options.weight_noise,
        noise=options.noise,
        presentation=options.presentation,
        seed=options.seed,
    )
    if options.on_test and (options.data or options.data_dir):
        raise ModelError("--on-test is for the data of the training; other data are all shown")
    data, source = (None, None) if options.on_test else shown_data(run, options)
    name = _folder_name(perturbation.name, ON_TEST if options.on_test else source)
    usual = run.folder / "tests" / name
    folder = straight(options.o) if options.o else within(run.folder, usual)
    writer = EvaluationWriter(folder)
    found = evaluate(run, perturbation, data=data, on_test=options.on_test)
    writer.write(found, perturbation, source, figures_of_test(found))
    say(_summary(found, folder, source))


def _folder_name(perturbation: str, source: str | None) -> str:
    """Name of a folder; a test on other data leaves that on the run's own in its place."""
    return perturbation if source is None else f"{perturbation}-on-{Path(source).stem[:MAX_NAME]}"


def _summary(found, folder: Path, source: str | None) -> str:
    errors = {name: error for name, error in found.error_by_class.items() if error == error}
    worst = sorted(errors.items(), key=lambda item: -item[1])
    lines = [
        f"{found.name:12} {100 * found.error:.2f} %  ({len(found.targets)} stimuli)",
        f"by class     {', '.join(f'{name}: {100 * error:.1f} %' for name, error in worst[:10])}",
        f"written to   {place(folder)}",
    ]
    if not found.classes:
        del lines[1]
    if source is not None:
        lines.insert(0, about_data(source, len(found.targets), found.held_out))
    return "\n".join(lines)
