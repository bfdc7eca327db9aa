"""``spikingfa report`` and ``spikingfa export``: runs and models for readers, and programs."""

import argparse
from pathlib import Path

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, add_shared
from spikingfa.cli.chosen import model_of
from spikingfa.cli.output import place, say

FORMATS = """\
formats of recorded spikes, each of a RUN:
  csv      two tables, for anything
  npz      plain arrays, for NumPy
  nix      a Neo block, for Neo, Elephant and nixio (neo is the same)
  nwb      Neurodata Without Borders, for pynwb, MatNWB and archives

formats of networks:
  nir      the trained network of a RUN, for Norse and other programs that read NIR
  python   a script that needs Brian2 alone: the first trials of the training of a
           MODEL, or the recorded trials of a RUN
"""


def add(commands) -> None:
    """Add these commands."""
    report = commands.add_parser("report", help="write a run on one HTML page")
    add_shared(report, "run", help="a run folder, finished or not")
    about = "page to write (report.html in the run folder); what was there is replaced"
    add_argument(report, "-o", "FILE", about)
    about = "test the stored weights for it; else it shows what spikingfa test found"
    add_argument(report, "--test", help=about)
    report.set_defaults(command=_report)

    export = commands.add_parser(
        "export",
        help="write a run or a model for other programs",
        epilog=FORMATS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_argument(export, "model", "RUN", "a run folder; with --to python also a MODEL")
    add_argument(export, "--to", "FORMAT", "one of those below", required=True)
    about = (
        "file to write (spikes.FORMAT or network.FORMAT in export/ of the run folder, MODEL.py"
        " here); what was exported to it before is replaced"
    )
    add_argument(export, "-o", "FILE", about)
    add_argument(export, "--trials", "N", "stimuli that the script of a MODEL shows (20)")
    about = "spikes and traces of a recording (spikingfa record) instead of the run's own spikes"
    add_argument(export, "--recording", "NAME", about)
    about = (
        'what an NWB file says of its subject, such as species="Mus musculus", which archives ask'
        " for; may be given often"
    )
    add_argument(export, "--subject", "FIELD=TEXT", about, action="append", default=[])
    add_shared(export, "--set", "--data", "--data-dir")
    export.set_defaults(command=_export)


def _report(options) -> None:
    from spikingfa.export.report import report

    say(f"written to {place(report(options.run, options.o, test=options.test))}")


def _export(options) -> None:
    from spikingfa.export import export

    source, path = _source(options)
    subject = _subject(options.subject)
    chosen = {"trials": options.trials, "recording": options.recording, "subject": subject}
    for written in export(source, options.to, path, **chosen):
        say(f"written to {place(written)}")


def _subject(described: list[str]) -> dict[str, str]:
    """Fields of the subject by their names."""
    subject: dict[str, str] = {}
    for given in described:
        name, equals, value = given.partition("=")
        if not equals or not name:
            raise ModelError(f"--subject {given}: needs the form FIELD=TEXT")
        if name in subject:
            raise ModelError(f"--subject {name} is given twice")
        subject[name] = value
    return subject


def _source(options):
    """The run or the model that is to be exported, and the file."""
    from spikingfa.export import format_called
    from spikingfa.run_folder.opening import open_run

    if format_called(options.to).of_models and not Path(options.model).is_dir():
        return model_of(options), options.o or f"{Path(options.model).stem}.py"
    if options.settings or options.data or options.data_dir or options.trials:
        raise ModelError("--set, --data, --data-dir and --trials need --to python and a MODEL")
    return open_run(options.model), options.o
