"""pyproject.toml, requirements.lock and environment.yml tell one story, and a wheel carries the course."""

import itertools
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
environment = yaml.safe_load((ROOT / "environment.yml").read_text())
declared = [
    Requirement(line) for line in itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
]
locked = [Requirement(line) for line in (ROOT / "requirements.lock").read_text().splitlines() if line.strip()]


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_lock_holds_one_fitting_version_of_everything_declared(python, system):
    here = {"python_full_version": f"{python}.9", "python_version": python, "sys_platform": system}
    here |= {"platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system]}
    chosen = {}
    for line in locked:
        if line.marker is None or line.marker.evaluate(here):
            assert line.name not in chosen, f"{line.name} is locked twice for Python {python} on {system}"
            chosen[line.name] = Version(str(line.specifier).removeprefix("=="))
    unmet = [str(need) for need in declared if not need.specifier.contains(chosen.get(need.name, Version("0")))]
    assert unmet == []


def test_environment_brings_a_python_that_the_package_allows():
    (python,) = (line for line in environment["dependencies"] if str(line).startswith("python="))
    assert SpecifierSet(project["requires-python"]).contains(python.removeprefix("python="))


def test_environment_installs_the_package_by_the_lock():
    (pip,) = (line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert pip == ["--constraint requirements.lock", "--editable ."]
    assert environment["channels"] == ["conda-forge"]


def test_makefile_installs_by_the_lock():
    installs = re.findall(r"pip install .*", (ROOT / "Makefile").read_text())
    assert len(installs) == 3
    assert all("--constraint requirements.lock" in line for line in installs)


def test_wheel_carries_lessons_and_weights(tmp_path):
    """Someone who installs the wheel, with no clone, has the whole course."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in (
        "coursekit/__init__.pyi",
        "coursekit/lesson.mplstyle",
        "coursekit/networks/__init__.pyi",
        "coursekit/training/__init__.pyi",
        "coursekit/widgets/controls/grid_stage.js",
        "coursekit/course/notebooks/00_welcome.ipynb",
        "coursekit/course/solutions/00_welcome.ipynb",
        "coursekit/course/data/models/mnist_convnet.keras",
    ):
        assert needed in names
