"""Formulas become MathML: every formula of the lessons, and with nothing lost."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

COURSE = Path(__file__).parents[2]
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+)\$", re.DOTALL)

pytest.importorskip("sphinx")


@pytest.fixture(scope="module")
def mathml():
    sys.path.insert(0, str(COURSE / "docs" / "site"))
    try:
        import mathml
    finally:
        sys.path.remove(str(COURSE / "docs" / "site"))
    return mathml.mathml


def formulas():
    for path in sorted((COURSE / "solutions").glob("*.py")):
        prose = "\n".join(line[2:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
        for block, inline in FORMULA.findall(prose):
            yield pytest.param(block or inline, bool(block), id=f"{path.stem[:2]}-{(block or inline)[:30]}")


@pytest.mark.parametrize(("formula", "block"), list(formulas()))
def test_every_formula_of_the_lessons_is_well_formed_mathml(mathml, formula, block):
    element = ElementTree.fromstring(mathml(formula, block))
    assert element.tag.endswith("math")
    shown = "".join(element.itertext())
    assert all(number in shown for number in re.findall(r"\d+", formula))


def test_a_fraction_has_numerator_and_denominator(mathml):
    element = ElementTree.fromstring(mathml(r"\frac{a}{b}", True))
    (fraction,) = (one for one in element.iter() if one.tag.endswith("mfrac"))
    assert ["".join(part.itertext()) for part in fraction] == ["a", "b"]
