"""Plain docstrings and records as Markdown."""

import re
from inspect import cleandoc


def table(head: tuple[str, ...], rows) -> str:
    """A table of texts."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines
    )


def code(text: str, language: str = "text") -> str:
    """A block of code."""
    return f"```{language}\n{text.strip(chr(10))}\n```"


def prose(docstring: str) -> str:
    """Paragraphs of a docstring; indented ones are code, and nothing else is marked up."""
    paragraphs = re.split(r"\n\s*\n", cleandoc(docstring))
    return "\n\n".join(map(_paragraph, (p for p in paragraphs if p.strip() not in ("", "::"))))


def formula_and_rest(docstring: str) -> tuple[str, str]:
    """The first line, and the paragraphs after it."""
    first, _, rest = cleandoc(docstring).partition("\n\n")
    return " ".join(first.split()), prose(rest)


def _paragraph(text: str) -> str:
    lines = text.splitlines()
    if all(line.startswith("    ") for line in lines):
        return code("\n".join(line[4:] for line in lines))
    return escaped(re.sub(r"::$", ":", text))


def escaped(text: str) -> str:
    """Text in which only `code` is marked up."""
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(
        part if part.startswith("`") else re.sub(r"([\\*_<>\[\]$|])", r"\\\1", part)
        for part in parts
    )
