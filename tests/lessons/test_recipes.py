"""What a lesson trains is what was recorded: it says where it is shorter; else it differs only as named here."""

import json
import re

import pytest

from coursekit import settings

COURSE = settings.course_folder()
# The runs that a lesson's own trainings are held against, and in which settings they may differ.
HELD_AGAINST = {
    # 12 epochs of a fifth of the images would learn nothing at 1e-4.
    "05_cats_vs_dogs": ({"cats_dogs_baseline", "cats_dogs_mobilenet"}, {"rate"}),
    "06_flowers": ({"flowers_baseline", "flowers_improved", "flowers_mobilenet"}, set()),
    # A few dozen steps an epoch, where the record has 352.
    "07_cifar10_residual": ({"cifar10_residual"}, {"batch size", "momentum of batch normalisation"}),
    "08_scenes_resnet": ({"scenes_mobilenet"}, set()),
}


@pytest.mark.parametrize("name", HELD_AGAINST)
def test_a_lesson_follows_the_recipes_that_were_recorded(name):
    runs, may_differ = HELD_AGAINST[name]
    cells = json.loads((COURSE / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    printed = "".join("".join(output.get("text", [])) for cell in cells for output in cell.get("outputs", []))
    told = re.findall(r"(?:Shorter than|As long as) the record", printed)
    other = re.findall(r"Other than in the record: (.*)\.\n", printed)
    differ = {re.match(r"[a-zA-Z0-9 ]*?(?= [\d.]+| none|$)", part)[0] for line in other for part in line.split("; ")}
    assert (len(told), differ) == (len(runs), may_differ)


@pytest.mark.parametrize("name", HELD_AGAINST)
def test_it_takes_them_from_the_course(name):
    source = (COURSE / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    missing = {run for run in HELD_AGAINST[name][0] if f'"{run}"' not in source}
    assert not missing
