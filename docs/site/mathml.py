"""Formulas as MathML: browsers draw them without a script, a font from elsewhere or a network."""

from __future__ import annotations

import html
import re
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

_NAMED = re.compile(r"&(?!(?:lt|gt|amp|quot);)\w+;")
_NUMBERS = re.compile(r"(?<=\d)\s(?=\d)")


def mathml(formula: str, block: bool) -> str:
    """Return a formula, written in TeX, as a MathML element that carries the TeX as its label."""
    element: str = tex2mathml(_NUMBERS.sub(r"\\,", formula), as_block=block)
    # Names of signs are known to old pages only: the sign itself is read by everything.
    return _NAMED.sub(lambda found: html.unescape(found[0]), element)


def _inline(writer: Any, node: nodes.math) -> None:
    writer.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.math_block) -> None:
    # It scrolls by itself on a narrow screen, by keyboard too.
    writer.body.append(f'<div class="formula" tabindex="0">{mathml(node.astext(), block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Make this the way in which HTML pages write formulas."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
