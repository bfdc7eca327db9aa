"""``spikingfa methods``: the methods section of an article."""

import os
from pathlib import Path

from spikingfa.cli.arguments import add_argument, add_shared
from spikingfa.cli.chosen import adapted, model_of
from spikingfa.cli.output import place, say


def add(commands) -> None:
    """Add this command."""
    about = "describe a run or a model as the methods section of an article does"
    methods = commands.add_parser("methods", help=about)
    about = "a run folder; or a shipped model's name or a TOML file"
    add_shared(methods, "model", help=about)
    add_shared(methods, "--set")
    add_argument(methods, "-o", "FILE", "file to write: md, tex; else it is printed (Markdown)")
    methods.set_defaults(command=_methods)


def _methods(options) -> None:
    from spikingfa.export.methods import methods_section
    from spikingfa.model.files import shipped_models

    if options.model not in shipped_models() and os.path.isdir(options.model):
        from spikingfa.run_folder.opening import open_run

        source = open_run(options.model)
        source = adapted(source.model, options) if options.settings else source
    else:
        source = model_of(options)
    path = Path(options.o) if options.o else None
    text = methods_section(source, path=path)
    say(f"written to {place(path)}" if path else text.rstrip())
