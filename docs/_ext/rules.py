"""Pages of rules, tasks, formats and experiments, each from the docstrings of its classes."""

from importlib import import_module

from markdown import code, escaped, formula_and_rest, prose

from spikingfa.export import FORMATS
from spikingfa.model.task import TASKS
from spikingfa.paper import EXPERIMENTS
from spikingfa.rules.feedback import RULES
from spikingfa.rules.plasticity import PLASTICITY
from spikingfa.rules.terms import TERMS
from spikingfa.rules.terms.depth import DEPTH
from spikingfa.rules.terms.lateral import LATERAL
from spikingfa.tasks import loader_of

FEEDBACK = """# Rules of feedback

`feedback.kind` names one of these; `spikingfa show --rules` prints the same. See
[Feedback rules](../guide/feedback.md) for how they compare.
"""
DEEP = """## Many hidden layers

Off unless the fields are set; see [Many hidden layers](../guide/feedback.md#many-hidden-layers).
"""
PLASTIC = """# Rules of plasticity

`plasticity.rule` names one of these; `spikingfa show --rules` prints the same. See
[Plasticity rules](../guide/plasticity.md) for the equations around them.
"""
OPTIONS = """## What any of them may be combined with

Each is switched on by the fields that it is headed with, and compiled in only then.
"""
TASK = """# Tasks

`task.name` names one of these. Fields that a task does not use are left alone. See
[Tasks and your own data](../guide/tasks.md).
"""
FORMAT = """# Export formats

`spikingfa export RUN --to FORMAT` writes recorded spikes, or the network. See
[Recording and export](../guide/recording.md).
"""
PAPER = """# Experiments of the article

`spikingfa paper NAME` carries one out, with `--spiking` in spikes; results are on
[this page](../paper.md). What was chosen here, because the article does not say it, is named.
"""


def feedback() -> str:
    """Feedback rules."""
    rules = [_feedback_rule(rule) for rule in RULES.values()]
    return _page(FEEDBACK, *rules, DEEP, *(_part("###", p.kind, p) for p in DEPTH.values()))


def plasticity() -> str:
    """Plasticity rules, and what they may be combined with."""
    rules = [_part("##", rule.kind, rule) for rule in PLASTICITY.values()]
    parts = [_part("###", part.kind, part) for part in (*TERMS.values(), *LATERAL.values())]
    return _page(PLASTIC, *rules, OPTIONS, *parts)


def tasks() -> str:
    """Tasks: modules and loaders say what they are."""
    names = {}
    for name in TASKS:
        names.setdefault(loader_of(name), []).append(name)
    return _page(TASK, *(_task(*loader, of) for loader, of in names.items()))


def formats() -> str:
    """Export formats."""
    return _page(FORMAT, *(_format(name, form) for name, form in FORMATS.items()))


def experiments() -> str:
    """The article's experiments."""
    return _page(PAPER, *map(_experiment, EXPERIMENTS.values()))


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


def _feedback_rule(rule) -> str:
    mark = "" if rule.local else "*A control: not local, no synapse could do it.*"
    return _part("##", rule.kind, rule, mark)


def _part(level: str, title: str, part, mark: str = "") -> str:
    formula, rest = formula_and_rest(part.__doc__)
    names = ", ".join(f"`{name}`" for name in title.split(", "))
    texts = [
        f"{level} {names}",
        mark,
        code(formula),
        rest,
        f"Reference: {escaped(part.reference)}.",
    ]
    return "\n\n".join(filter(None, texts))


def _task(module: str, function: str, names: list[str]) -> str:
    found = import_module(f"spikingfa.tasks.{module}")
    # what the loader returns and raises is for those who read code
    loader = getattr(found, function).__doc__.split("\n    Returns")[0].split("\n    Raises")[0]
    title = ", ".join(f"`{name}`" for name in names)
    return f"## {title}\n\n{prose(found.__doc__)}\n\n{prose(loader)}"


def _format(name: str, form) -> str:
    needs = f'\n\nNeeds `pip install "spikingfa[{form.extra}]"`.' if form.extra else ""
    return f"## `{name}`\n\n{prose(type(form).__doc__)}{needs}"


def _experiment(experiment) -> str:
    spiking = " --spiking" if experiment.spiking else ""
    return "\n\n".join(
        [
            f"## `{experiment.name}{spiking}`",
            prose(type(experiment).__doc__),
            f"Repeats: {escaped(experiment.shows)}. {experiment.seeds} seeds.",
        ]
    )
