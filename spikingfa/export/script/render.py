"""The script as text, and the arrays that it reads."""

import json
import textwrap
from importlib.metadata import version

from jinja2 import Environment, PackageLoader, StrictUndefined

from spikingfa.export.script.parts import Setting, populations, projections, variable
from spikingfa.export.script.shown import lookups
from spikingfa.export.script.texts import about, notes, title, what
from spikingfa.export.script.trials import Trials
from spikingfa.export.script.values import quantity

WIDTH = 88
#: By it a script is known that was exported.
MARK = "Written by spikingfa"


def script(trials: Trials, command: str) -> str:
    """The script, which `command` asked for."""
    network, chunk = trials.network, trials.chunk
    environment = Environment(
        loader=PackageLoader("spikingfa.export.script"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "wrapped": lambda text: textwrap.fill(_literal(text), WIDTH),
        "literal": _literal,
        "section": _section,
        "block": _block,
        "quoted": _quoted,
        "settings": _aligned,
        "variable": variable,
    }
    steps = round(chunk.trial / network.dt)
    return environment.get_template("network.py.jinja").render(
        title=title(trials),
        about=about(trials),
        what=what(trials),
        notes=notes(trials),
        command=command,
        versions={name: version(name) for name in ("spikingfa", "brian2", "numpy")},
        single=network.precision == "single",
        misaligned=chunk.trial / network.dt != steps,
        steps=steps,
        dt=quantity(network.dt, "second"),
        trial=quantity(chunk.trial, "second"),
        n_trials=len(chunk.order),
        lookups=lookups(trials),
        populations=populations(trials),
        projections=projections(trials),
        spiking=[variable(p.name) for p in network.populations if p.threshold],
        plastic=[p.name for p in network.projections if "eta" in p.on_pre + p.continuous],
        classes=list(trials.classes),
        random=trials.random,
        seed=chunk.seed,
        learns=trials.learns,
        recorded=list(trials.recorded.populations) if trials.recorded else [],
    )


def _literal(text: str) -> str:
    """A text as it stands between triple quotes."""
    return text.replace("\\", "\\\\").replace('"""', "'''")


def _section(text: str) -> str:
    """A comment that begins a section."""
    lines = textwrap.wrap(text, WIDTH - 2)
    return "\n".join(f"# {line}" for line in ("-" * (WIDTH - 2), *lines))


def _block(text: str, indent: int = 4) -> str:
    """Lines between triple quotes, indented."""
    margin = " " * indent
    return f'"""\n{textwrap.indent(_literal(text), margin)}\n{margin}"""'


def _quoted(text: str) -> str:
    """One line in quotes, or a block."""
    text = text.strip()
    return _block(text) if "\n" in text else json.dumps(text, ensure_ascii=False)


def _aligned(settings: list[Setting]) -> str:
    """Assignments, with their comments beneath each other."""
    lines = [f"{one.left} = {one.right}" for one in settings]
    width = max((len(line) for line in lines if len(line) < WIDTH // 2), default=0)
    return "\n".join(
        f"{line:{width}}  # {one.comment}" if one.comment else line
        for line, one in zip(lines, settings)
    )
