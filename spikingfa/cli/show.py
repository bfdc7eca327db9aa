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
    about = "say what is in data of your own: .npz, .csv table, or spikes (.npz, .csv, .h5, .nwb)"
    add_shared(show, "--data", help=about)
    about = "with --data: draw the spikes of a stimulus of each class there"
    add_argument(show, "-o", "FIGURE", about, dest="out")
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

    if options.out and not options.data:
        raise ModelError("-o: needs --data FILE, whose spikes it draws")
    if options.data:
        _show_data(options)
    elif options.rules:
        say(rules())
    elif options.neurons:
        say(neurons())
    elif options.model is None:
        raise ModelError(
            "show needs a MODEL (spikingfa models lists them), --data FILE, --neurons or --rules"
        )
    elif options.model not in shipped_models() and os.path.isdir(options.model):
        from spikingfa.run_folder.opening import open_run

        text = describe(adapted(open_run(options.model).model, options))
        say(f"the model of the run in {options.model}\n\n{text}")
    else:
        say(describe(model_of(options)))


def _show_data(options) -> None:
    from spikingfa.model.files import load_model
    from spikingfa.model.model import Model
    from spikingfa.tasks import load_data
    from spikingfa.tasks.summary import summary

    model = Model() if options.model is None else load_model(options.model)
    data = load_data(adapted(model, options).task)
    say(summary(data))
    if options.out:
        _draw(data, options)


def _draw(data, options) -> None:
    from spikingfa.plots import plot_raster, save_figure
    from spikingfa.plots.style import style
    from spikingfa.tasks.events import Events
    from spikingfa.training.examples import example_spikes

    if not isinstance(data.x_train, Events):
        raise ModelError(f"-o {options.out}: {options.data} holds no spikes to draw")
    with style():
        save_figure(plot_raster(example_spikes(data)), options.out)
    say(f"written to {options.out}")
