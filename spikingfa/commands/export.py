"""``spikingfa export``: what was recorded, for other programs."""

from spikingfa.commands.arguments import text
from spikingfa.commands.output import say


def add(commands) -> None:
    """Add this command."""
    export = commands.add_parser("export", help="write the recorded spikes for other programs")
    export.add_argument("run", metavar="RUN", type=text, help="a run folder")
    export.add_argument(
        "--to",
        metavar="FORMAT",
        type=text,
        required=True,
        help="csv, npz, nix (Neo, Elephant), nwb",
    )
    export.add_argument(
        "-o",
        metavar="FILE",
        type=text,
        help="file to write (export/spikes.FORMAT in the run folder); what was there is replaced",
    )
    export.set_defaults(command=_export)


def _export(options) -> None:
    from spikingfa.export import export
    from spikingfa.run_folder import open_run

    for path in export(open_run(options.run), options.to, options.o):
        say(f"written to {path}")
