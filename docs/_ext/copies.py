"""Pages and notebooks that stand elsewhere in the repository, with links that work here."""

import json
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Files of the repository that are pages of the documentation, seen from ``docs/generated``.
PAGES = {
    "README.md": "../index.md",
    "models/README.md": "models.md",
    "benchmarks/README.md": "benchmarks.md",
    "docs/paper.md": "../paper.md",
    "docs/what-does-not-hold.md": "../what-does-not-hold.md",
    "CHANGELOG.md": "changelog.md",
}
ANCHORS = {"README.md#parameters": "parameters.md", "models/README.md#other-tasks": "models.md"}

GALLERY = """# Notebooks

Each goes through one idea, and was run when these pages were made. They are in the folder
`notebooks` of the repository; `pip install "spikingfa[notebooks]"` has what they need. Take one as
the beginning of your own.
"""


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
    text = (ROOT / path).read_text("utf-8")
    folder = posixpath.dirname(path)
    return re.sub(
        r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)",
        lambda m: _link(folder, *m.groups()),
        text,
    )


def _link(folder: str, image: str, text: str, target: str) -> str:
    """A link as it is from here; of what is no page only the text is left."""
    if re.match(r"https?:", target) or (target.startswith("#") and not image):
        return f"{image}[{text}]({target})"
    name = posixpath.normpath(posixpath.join(folder, target))
    if image:
        return f"![{text}]({posixpath.relpath(name, 'docs/generated')})"
    path, _, anchor = name.partition("#")
    if name in ANCHORS:
        return f"[{text}]({ANCHORS[name]})"
    if path in PAGES:
        return f"[{text}]({PAGES[path]}{'#' * bool(anchor)}{anchor})"
    return text


def notebooks() -> Iterator[tuple[str, str]]:
    """Name and text of every notebook."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield path.name, path.read_text("utf-8")


def gallery() -> str:
    """A list of the notebooks: title and what is learnt."""
    items, names = [], []
    for name, text in notebooks():
        title, about = _headline(text)
        items.append(f"[{title}](../notebooks/{name})\n: {about}")
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
