"""``spikingfa models`` and ``spikingfa show``: what there is."""

from spikingfa.commands.arguments import add_model, model_of
from spikingfa.commands.output import say
from spikingfa.errors import ModelError


def add(commands) -> None:
    """Add these commands."""
    models = commands.add_parser("models", help="list the shipped models")
    models.set_defaults(command=_models)

    show = commands.add_parser(
        "show", help="print a model's parameters and equations, or what there is"
    )
    add_model(show, nargs="?")
    show.add_argument(
        "--rules", action="store_true", help="list the rules of feedback and plasticity"
    )
    show.add_argument("--neurons", action="store_true", help="list the neuron models")
    show.set_defaults(command=_show)


def _models(options) -> None:
    from spikingfa.model_file import shipped_models

    for headline in shipped_models().values():
        say(headline)


def _show(options) -> None:
    from spikingfa.show import describe, neurons, rules

    if options.rules:
        say(rules())
    elif options.neurons:
        say(neurons())
    elif options.model is None:
        raise ModelError("show needs a MODEL (spikingfa models lists them), --neurons or --rules")
    else:
        say(describe(model_of(options)))
