"""``spikingfa record``: spikes and variables of a trained network."""

from spikingfa.cli.arguments import about_data, add_data, count, indices, shown_data, text
from spikingfa.cli.output import place, say


def add(commands) -> None:
    """Add this command."""
    record = commands.add_parser(
        "record", help="record spikes and any variables of a trained network"
    )
    record.add_argument("run", metavar="RUN", type=text, help="a run folder")
    record.add_argument(
        "variables",
        metavar="VARIABLE",
        type=text,
        nargs="*",
        help="such as hidden.v, 'hidden.v[0:10]' or 'input_to_hidden.w[:, 3]'; spikes always",
    )
    record.add_argument("--list", action="store_true", help="list all variables, record none")
    which = record.add_mutually_exclusive_group()
    which.add_argument(
        "--trials", metavar="N", type=count, help="test stimuli to show, one of each class first"
    )
    which.add_argument(
        "--stimuli", metavar="A:B", type=text, help="stimuli to show, such as 0:3, 4 or 0,2,5"
    )
    record.add_argument(
        "--training-set", action="store_true", help="count stimuli in the training set"
    )
    record.add_argument("--learning", action="store_true", help="let the weights change meanwhile")
    record.add_argument(
        "--teacher",
        action="store_true",
        help="with a teacher also where it acts on the answers (as through hidden.g_couple)",
    )
    record.add_argument(
        "--untrained", action="store_true", help="with the weights that the run began with"
    )
    record.add_argument(
        "--every", metavar="TIME", type=text, help='from value to value, such as "5 ms"'
    )
    record.add_argument(
        "--name", metavar="NAME", type=text, help="of the recording (traces); it is replaced"
    )
    add_data(record)
    record.set_defaults(command=_record)


def _record(options) -> None:
    from spikingfa.run_folder.run import TRACES, open_run
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
        trials=options.trials,
        stimuli=indices("--stimuli", options.stimuli),
        training_set=options.training_set,
        learning=options.learning,
        teacher=options.teacher,
        untrained=options.untrained,
        every=options.every,
        name=options.name or TRACES,
        data=data,
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
