"""The command line.

Exit status 0: done; 2: bad input, told in one line; 130: interrupted; 141: nobody reads what is
told (as a shell says of programs that end like this).
"""

import argparse
import os
import sys
from pathlib import Path

from spikingfa.errors import ModelError, SpikingFAError


class _Parser(argparse.ArgumentParser):
    """Tells a wrong argument in one line."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: {' '.join(message.split())} (see {self.prog} --help)\n")

    def exit(self, status: int = 0, message: str | None = None):
        _print("", end="")  # flushes the help
        super().exit(status, message)


def main(arguments: list[str] | None = None) -> int:
    """Carry out a command; return its exit status."""
    try:
        options = _parser().parse_args(arguments)
        options.command(options)
    except SpikingFAError as error:
        return _fail(str(error))
    except BrokenPipeError:  # nobody reads the messages: end as a shell says of such programs
        _discard(sys.stderr)
        return 141
    except OSError as error:
        reason = error.strerror or str(error)
        return _fail(f"{error.filename}: {reason}" if error.filename else reason)
    except MemoryError as error:
        return _fail(f"not enough memory: {error}")
    except ArithmeticError as error:
        return _fail(f"a value of the model is too large or too small to compute with: {error}")
    except KeyboardInterrupt:
        print("spikingfa: interrupted", file=sys.stderr)
        return 130
    return 0


def _fail(reason: str) -> int:
    print("spikingfa:", " ".join(reason.split()), file=sys.stderr)
    return 2


def _print(text: str, end: str = "\n") -> None:
    """Print now. What is left in the buffer when Python ends would fail with a traceback."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        print(text.encode(encoding, "backslashreplace").decode(encoding), end=end, flush=True)
    except BrokenPipeError:  # what reads the output has enough, such as head
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise SpikingFAError(f"cannot print: {error.strerror}") from None


def _discard(stream) -> None:
    """Let what is in the stream's buffer go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _text(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # bytes that are no UTF-8
        raise argparse.ArgumentTypeError(f"must be UTF-8, got {text!r}")
    return text


def _inches(text: str) -> float:
    try:
        width = float(text)
    except ValueError:
        width = 0.0
    if not 2 <= width <= 100:
        raise argparse.ArgumentTypeError(f"needs a number from 2 to 100, got {text!r}")
    return width


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="spikingfa", description="Feedback alignment in spiking networks.")
    parser.add_argument("--version", action="version", version=_version())
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    run = commands.add_parser("run", help="train a model and leave a run folder")
    _add_model(run)
    run.add_argument(
        "--out", metavar="DIR", type=_text, help="the run folder (default: runs/MODEL-001, ...)"
    )
    run.add_argument("--seed", metavar="N", type=int, help="seed of everything random")
    run.add_argument("--epochs", metavar="N", type=int, help="times each stimulus is shown")
    run.add_argument(
        "--data", metavar="FILE.npz", type=_text, help="train on your own arrays x and y"
    )
    run.add_argument(
        "--data-dir", metavar="DIR", type=_text, help="folder of IDX files (task mnist or idx)"
    )
    run.add_argument("--force", action="store_true", help="replace a run that is in DIR already")
    run.add_argument(
        "--resume", action="store_true", help="go on with the run in DIR where it was stopped"
    )
    run.set_defaults(command=_run)

    raster = commands.add_parser("raster", help="draw the recorded spikes of a run")
    raster.add_argument("run", metavar="RUN", type=_text, help="a run folder")
    raster.add_argument("--trials", metavar="A:B", help="trials to draw, such as 0:3, 4 or 0,2,5")
    raster.add_argument("--populations", metavar="NAME", nargs="+", help="populations to draw")
    raster.add_argument("--width", metavar="INCH", type=_inches, help="width (default: 7 inches)")
    raster.add_argument("--title", metavar="TEXT", help="title above the figure")
    raster.add_argument(
        "-o", metavar="FILE", type=_text, required=True, help="figure to write: png, svg, pdf"
    )
    raster.set_defaults(command=_raster)

    models = commands.add_parser("models", help="list the shipped models")
    models.set_defaults(command=_models)

    show = commands.add_parser("show", help="print a model's parameters and equations")
    _add_model(show)
    show.set_defaults(command=_show)
    return parser


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL", type=_text, help="a shipped model's name, or a TOML file"
    )
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        type=_text,
        action="append",
        default=[],
        dest="settings",
        help='change a field, such as hidden.tau_m="10 ms"; may be given often',
    )


def _version() -> str:
    from spikingfa import __version__

    return f"spikingfa {__version__}"


def _model(options):
    from spikingfa.model_file import load_model, parse_setting

    settings = dict(parse_setting(text) for text in options.settings)
    if getattr(options, "seed", None) is not None:
        settings["training.seed"] = options.seed
    if getattr(options, "epochs", None) is not None:
        settings["training.epochs"] = options.epochs
    if getattr(options, "data", None) is not None:
        settings |= {"task.name": "arrays", "task.file": str(Path(options.data).absolute())}
        settings["task.folder"] = None
    model = load_model(options.model).but(settings)
    return _with_folder(model, getattr(options, "data_dir", None))


def _with_folder(model, folder: str | None):
    from spikingfa.model import IDX_TASKS

    if folder is None:
        return model
    if model.task.name not in IDX_TASKS:
        raise ModelError(
            f"--data-dir needs a model whose task is {' or '.join(IDX_TASKS)},"
            f" got {model.task.name!r} (--set task.name=... changes it)"
        )
    return model.but({"task.folder": str(Path(folder).absolute())})


def _run(options) -> None:
    from spikingfa.run_writer import new_run_folder
    from spikingfa.training import train

    if options.resume and (options.force or not options.out):
        raise ModelError("--resume needs --out DIR, the run to go on with, and no --force")
    model = _model(options)
    folder = Path(options.out) if options.out else new_run_folder(Path(options.model).stem)
    try:
        run = train(model, out=folder, force=options.force, resume=options.resume)
    except KeyboardInterrupt:
        if folder.exists():
            print(
                f"spikingfa: what was finished is in {folder}; --resume goes on from there",
                file=sys.stderr,
            )
        raise
    _print(_summary(run))


def _summary(run) -> str:
    metrics = run.metrics
    angle = metrics["angle_deg"]
    lines = [
        f"test error   {100 * metrics['test_error']:.2f} %",
        f"train error  {100 * metrics['train_error']:.2f} %  (last epoch, while learning)",
        f"angle        {angle:.1f} degrees between W and B" if angle is not None else "",
        f"time         {metrics['train_seconds']:.1f} s training,"
        f" {metrics['ms_per_trial']:.3f} ms a trial, {metrics['build_seconds']:.1f} s compiling",
        f"run folder   {run.folder}",
    ]
    return "\n".join(line for line in lines if line)


def _raster(options) -> None:
    from spikingfa.plots import plot_raster, save
    from spikingfa.run_folder import open_run

    run = open_run(options.run)
    try:
        figure = plot_raster(
            run.spikes,
            trials=_trials(options.trials),
            populations=options.populations,
            width=options.width,
            title=options.title,
        )
        save(figure, options.o)
    except (ValueError, IndexError) as error:
        raise ModelError(str(error)) from None


def _trials(text: str | None) -> slice | list[int] | None:
    if text is None:
        return None
    try:
        if ":" in text:
            chosen = slice(*(int(part) if part else None for part in text.split(":")))
            chosen.indices(0)  # refuses steps of zero
            return chosen
        return [int(part) for part in text.split(",")]
    except (ValueError, TypeError):
        raise ModelError(f"--trials {text}: needs a form such as 0:3, 4 or 0,2,5") from None


def _models(options) -> None:
    from spikingfa.model_file import shipped_models

    for headline in shipped_models().values():
        _print(headline)


def _show(options) -> None:
    from spikingfa.show import describe

    _print(describe(_model(options)))
