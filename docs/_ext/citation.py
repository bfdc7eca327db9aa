"""The page that says what to cite, from ``CITATION.cff``."""

from pathlib import Path

import yaml
from markdown import code

ROOT = Path(__file__).parents[2]

HEAD = """# How to cite

If you publish what spikingfa computed, please cite it, the article whose idea it implements, and
Brian2, which runs it. Rules, neuron models and tasks have references of their own, which
`spikingfa show --rules` and `--neurons` print.
"""

METHODS = """## What to report in a methods section

`spikingfa methods RUN` writes a draft of it, in Markdown or, with `-o methods.tex`, in LaTeX:
paragraphs on network, stimuli, errors, plasticity, training and simulation with their references;
tables of the model as Nordlie, Gewaltig & Plesser
([2009](https://doi.org/10.1371/journal.pcbi.1000456)) ask for; the equations that are integrated;
and every parameter with its unit. What a reader needs besides, and only you know:

- over how many seeds results are given, what these vary (weights, order, split, noise), and whether
  a spread is a standard deviation or an interval;
- on which data parameters were chosen: a validation split (`task.validation`), never the test set;
- the controls: hidden layers that do not learn (`feedback.kind=none`, `hidden.frozen`), transported
  weights (`feedback.kind=transport`);
- the model file (`model.toml` of the run folder), which repeats the run with the versions that
  `versions.json` names.
"""


def page() -> str:
    """References in words, and as BibTeX."""
    software = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    articles = software["references"]
    parts = [HEAD, f"- {_software(software)}"]
    parts += [f"- {_article(article)}" for article in articles]
    entries = [_bibtex_software(software), *map(_bibtex, articles)]
    parts += [METHODS, "## BibTeX", code("\n\n".join(entries), "bibtex")]
    return "\n\n".join(parts) + "\n"


def _names(entry: dict) -> list[str]:
    return [_name(author) for author in entry["authors"]]


def _name(author: dict) -> str:
    if "name" in author:
        return author["name"]
    return f"{author['family-names']}, {author['given-names']}"


def _software(entry: dict) -> str:
    return f"{'; '.join(_names(entry))}. *{entry['title']}*, version {entry['version']}."


def _article(entry: dict) -> str:
    doi = entry["doi"]
    return (
        f"{'; '.join(_names(entry))} ({entry['year']}). {entry['title']}. *{entry['journal']}*"
        f" {entry['volume']}:{entry['start']}. [doi:{doi}](https://doi.org/{doi})"
    )


def _bibtex_software(entry: dict) -> str:
    fields = {
        "author": f"{{{_names(entry)[0]}}}",
        "title": entry["title"],
        "version": entry["version"],
    }
    return _entry("software", "spikingfa", fields)


def _bibtex(entry: dict) -> str:
    key = f"{entry['authors'][0]['family-names'].lower()}{entry['year']}"
    fields = {
        "author": " and ".join(_names(entry)),
        "title": entry["title"],
        "journal": entry["journal"],
        "volume": entry["volume"],
        "pages": entry["start"],
        "year": entry["year"],
        "doi": entry["doi"],
    }
    return _entry("article", key, fields)


def _entry(kind: str, key: str, fields: dict) -> str:
    lines = [f"  {name:8} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])
