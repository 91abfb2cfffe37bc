"""CONTRIBUTING.md names every module on its floor, and nothing that is not there."""

import re
from pathlib import Path

import pytest

import coursekit as ck
from tests.contributing import TEXT, blocks, section
from tests.test_import_cost import FLOORS

PACKAGE = Path(ck.__file__).parent
COURSE = PACKAGE.parent
# What the walks tell the reader to write, and what `make flaky` writes.
NOT_THERE_YET = {
    "tests/flaky.md",
    "solutions/16_counting_parameters.py",
    "coursekit/check/lessons/counting.py",
    "coursekit/explain/methods/squared_gradients.py",
    "coursekit/data/sets/school_pets.py",
}
PATHS = set(re.findall(r"`((?:coursekit|tests|solutions|notebooks|benchmarks)/[\w./]*)`", TEXT)) - NOT_THERE_YET


def floors_named():
    """The floor of each module in the table, by its file or folder."""
    rows = re.findall(r"^\| (\d) \| ([^|]+) \|", section("Where things are"), re.MULTILINE)
    return {name: int(floor) for floor, names in rows for name in re.findall(r"`([^`]+)`", names)}


def test_the_table_names_every_module_once_and_no_other():
    there = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    there |= {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")}
    assert set(floors_named()) == there
    cells = re.findall(r"^\| \d \| ([^|]+) \|", section("Where things are"), re.MULTILINE)
    assert sum(len(cell.split(", ")) for cell in cells) == len(there)


def test_each_module_stands_on_the_floor_that_imports_are_held_to():
    named = {name.removesuffix("/").removesuffix(".py"): floor for name, floor in floors_named().items()}
    assert named == {name: floor for name, floor in FLOORS.items() if "." not in name}


@pytest.mark.parametrize("path", sorted(path for path in PATHS if "NN" not in path))
def test_every_path_in_the_text_is_there(path):
    assert (COURSE / path).exists()


@pytest.mark.parametrize("title", ["A new lesson", "A new explainer", "A new explorer", "A new data set"])
def test_each_walk_holds_code_and_names_the_test_that_runs_it(title):
    assert blocks(title)
    (test,) = re.findall(r"^`(tests/[\w/]+\.py)` runs ", section(title), re.MULTILINE)
    assert "CONTRIBUTING" in (COURSE / test).read_text(encoding="utf-8")
