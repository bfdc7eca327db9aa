"""What a model is, in a few lines: its layers, and what differs from the defaults."""

from spikingfa.base.html import html_table
from spikingfa.base.text import printable
from spikingfa.model.changes import differences

MOST = 8  # differences that are listed


def sizes(model) -> str:
    """Layers and how they are taught, in one line."""
    layers = ", ".join(f"{layer.size} {layer.model}" for layer in model.hidden)
    feedback, rule = model.feedback.kind, model.plasticity.rule
    return f"{model.task.name}; hidden {layers}; feedback {feedback}, plasticity {rule}"


def differing(model) -> list[tuple[str, str, str]]:
    """Path, value and default of every field that differs from the defaults."""
    default, n = type(model)(), len(model.hidden)
    found = differences(model, default.but({"hidden.layers": n}) if n > 1 else default)
    return [(path, _text(value), _text(default)) for path, value, default in found]


def summary(model) -> str:
    """What it is, and up to `MOST` fields that differ from the defaults."""
    rows = differing(model)
    lines = [f"  {path} = {value}" for path, value, _ in rows[:MOST]]
    if len(rows) > MOST:
        lines.append(f"  and {len(rows) - MOST} more that differ from the defaults")
    return "\n".join([f"Model({sizes(model)})", *lines])


def summary_html(model) -> str:
    """The same as a table for notebooks, whole."""
    return html_table(f"Model: {sizes(model)}", ("field", "value", "default"), differing(model))


def _text(value) -> str:
    lines = [] if value is None else str(value).splitlines()
    return printable(lines[0]) if lines else ""
