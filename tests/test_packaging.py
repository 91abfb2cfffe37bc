"""pyproject.toml, requirements.lock and environment.yml tell one story, and a wheel carries the course."""

import itertools
import json
import os
import re
import shutil
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

needs_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")


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


def test_the_lowest_keras_reads_every_model_that_ships():
    """A model is read by the Keras that wrote it and by later ones: earlier ones know fewer arguments of its layers."""
    (keras,) = (need for need in declared if need.name == "keras")
    written = set()
    for model in (ROOT / "data" / "models").glob("*.keras"):
        written.add(Version(json.loads(zipfile.ZipFile(model).read("metadata.json"))["keras_version"]).release[:2])
    assert written
    assert [release for release in written if not keras.specifier.contains(".".join(map(str, release)))] == []
    (lowest,) = (Version(one.version) for one in keras.specifier if one.operator == ">=")
    assert lowest.release[:2] >= max(written)


def test_every_dependency_states_its_lowest_version():
    assert [str(need) for need in declared if not any(one.operator == ">=" for one in need.specifier)] == []


def test_environment_brings_a_python_that_the_package_allows():
    (python,) = (line for line in environment["dependencies"] if str(line).startswith("python="))
    assert SpecifierSet(project["requires-python"]).contains(python.removeprefix("python="))


def test_environment_installs_the_package_by_the_lock():
    (pip,) = (line["pip"] for line in environment["dependencies"] if isinstance(line, dict))
    assert pip == ["--constraint requirements.lock", "--editable ."]
    assert environment["channels"] == ["conda-forge"]


JUPYTER_OF_COLAB = ("ipykernel", "jupyterlab", "jupytext", "nbclient", "voila")


def test_colab_gets_all_but_a_second_jupyter():
    listed = [line for line in (ROOT / "docs" / "colab.txt").read_text().splitlines() if not line.startswith("#")]
    needed = [line for line in project["dependencies"] if Requirement(line).name not in JUPYTER_OF_COLAB]
    assert listed == needed


@pytest.mark.slow
def test_a_lesson_starts_without_a_jupyter_server_of_ours(tmp_path):
    code = f"""
import sys
for name in {[name for name in JUPYTER_OF_COLAB if name != "ipykernel"]}:
    sys.modules[name] = None
import coursekit as ck
ck.start("01_convolution_by_hand")
ck.widgets.explore_kernel()
print(ck.check.convolution.correlate2d(None).status)
"""
    environment = os.environ | {"COURSEKIT_HOME": str(tmp_path), "COURSEKIT_DATA": "sample"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.endswith("not attempted\n"), done.stderr


def test_makefile_installs_by_the_lock():
    installs = re.findall(r"pip install .*", (ROOT / "Makefile").read_text())
    # But for the lowest versions, which stand in pyproject.toml.
    installs = [line for line in installs if "--resolution lowest-direct" not in line]
    assert len(installs) == 3
    assert all("--constraint requirements.lock" in line for line in installs)


def test_nobody_is_told_to_install_the_strangers_package():
    """`coursekit` on PyPI is another project: the course is installed from its folder or from a file."""
    told = re.compile(r"\b(?:install|add)\b[^\n`]*?(?<![\w./-])coursekit(?![\w./-])", re.IGNORECASE)
    tools = re.compile(r"\b(?:pip3?|pipx|uv|conda|mamba|poetry)\b")
    texts = {".py", ".md", ".toml", ".yml", ".yaml", ".txt", ".lock", ".js", ".html", ".cfg", ""}
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in tracked_files()
        if path.suffix in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if tools.search(line) and told.search(line)
    ]
    assert found == []


def tracked_files():
    """Every file of the tree that an author wrote: no environment, no cache, nothing built."""
    skipped = {".git", ".venv", "dist", "build", "node_modules", "__pycache__"}
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in skipped and not name.startswith(".")]
        yield from (Path(folder) / name for name in names)


@pytest.fixture
def environment_elsewhere(tmp_path):
    """A virtual environment that nothing is installed in."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "made")], check=True)
    return tmp_path / "made"


def made_ready(folder, *options):
    """What make says of an environment before it does anything else."""
    command = ["make", *options, f"VENV={folder}", "help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@needs_make
def test_a_sound_environment_stays(environment_elsewhere):
    assert "made anew" not in made_ready(environment_elsewhere)
    assert environment_elsewhere.is_dir()


@needs_make
def test_an_environment_that_was_moved_is_made_anew(environment_elsewhere, tmp_path):
    moved = environment_elsewhere.rename(tmp_path / "moved")
    assert "was made in another folder, or its Python is gone: it is made anew" in made_ready(moved)
    assert not moved.exists()


@needs_make
def test_an_environment_whose_python_is_gone_is_made_anew(environment_elsewhere):
    for python in (environment_elsewhere / "bin").glob("python*"):
        python.unlink()
    assert "made anew" not in made_ready(environment_elsewhere, "-n")
    assert environment_elsewhere.is_dir()
    assert "made anew" in made_ready(environment_elsewhere)
    assert not environment_elsewhere.exists()


@needs_make
def test_a_folder_that_is_no_environment_is_never_removed(tmp_path):
    (tmp_path / "mine").mkdir()
    made_ready(tmp_path / "mine")
    assert (tmp_path / "mine").is_dir()


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
        "coursekit/widgets/controls/grid_stage/grid_stage.js",
        "coursekit/course/notebooks/00_welcome.ipynb",
        "coursekit/course/solutions/00_welcome.ipynb",
        "coursekit/course/data/models/mnist_convnet.keras",
    ):
        assert needed in names
