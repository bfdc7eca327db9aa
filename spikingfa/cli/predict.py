"""``spikingfa predict``: the answers of a trained network to stimuli without labels."""

from collections import Counter
from io import StringIO
from pathlib import Path

from spikingfa.cli.arguments import add_argument, add_shared
from spikingfa.cli.output import say


def add(commands) -> None:
    """Add this command."""
    predict = commands.add_parser("predict", help="answer stimuli whose labels are not known")
    add_shared(predict, "run")
    about = (
        "stimuli, in a file as that of the training: .npz with x, .csv table, or events (.npz,"
        " .h5); labels in it are not read"
    )
    add_argument(predict, "file", "FILE", about)
    about = (
        "CSV table of the answers and of the spikes of each output, which is replaced; by default"
        " it is printed"
    )
    add_argument(predict, "-o", "FILE", about)
    predict.set_defaults(command=_predict)


def _predict(options) -> None:
    from spikingfa.base.files import write_rows, written_whole
    from spikingfa.training.prediction import predict

    answers = predict(options.run, options.file)
    table, buffer = answers.table(), StringIO()
    write_rows(buffer, table, zip(*(column.tolist() for column in table.values())))
    text = buffer.getvalue()
    if options.o is None:
        say(text, end="")
        return
    written_whole(Path(options.o), lambda path: path.write_text(text, "utf-8", newline=""))
    say(f"answered     {len(answers)} stimuli")
    if answers.classes:
        counts = Counter(answers.labels).most_common(10)
        say(f"by class     {', '.join(f'{name}: {n}' for name, n in counts)}")
    say(f"written to   {options.o}")
