"""The directive ``brian2``: a population or projection of a model, as ``spikingfa show`` prints it.

::

    ```{brian2} hidden
    :set: hidden.model=alif
    :part: soma
    ```

`:model:` is digits_fa by default; `:part:` is the beginning of a heading in the equations.
"""

import re

from docutils import nodes
from docutils.parsers.rst import Directive, directives

from spikingfa.model.changes import parse_setting
from spikingfa.model.files import load_model
from spikingfa.network.describe import equations


class Brian2(Directive):
    """A block of the equations of a model."""

    required_arguments = 1
    option_spec = {  # noqa: RUF012 - docutils' way
        "model": directives.unchanged,
        "set": directives.unchanged,
        "part": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """A literal block."""
        settings = dict(map(parse_setting, self.options.get("set", "").split(";")[: self._n()]))
        model = load_model(self.options.get("model", "digits_fa")).but(settings)
        try:
            text = block(equations(model), self.arguments[0], self.options.get("part"))
        except LookupError as error:
            raise self.error(str(error)) from None
        found = nodes.literal_block(text, text, language="text")
        return [found]

    def _n(self) -> int | None:
        return None if self.options.get("set") else 0


def block(text: str, name: str, part: str | None = None) -> str:
    """The population or projection of this name, or one part of its equations."""
    blocks = re.split(r"\n\n(?=population |projection )", text)
    found = [b for b in blocks if re.match(rf"(population|projection) {name}:", b)]
    if not found:
        raise LookupError(f"there is no population or projection {name!r}")
    if part is None:
        return found[0]
    # a part begins at its heading, and ends where another one or a statement begins
    parts = re.split(r"\n\s*(?=    # |    spike if|    at )", found[0])
    chosen = [p.rstrip() for p in parts if p.strip().removeprefix("# ").startswith(part)]
    if not chosen:
        raise LookupError(f"{name} has no part {part!r}")
    return "\n".join(line.removeprefix("    ") for line in chosen[0].splitlines())


def setup(app) -> dict:
    """Register it."""
    app.add_directive("brian2", Brian2)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
