"""All experiments on one page, as Markdown and as HTML: figures, claims and verdicts."""

import json
import re
from base64 import b64encode
from importlib.metadata import version
from inspect import getdoc
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape
from markupsafe import Markup, escape
from PIL import Image

from spikingfa.base.files import written_whole
from spikingfa.paper.experiment import Experiment
from spikingfa.paper.files import VERDICT

FOLDER = "paper"  # beside the pages; one for each experiment in it
PAGES = ("paper.md", "paper.html")
_VERSIONS = ("spikingfa", "brian2", "numpy", "scipy")
_SHOWN = 0.4  # pixels of the page for one of a figure, which is made for print


def write_report(
    experiments: list[Experiment], folder: Path, command: str = "spikingfa paper --all"
) -> None:
    """Write ``paper.md``, and ``paper.html`` that needs no other file.

    Parameters
    ----------
    experiments : list of Experiment
        Those whose results are in ``folder/paper/<key>``.
    folder : Path
    command : str
        What made them.

    Raises
    ------
    RunFolderError
        They cannot be written.
    """
    pages = Environment(
        loader=PackageLoader("spikingfa.paper"),
        autoescape=select_autoescape(["html"]),
    )
    pages.filters["code"] = _code
    sections = [_section(experiment, folder) for experiment in experiments]
    versions = ", ".join(f"{name} {version(name)}" for name in _VERSIONS)
    values = {"sections": sections, "command": command, "versions": versions, "holds": _holds}
    for page in PAGES:
        text = pages.get_template(page).render(values).strip() + "\n"
        written_whole(folder / page, lambda path, text=text: path.write_text(text, "utf-8"))


def _section(experiment: Experiment, folder: Path) -> dict:
    results = folder / FOLDER / experiment.key
    claims = json.loads((results / VERDICT).read_text("utf-8"))
    with Image.open(results / "figure.png") as figure:
        width = figure.width
    return {
        "key": experiment.key,
        "name": experiment.name,
        "spiking": experiment.spiking,
        "shows": experiment.shows,
        "prose": _prose(getdoc(experiment)),
        "folder": f"{FOLDER}/{experiment.key}",
        "png": b64encode((results / "figure.png").read_bytes()).decode(),
        "width": round(_SHOWN * width),
        "claims": claims,
        "runs": _runs(len(claims[0]["seeds"]), claims[0]["quick"]),
    }


def _prose(text: str) -> str:
    return " ".join(text.split()).replace("**", "^")


def _code(text: str) -> Markup:
    """HTML of a text with `code` in it."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _runs(n_seeds: int, quick: bool) -> str:
    return f"{n_seeds} seed{'s' * (n_seeds > 1)}{', quick' * quick}"


def _holds(claim: dict, no: str) -> str:
    return {True: "yes", False: no, None: "not tested"}[claim["holds"]]
