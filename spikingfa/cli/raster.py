"""``spikingfa raster``: draw the recorded spikes of a run."""

from dataclasses import replace
from pathlib import Path

from spikingfa.cli.arguments import text
from spikingfa.cli.view import add_view, view_of


def add(commands) -> None:
    """Add this command."""
    raster = commands.add_parser("raster", help="draw the recorded spikes of a run")
    raster.add_argument("run", metavar="RUN", type=text, help="a run folder")
    add_view(raster)
    raster.add_argument(
        "-o", metavar="FILE", type=text, required=True, help="figure to write: png, svg, pdf"
    )
    raster.set_defaults(command=_raster)


def _raster(options) -> None:
    from spikingfa.plots.figures import write_figure
    from spikingfa.run_folder.run import open_run

    view = view_of(options)
    all_trials = ":" if view.trials is None else view.trials
    write_figure(open_run(options.run), "raster", Path(options.o), replace(view, trials=all_trials))
