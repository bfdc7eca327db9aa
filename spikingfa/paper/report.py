"""One page of all experiments: figures, claims and verdicts."""

import json
from inspect import getdoc
from pathlib import Path

from spikingfa.files import written_whole
from spikingfa.paper.experiment import Experiment

HEAD = """# The article's experiments

Lillicrap, Cownden, Tweed & Akerman 2016, *Random synaptic feedback weights support error
backpropagation for deep learning*, Nature Communications 7:13276, repeated by
`spikingfa paper --all`, which wrote this page. Lines are means or medians over seeds, bands reach
from the least to the most.
"""


def write_report(experiments: list[Experiment], folder: Path) -> None:
    """Write ``paper.md`` from what the experiments left in folders of their names.

    Raises
    ------
    RunFolderError
        It cannot be written.
    """
    text = "\n".join([HEAD, *(_section(experiment, folder) for experiment in experiments)])
    written_whole(folder / "paper.md", lambda path: path.write_text(text, "utf-8"))


def _section(experiment: Experiment, folder: Path) -> str:
    claims = json.loads((folder / experiment.name / "verdict.json").read_text("utf-8"))
    headline, _, rest = getdoc(experiment).partition("\n\n")
    n_seeds = len(claims[0]["seeds"])
    return "\n".join(
        [
            f"## `{experiment.name}`: {experiment.shows}\n",
            f"{_prose(f'{headline} {rest}')}\n",
            f"![{experiment.shows}]({experiment.name}/figure.png)\n",
            f"| claim | measured ({n_seeds} seeds) | holds |",
            "|---|---|---|",
            *(f"| {c['claim']} | {c['measured']} | {_yes(c['holds'])} |" for c in claims),
            "",
        ]
    )


def _prose(text: str) -> str:
    return " ".join(text.split()).replace("**", "^")


def _yes(holds: bool) -> str:
    return "yes" if holds else "**no**"
