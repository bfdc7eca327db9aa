"""``spikingfa record``: spikes and variables of a trained network."""

from spikingfa.cli.arguments import add_argument, add_shared, indices, passed_on
from spikingfa.cli.chosen import about_data, shown_data
from spikingfa.cli.output import place, say

#: Options that `spikingfa.record` has by the same names.
_PASSED_ON = ("trials", "training_set", "learning", "teacher", "untrained", "every")


def add(commands) -> None:
    """Add this command."""
    about = "record spikes and any variables of a trained network"
    record = commands.add_parser("record", help=about)
    add_shared(record, "run")
    about = "such as hidden.v, 'hidden.v[0:10]' or 'input_to_hidden.w[:, 3]'; spikes always"
    add_argument(record, "variables", "VARIABLE", about, nargs="*")
    add_argument(record, "--list", help="list all variables, record none")
    which = record.add_mutually_exclusive_group()
    add_argument(which, "--trials", "N", "test stimuli to show, one of each class first")
    add_argument(which, "--stimuli", "A:B", "stimuli to show, such as 0:3, 4 or 0,2,5")
    add_argument(record, "--training-set", help="count stimuli in the training set")
    add_argument(record, "--learning", help="let the weights change meanwhile")
    about = "with a teacher also where it acts on the answers (as through hidden.g_couple)"
    add_argument(record, "--teacher", help=about)
    add_argument(record, "--untrained", help="with the weights that the run began with")
    add_argument(record, "--every", "TIME", 'from value to value, such as "5 ms"')
    add_argument(record, "--name", "NAME", "of the recording (traces); it is replaced")
    add_shared(record, "--data", "--data-dir")
    record.set_defaults(command=_record)


def _record(options) -> None:
    from spikingfa.run_folder.layout import TRACES
    from spikingfa.run_folder.opening import open_run
    from spikingfa.training.record import record, recordable
    from spikingfa.training.run_data import is_test_of

    run = open_run(options.run)
    if options.list:
        for name, unit in recordable(run).items():
            say(f"{name}  ({unit})" if unit else name)
        return
    data, source = shown_data(run, options)
    recording = record(
        run,
        options.variables,
        stimuli=indices("--stimuli", options.stimuli),
        name=options.name or TRACES,
        data=data,
        **passed_on(options, *_PASSED_ON),
    )
    if source is not None:
        say(about_data(source, len(data.x_test), is_test_of(run, data)))
    say(_summary(recording))


def _summary(recording) -> str:
    n = len(recording.spikes.onsets)
    lines = [f"trials       {n} of {1e3 * recording.spikes.duration:g} ms"]
    lines += [
        f"{one.name:12} {one.values.shape[1]} columns, {len(one.values)} values every"
        f" {1e3 * one.dt:g} ms{f', in {one.unit}' * bool(one.unit)}"
        for one in recording.traces.values()
    ]
    note = recording.spikes.note
    lines += [f"teacher      {note}"] if note else []
    return "\n".join([*lines, f"written to   {place(recording.folder)}"])
