"""Small tables for notebooks."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

_TABLE = Markup("<table><caption>{}</caption>{}{}</table>")
_ROW = Markup("<tr>{}</tr>")


def html_table(caption: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as HTML; whatever stands in it is shown letter by letter."""
    body = Markup().join(_row("td", row) for row in rows)
    return str(_TABLE.format(caption, _row("th", header), body))


def _row(tag: str, cells: Sequence[object]) -> Markup:
    cell = Markup(f"<{tag} style='text-align: left'>{{}}</{tag}>")
    return _ROW.format(Markup().join(cell.format(escape(value)) for value in cells))
