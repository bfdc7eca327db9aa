"""``spikingfa report``: a run on one HTML page."""

from spikingfa.cli.arguments import text
from spikingfa.cli.output import place, say


def add(commands) -> None:
    """Add this command."""
    report = commands.add_parser("report", help="write a run on one HTML page")
    report.add_argument("run", metavar="RUN", type=text, help="a run folder, finished or not")
    report.add_argument(
        "-o",
        metavar="FILE",
        type=text,
        help="page to write (report.html in the run folder); what was there is replaced",
    )
    report.add_argument(
        "--test",
        action="store_true",
        help="test the stored weights for it; else it shows what spikingfa test found",
    )
    report.set_defaults(command=_report)


def _report(options) -> None:
    from spikingfa.export.report import report

    say(f"written to {place(report(options.run, options.o, test=options.test))}")
