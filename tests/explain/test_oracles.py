"""Every method against something that must give the same numbers; `make oracles` writes them into the README."""

import os
import re
from pathlib import Path

import pytest

from coursekit import explain
from tests.explain.oracles import ORACLES
from tests.quick import quick_only

README = Path(explain.__file__).with_name("README.md")
BEGIN, END = "<!-- oracles: written by make oracles -->\n", "<!-- end of oracles -->"


@pytest.fixture(scope="module")
def measured():
    """Errors by oracle; once all are known they are written, if that is asked for."""
    errors = {}
    yield errors
    if os.environ.get("COURSEKIT_WRITE_ORACLES") and len(errors) == len(ORACLES):
        rows = [f"| {o.method} | {o.against} | {errors[o]:.0e} | {o.tolerance:.0e} |" for o in ORACLES]
        table = "\n".join(["| method | held against | largest error | allowed |", "|---|---|---|---|", *rows])
        before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
        README.write_text(f"{before}{BEGIN}\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def quick_ones():
    """The first oracle of each method that is no other package, and one that is."""
    own = [oracle for oracle in ORACLES if not oracle.peer]
    first = [next(oracle for oracle in own if oracle.method == name) for name in explain.METHODS]
    return [*first, next(oracle for oracle in ORACLES if oracle.peer)]


@pytest.mark.parametrize(
    "oracle", quick_only(ORACLES, quick_ones()), ids=lambda oracle: f"{oracle.method}: {oracle.against}"
)
@pytest.mark.filterwarnings("ignore")  # the peers' own
def test_method_agrees(oracle, measured):
    if oracle.peer:
        pytest.importorskip(oracle.peer)
    measured[oracle] = oracle.measure()
    assert measured[oracle] <= oracle.tolerance


def test_every_method_has_an_oracle():
    assert {oracle.method for oracle in ORACLES} == set(explain.METHODS)


def test_table_in_the_readme_is_of_these_oracles():
    """The errors differ a little from machine to machine; methods, oracles and tolerances do not."""
    text = README.read_text(encoding="utf-8")
    table = text[text.index(BEGIN) : text.index(END)]
    rows = re.findall(r"^\| (\w+) \| (.+) \| (\S+) \| (\S+) \|$", table, re.MULTILINE)
    assert [(row[0], row[1], row[3]) for row in rows] == [
        (oracle.method, oracle.against, f"{oracle.tolerance:.0e}") for oracle in ORACLES
    ]
    assert all(float(row[2]) <= float(row[3]) for row in rows)
