"""Writes the pages that come from the package before Sphinx looks for pages.

They lie in the folder ``generated``, notebooks in ``notebooks``; git ignores both. What is as it
was is not written again, so that Sphinx need not read it again.
"""

from pathlib import Path

import citation
import command_line
import copies
import neurons
import records
import rules
import taken_names

PAGES = {
    "parameters.md": records.page,
    "neuron-models.md": neurons.page,
    "feedback-rules.md": rules.feedback,
    "plasticity-rules.md": rules.plasticity,
    "taken-names.md": taken_names.page,
    "tasks.md": rules.tasks,
    "export-formats.md": rules.formats,
    "experiments.md": rules.experiments,
    "command-line.md": command_line.page,
    "citing.md": citation.page,
    "changelog.md": copies.changelog,
    "models.md": copies.models,
    "benchmarks.md": copies.benchmarks,
    "notebooks.md": copies.gallery,
}


def write(app) -> None:
    """Write all of them, and copy the notebooks."""
    folder = Path(app.srcdir)
    for name, page in PAGES.items():
        keep(folder / "generated" / name, page())
    there = set()
    for name, text in copies.notebooks():
        keep(folder / "notebooks" / name, text)
        there.add(name)
    for path in (folder / "notebooks").glob("*.ipynb"):
        if path.name not in there:  # it has another name by now
            path.unlink()


def keep(path: Path, text: str) -> None:
    """Write a file unless it is as it should be."""
    path.parent.mkdir(exist_ok=True)
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def setup(app) -> dict:
    """Register it."""
    app.connect("builder-inited", write)
    app.connect("source-read", copies.anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
