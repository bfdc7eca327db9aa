"""``spikingfa plot``: draw figures of a run."""

from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import text
from spikingfa.cli.output import place, say
from spikingfa.cli.view import add_view, view_of


def add(commands) -> None:
    """Add this command."""
    from spikingfa.plots.kinds import KINDS

    plot = commands.add_parser("plot", help="draw one figure of a run, or all")
    plot.add_argument("run", metavar="RUN", type=text, help="a run folder")
    plot.add_argument(
        "kind",
        metavar="KIND",
        type=text,
        nargs="?",
        help=f"{', '.join(KINDS)}; by default all that the run has the data for",
    )
    add_view(plot)
    plot.add_argument(
        "-o",
        metavar="FILE",
        type=text,
        help="figure to write: png, svg, pdf (animation: gif, mp4); or, without KIND, the folder"
        " for all (figures/ in the run folder)",
    )
    plot.set_defaults(command=_plot)


def _plot(options) -> None:
    from spikingfa.base.files import as_folder_error, straight, within
    from spikingfa.plots.figures import write_figure, write_figures
    from spikingfa.plots.kinds import FIGURES, KINDS, file_name
    from spikingfa.run_folder.run import open_run

    run, view = open_run(options.run), view_of(options)
    folder = run.folder / FIGURES
    if options.kind is None and options.o:
        folder = straight(options.o)
    try:
        if not options.o:
            within(run.folder, folder)
        if not (options.kind and options.o):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_folder_error(error, folder) from None
    if options.kind is not None:
        name = file_name(options.kind) if options.kind in KINDS else ""
        path = Path(options.o) if options.o else folder / name
        write_figure(run, options.kind, path, view)
        say(f"written to {place(path)}")
        return
    written = [_told(*one) for one in write_figures(run, folder, view)]
    if not any(written):
        raise ModelError(f"no figure of {run.folder} could be drawn")


def _told(kind: str, path: Path | None, reason: str) -> bool:
    say(f"written to {place(path)}" if path else f"no {kind}: {' '.join(reason.split())}")
    return path is not None
