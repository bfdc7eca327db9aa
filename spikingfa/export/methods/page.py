"""The section from its parts, as Markdown or LaTeX."""

import re
from pathlib import Path

from jinja2 import Environment, PackageLoader

from spikingfa.base.errors import ModelError
from spikingfa.base.files import written_whole
from spikingfa.export.methods import tables
from spikingfa.export.methods.described import Described
from spikingfa.export.methods.prose import paragraphs
from spikingfa.model.files import as_model
from spikingfa.model.model import Model
from spikingfa.run_folder.opening import as_run
from spikingfa.run_folder.run import Run

#: Formats by the ending of a file.
FORMATS = {".md": "markdown", ".tex": "latex"}
TEMPLATES = {"markdown": "methods.md", "latex": "methods.tex"}
SPECIAL = {
    **{letter: f"\\{letter}" for letter in "&%#_{}$"},
    **{"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"},
    **{"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}"},
}


def methods_section(
    source: Run | Model | str | Path, format: str = "markdown", path: str | Path | None = None
) -> str:
    """Describe a model, or the run of one, as the methods section of an article does.

    Paragraphs on network, stimuli, errors, plasticity, training and simulation; tables of the model
    after Nordlie, Gewaltig & Plesser 2009 (PLoS Comput Biol 5:e1000456); the equations that are
    integrated; and a table of every parameter. It is a draft: what matters is yours to say.

    Parameters
    ----------
    source : Run, Model, str or Path
        A run or its folder, of which sizes of the data, seed and versions are said, too; or a
        model, its name or its file.
    format : {"markdown", "latex"}
    path : str or Path, optional
        A file to write it to as well, whose ending, ``.md`` or ``.tex``, says the format.

    Returns
    -------
    str
        The section; of LaTeX the body, which needs the packages amsmath, booktabs and longtable.

    Raises
    ------
    ModelError
        There is no such format.
    RunFolderError
        The run cannot be read, or the file not be written.
    """
    if path is not None:
        format = FORMATS.get(Path(path).suffix.lower(), "")
    if format not in TEMPLATES:
        given = repr(format) if path is None else repr(Path(path).name)
        raise ModelError(f"methods are markdown (.md) or latex (.tex), got {given}")
    text = _rendered(_described(source), format)
    if path is not None:
        written_whole(Path(path), lambda unfinished: unfinished.write_text(text, "utf-8"))
    return text


def _described(source: Run | Model | str | Path) -> Described:
    if isinstance(source, Run) or (isinstance(source, str | Path) and Path(source).is_dir()):
        run = as_run(source)
        return Described(run.model, run)
    return Described(as_model(source))


def _rendered(described: Described, format: str) -> str:
    pages = Environment(
        loader=PackageLoader("spikingfa.export.methods"),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # nothing is HTML
        block_start_string="<%",  # braces are TeX's
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
    pages.filters |= {"tex": tex, "cell": cell}
    values = {
        "paragraphs": paragraphs(described),
        "tables": tables.tables(described),
        "populations": tables.of_populations(described),
        "projections": tables.of_projections(described),
        "parameters": tables.parameters(described),
    }
    return pages.get_template(TEMPLATES[format]).render(values).strip() + "\n"


def cell(text: str) -> str:
    """Text within a table of Markdown."""
    return text.replace("|", r"\|").replace("\n", " ") or " "


def tex(text: str) -> str:
    """Text as LaTeX: code in typewriter, mathematics as it is."""
    parts = re.split(r"(\$[^$]+\$|`[^`]+`)", text)
    return "".join(_tex_part(part) for part in parts)


def _tex_part(part: str) -> str:
    if part.startswith("$"):
        return part
    escaped = "".join(SPECIAL.get(letter, letter) for letter in part.strip("`"))
    return rf"\texttt{{{escaped}}}" if part.startswith("`") else escaped
