"""``spikingfa models`` and ``spikingfa show``: what there is."""

import os

from spikingfa.base.errors import ModelError
from spikingfa.cli.arguments import add_argument, add_shared
from spikingfa.cli.chosen import adapted, model_of
from spikingfa.cli.output import say


def add(commands) -> None:
    """Add these commands."""
    models = commands.add_parser("models", help="list the shipped models")
    models.set_defaults(command=_models)

    show = commands.add_parser(
        "show", help="print a model's parameters and equations, or what there is"
    )
    about = "a shipped model's name, a TOML file, or a run folder"
    add_shared(show, "model", nargs="?", help=about)
    add_shared(show, "--set")
    add_argument(show, "--rules", help="list the rules of feedback and plasticity")
    add_argument(show, "--neurons", help="list the neuron models")
    show.set_defaults(command=_show)


def _models(options) -> None:
    from spikingfa.model.files import shipped_models

    for headline in shipped_models().values():
        say(headline)


def _show(options) -> None:
    from spikingfa.model.describe import neurons, rules
    from spikingfa.model.files import shipped_models
    from spikingfa.network.describe import describe

    if options.rules:
        say(rules())
    elif options.neurons:
        say(neurons())
    elif options.model is None:
        raise ModelError("show needs a MODEL (spikingfa models lists them), --neurons or --rules")
    elif options.model not in shipped_models() and os.path.isdir(options.model):
        from spikingfa.run_folder.opening import open_run

        text = describe(adapted(open_run(options.model).model, options))
        say(f"the model of the run in {options.model}\n\n{text}")
    else:
        say(describe(model_of(options)))
