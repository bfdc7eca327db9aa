"""Formulas as MathML, written at build time by docutils: no script, and none from the network.

MathJax, Sphinx's own way, would leave raw TeX where a page is read offline.
"""

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.util import logging

logger = logging.getLogger(__name__)


def inline(self, node: nodes.math) -> None:
    """Within a line."""
    self.body.append(_mathml(node, as_block=False))
    raise nodes.SkipNode


def block(self, node: nodes.math_block) -> None:
    """On lines of its own."""
    self.body.append(f'<div class="math">{_mathml(node, as_block=True)}</div>\n')
    raise nodes.SkipNode


def _mathml(node, as_block: bool) -> str:
    # docutils sets `align*` around a formula itself; in one it knows `aligned`, which looks alike
    tex = node.astext().strip().replace("{align*}", "{aligned}")
    if as_block and r"\\" in tex and r"\begin" not in tex:
        tex = rf"\begin{{aligned}}{tex}\end{{aligned}}"
    try:
        return tex2mathml(tex, as_block=as_block)
    except MathError as error:
        logger.warning("cannot write %r as MathML: %s", tex, error, location=node)
        return ""


def setup(app) -> dict:
    """Register it."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
