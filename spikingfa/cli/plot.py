"""``spikingfa plot`` and ``spikingfa raster``: draw figures of a run."""

from dataclasses import replace
from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, add_shared
from spikingfa.cli.output import place, say
from spikingfa.cli.view import add_view, view_of


def add(commands) -> None:
    """Add these commands."""
    from spikingfa.plots.kinds import KINDS

    plot = commands.add_parser("plot", help="draw one figure of a run, or all")
    add_shared(plot, "run")
    about = f"{', '.join(KINDS)}; by default all that the run has the data for"
    add_argument(plot, "kind", "KIND", about, nargs="?")
    add_view(plot)
    about = (
        "figure to write: png, svg, pdf, eps, tiff (animation: gif, mp4); or, without KIND, the"
        " folder for all (figures/ in the run folder)"
    )
    add_argument(plot, "-o", "FILE", about)
    plot.set_defaults(command=_plot)

    raster = commands.add_parser("raster", help="draw the recorded spikes of a run")
    add_shared(raster, "run")
    add_view(raster)
    about = "figure to write: png, svg, pdf, eps, tiff; html: a page on which one zooms and scrolls"
    add_argument(raster, "-o", "FILE", about, required=True)
    raster.set_defaults(command=_raster)


def _plot(options) -> None:
    from spikingfa.base.files import as_folder_error, straight, within
    from spikingfa.plots.figures import write_figures
    from spikingfa.plots.kinds import FIGURES, KINDS, file_name
    from spikingfa.run_folder.opening import open_run

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
        say(f"written to {place(path)} ({_written(run, options.kind, path, view)})")
        return
    n_written = 0
    for kind, path, about in write_figures(run, folder, view):
        n_written += path is not None
        written = f"written to {place(path)} ({about})" if path else ""
        say(written or f"no {kind}: {' '.join(about.split())}")
    if not n_written:
        raise ModelError(f"no figure of {run.folder} could be drawn")


def _raster(options) -> None:
    from spikingfa.run_folder.opening import open_run

    run, path, view = open_run(options.run), Path(options.o), view_of(options)
    view = replace(view, trials=":" if view.trials is None else view.trials)
    say(f"written to {place(path)} ({_written(run, 'raster', path, view)})")


def _written(run, kind: str, path: Path, view) -> str:
    """What is said of a figure in a file: an image, or of a raster a page, too."""
    if kind == "raster" and path.suffix.lower() == ".html":
        from spikingfa.export.interactive import write_raster

        return write_raster(run, path, view)
    from spikingfa.plots.figures import write_figure

    return write_figure(run, kind, path, view)
