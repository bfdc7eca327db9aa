"""``spikingfa compare``: vary one setting, everything else the same."""

from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import Once, add_argument, add_shared
from spikingfa.cli.chosen import check_varied, model_of
from spikingfa.cli.output import say
from spikingfa.run_folder.held_out import VALIDATION, error_column


class OnceVaried(Once):
    """Of one setting all values stand in one list."""

    hint = ": one setting is varied, its values in one list; spikingfa sweep varies several"


def add(commands) -> None:
    """Add this command."""
    compare = commands.add_parser("compare", help="train variants of a model, several seeds each")
    add_shared(compare, "model", "--set")
    about = "the setting to vary, such as feedback.kind=direct,sign,none"
    add_argument(compare, "--vary", "PATH=A,B,...", about, action=OnceVaried, required=True)
    add_shared(compare, "--seeds", "--epochs", "--data", "--data-dir", "--on-test")
    about = "table.csv, figure.png and the runs go there; a comparison that was stopped goes on"
    add_argument(compare, "-o", "DIR", about, required=True)
    compare.set_defaults(command=_compare)


def _compare(options) -> None:
    from spikingfa.base.files import straight, written_whole
    from spikingfa.plots import plot_comparison, save_figure
    from spikingfa.plots.comparison import metric_and_part
    from spikingfa.plots.style import style
    from spikingfa.sweeping.compare import compare_models, variants, write_table
    from spikingfa.sweeping.progress import ComparisonBar
    from spikingfa.training.judging import about_chosen

    path, values = _varied(options.vary)
    check_varied("--vary", [path], options)
    models = variants(model_of(options), path, values)
    folder, seeds = straight(options.o), list(range(1, options.seeds + 1))
    with ComparisonBar(path, len(models) * len(seeds)) as bar:
        how = {"on_test": options.on_test, "tell": bar.say}
        compared = compare_models(models, seeds, folder, bar.done, **how)
    write_table(folder / "table.csv", path, compared)
    metric, part = metric_and_part(compared)
    with style():
        figure = plot_comparison(compared, title=path)
    written_whole(folder / "figure.png", lambda unfinished: save_figure(figure, unfinished))
    say(_summary(compared, path, f"{part} {metric}", folder))
    if part == VALIDATION and len(compared) > 1:
        best = min(compared, key=lambda variant: variant.errors[:, -1].mean())
        say(about_chosen(f"{path} = {best.label}", best.runs))


def _varied(given: str) -> tuple[str, list[str]]:
    """The setting and its values."""
    path, equals, values = given.partition("=")
    path = path.strip()
    if path == "training.seed":
        raise ModelError("training.seed: give the seeds by --seeds, not as a setting to vary")
    if not equals or "" in values.split(","):
        raise ModelError(f"--vary {given}: needs the form section.key=value,value,...")
    return path, values.split(",")


def _summary(compared, path: str, name: str, folder: Path) -> str:
    width = max(len(path), *(len(variant.label) for variant in compared))
    lines = [f"{path:{width}}  {f'{name} (%)':15}  angle (deg)  ms a trial"]
    for variant in compared:
        row = variant.row()
        error = error_column(variant.part)
        mean, sd = (100 * float(row[f"{error}_{key}"] or "nan") for key in ("mean", "sd"))
        angle = row["angle_deg_mean"] and f"{float(row['angle_deg_mean']):.1f}"
        spread = f"{mean:6.2f} ± {sd:.2f}" if row[f"{error}_sd"] else f"{mean:6.2f}"
        time = f"{float(row['ms_per_trial']):.3f}"
        lines.append(f"{variant.label:{width}}  {spread:15}  {angle:11}  {time}")
    return "\n".join([*lines, f"written to {folder}"])
