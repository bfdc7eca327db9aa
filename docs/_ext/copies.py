"""Pages and notebooks that stand elsewhere in the repository, with links that work there."""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Files of the repository that are pages of the documentation, by their place in ``docs``.
PAGES = {
    "README.md": "index.md",
    "models/README.md": "generated/models.md",
    "benchmarks/README.md": "generated/benchmarks.md",
    "CHANGELOG.md": "generated/changelog.md",
}

GALLERY = """# Notebooks

Each goes through one idea, and was run when these pages were made. They are in the folder
`notebooks` of the repository; `pip install "spikingfa[notebooks]"` has what they need. Take one as
the beginning of your own. Seconds in brackets: all cells the first time, when the networks are
compiled, and again ([Benchmarks](benchmarks.md)).
"""

#: How long each notebook takes: `benchmarks/notebooks.py`.
DURATIONS = ROOT / "benchmarks" / "results" / "notebooks.json"


def changelog() -> str:
    """``CHANGELOG.md``."""
    return page("CHANGELOG.md")


def models() -> str:
    """``models/README.md``."""
    return page("models/README.md")


def benchmarks() -> str:
    """``benchmarks/README.md``."""
    return page("benchmarks/README.md")


def page(path: str) -> str:
    """A file of the repository as a page in ``docs/generated``."""
    return linked((ROOT / path).read_text("utf-8"), posixpath.dirname(path), "generated")


def linked(text: str, folder: str, place: str) -> str:
    """Markdown of a folder of the repository, with links as they are from a place in ``docs``."""
    link = r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)"
    return re.sub(link, lambda found: _link(folder, place, *found.groups()), text)


def _link(folder: str, place: str, image: str, text: str, target: str) -> str:
    """A link as it is from here; of what is no page only the text is left."""
    if re.match(r"https?:|attachment:|#", target):
        return f"{image}[{text}]({target})"
    name = posixpath.normpath(posixpath.join(folder, target))
    path, _, anchor = name.partition("#")
    if name in PAGES:
        path, anchor = PAGES[name], ""
    elif path in PAGES:
        path = PAGES[path]
    elif path.startswith("docs/"):
        path = path.removeprefix("docs/")
    elif not path.endswith(".ipynb"):
        return text
    return f"{image}[{text}]({posixpath.relpath(path, place)}{'#' * bool(anchor)}{anchor})"


def notebooks() -> Iterator[tuple[str, str]]:
    """Name and text of every notebook."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text("utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                text = linked("".join(cell["source"]), "notebooks", "notebooks")
                cell["source"] = text.splitlines(keepends=True)
        yield path.name, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def gallery() -> str:
    """A list of the notebooks: title, how long it takes, and what is learnt."""
    seconds = json.loads(DURATIONS.read_text("utf-8"))["seconds"] if DURATIONS.exists() else {}
    items, names = [], []
    for name, text in notebooks():
        title, about = _headline(text)
        times = seconds.get(name.removesuffix(".ipynb"))
        taken = f" ({times['first']:.0f} s, {times['again']:.0f} s)" if times else ""
        items.append(f"[{title}](../notebooks/{name}){taken}\n: {about}")
        names.append(f"../notebooks/{name}")
    tree = "\n".join(["```{toctree}", ":hidden:", ":maxdepth: 1", "", *names, "```"])
    return "\n\n".join([GALLERY, *items, tree]) + "\n"


def _headline(text: str) -> tuple[str, str]:
    """The title of a notebook, and its first paragraph."""
    first = "".join(json.loads(text)["cells"][0]["source"])
    title, *rest = re.split(r"\n\s*\n", first.strip())
    about = " ".join(rest[0].split()) if rest else ""
    about = re.sub(r"^\*\*What you will learn:?\*\*:?\s*", "", about)
    return title.lstrip("# "), about[:1].upper() + about[1:]


def anchors(app, name: str, source: list[str]) -> None:
    """Anchors in HTML, which every reader of Markdown knows, become those of MyST."""
    source[0] = re.sub(r'^<a id="([\w-]+)"></a>$', r"(\1)=", source[0], flags=re.MULTILINE)
