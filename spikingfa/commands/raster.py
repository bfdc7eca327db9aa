"""``spikingfa raster``: draw the recorded spikes of a run."""

from spikingfa.commands.arguments import inches, indices, text
from spikingfa.errors import ModelError


def add(commands) -> None:
    """Add this command."""
    raster = commands.add_parser("raster", help="draw the recorded spikes of a run")
    raster.add_argument("run", metavar="RUN", type=text, help="a run folder")
    raster.add_argument("--trials", metavar="A:B", help="trials to draw, such as 0:3, 4 or 0,2,5")
    raster.add_argument("--populations", metavar="NAME", nargs="+", help="populations to draw")
    raster.add_argument("--width", metavar="INCH", type=inches, help="width (default: 7 inches)")
    raster.add_argument("--title", metavar="TEXT", help="title above the figure")
    raster.add_argument(
        "-o", metavar="FILE", type=text, required=True, help="figure to write: png, svg, pdf"
    )
    raster.set_defaults(command=_raster)


def _raster(options) -> None:
    from spikingfa.plots import plot_raster, save
    from spikingfa.run_folder import open_run

    run = open_run(options.run)
    try:
        figure = plot_raster(
            run.spikes,
            trials=indices("--trials", options.trials),
            populations=options.populations,
            width=options.width,
            title=options.title,
        )
        save(figure, options.o)
    except (ValueError, IndexError) as error:
        raise ModelError(str(error)) from None
