"""Text of a file that others may have written, as it may be kept and as it may be shown."""

import re

MAX_SHOWN = 200  # characters of it in an error


def shown(value: object) -> str:
    """The `repr` of what was got in one line, cut where it is long."""
    text = " ".join(line.strip() for line in repr(value).splitlines())
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}... ({len(text)} characters)"


def printable(text: str) -> str:
    """Escape what would control a terminal or cannot be written."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def plain(text: str) -> str:
    """The text itself, if it is nothing but characters that are seen.

    Raises
    ------
    ValueError
        There is a control character, half a character, or one that changes how others are seen.
    """
    for c in text:
        if not (c.isprintable() or c in "\t\n"):
            raise ValueError(f"needs text without control characters, got {shown(c)} in it")
    return text


def first_mistake(first: dict, where: str, n_others: int, message: str = "") -> str:
    """The first of pydantic's errors on one line: where it is, and a `message` other than its."""
    if not message:
        message = first["msg"].removeprefix("Value error, ")
        if first["type"] not in ("value_error", "missing", "json_invalid"):
            message += f", got {shown(first['input'])}"
    more = f" (and {n_others} more)" if n_others else ""
    return printable(f"{where}: {message}{more}" if where else message + more)


def nearest(name: str, known) -> str:
    """A hint for a name that is not known: the nearest one, or all of them."""
    from rapidfuzz.distance import OSA  # only for those who mistyped: it takes a while to import
    from rapidfuzz.process import extractOne

    near = extractOne(name, list(known), scorer=OSA.normalized_similarity, score_cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"


def statements_in(text: str) -> list[str]:
    """Statements one by one: they end with a line or a semicolon."""
    return [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]


def without_comments(text: str) -> str:
    """Statements alone: what stands after ``#`` would go on into the C++."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)
