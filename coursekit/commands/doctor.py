"""``coursekit doctor``: whether everything is here that the course needs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

HELP = "check this computer and the installation, with the cure for what is wrong"

_SIGNS = {"ok": "✓", "note": "!", "broken": "✗"}
DISTRIBUTION = "convnets-by-hand"
"""What is installed. `coursekit` is what is imported; on PyPI it is the name of another project."""
_REINSTALL = "Install again: make lab, or pip install -e . in the course folder."
_NAMED_PACKAGES = ("tensorflow", "keras", "numpy", "jupyterlab")
_GIGABYTE = 1e9
_TENSORFLOW_SECONDS = 180
_SMALL_MODEL = "small_pets"
_LOADS_A_MODEL = """
import keras, tensorflow
fault = None
try:
    keras.saving.load_model({model!r}, compile=False)
except Exception as error:
    fault = " ".join(f"{{type(error).__name__}}: {{error}}".split())[:300]
print(len(tensorflow.config.list_physical_devices("GPU")), fault)
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments: there are none."""


def run(arguments: argparse.Namespace) -> int:
    """Print one line for each check, and return 1 if something is broken."""
    worst = 0
    for check in CHECKS:
        if check in _SLOW:
            print(f"… wait    {_SLOW[check]}", flush=True)
        try:
            finding = check()
        except Exception as error:  # What broke the check is what the user must hear of; the other checks go on.
            finding = DoctorFinding("broken", f"{check.__name__.replace('_', ' ')}: {error}", _REINSTALL)
        print(finding, flush=True)
        worst = max(worst, finding.status == "broken")
    return worst


@dataclass(frozen=True)
class DoctorFinding:
    """What a check found: a status, a sentence, and the cure where one is needed."""

    status: Literal["ok", "note", "broken"]
    what: str
    cure: str = ""

    def __str__(self) -> str:
        line = f"{_SIGNS[self.status]} {self.status:<6}  {self.what}"
        return f"{line}. {self.cure}" if self.cure else line


def python() -> DoctorFinding:
    """Check Python's version and that it belongs to an environment of its own."""
    import platform
    from importlib.metadata import metadata

    from packaging.specifiers import SpecifierSet

    version, wanted = platform.python_version(), metadata(DISTRIBUTION)["Requires-Python"]
    what = f"Python {version} ({sys.executable})"
    if not SpecifierSet(wanted).contains(version, prereleases=True):
        return DoctorFinding("broken", what, f"The course needs Python {wanted}. Install one and run make lab again.")
    if sys.prefix == sys.base_prefix and not (Path(sys.prefix) / "conda-meta").exists():
        return DoctorFinding(
            "note", f"{what}, outside any virtual environment", "make lab builds one that disturbs nothing."
        )
    return DoctorFinding("ok", what)


def kernel() -> DoctorFinding:
    """Check that notebooks run with the same Python as this command."""
    from jupyter_client.kernelspec import KernelSpecManager

    # Nearly every installation says just "python", which Jupyter takes for the Python that Jupyter itself runs on.
    program = Path(KernelSpecManager().get_kernel_spec("python3").argv[0])
    if program.is_absolute() and not program.is_relative_to(sys.prefix):
        return DoctorFinding(
            "broken", f"notebooks run with {program}", f"Run: {sys.executable} -m ipykernel install --sys-prefix"
        )
    return DoctorFinding("ok", "notebooks run with this Python")


def package() -> DoctorFinding:
    """Check that no other project's package has the name of ours: whichever comes first would hide the other."""
    import coursekit

    ours = Path(coursekit.__file__).resolve().parent
    for folder in dict.fromkeys(Path(entry or ".").resolve() / "coursekit" for entry in sys.path):
        # Another copy of the course is none of this.
        if (folder / "__init__.py").is_file() and not (folder / "lesson.mplstyle").is_file():
            return DoctorFinding(
                "broken",
                f"{folder} is another project's package with the name of ours",
                f"Run: {sys.executable} -m pip uninstall coursekit. {_REINSTALL}",
            )
    return DoctorFinding("ok", f"the course's package: {ours}, version {coursekit.__version__}")


def packages() -> DoctorFinding:
    """Check that every package that the course needs is there, in a version that it works with."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    wrong = []
    needed = [Requirement(line) for line in requires(DISTRIBUTION) or []]
    needed = [one for one in needed if one.marker is None or one.marker.evaluate({"extra": ""})]
    for requirement in needed:
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
        else:
            if not requirement.specifier.contains(found, prereleases=True):
                wrong.append(f"{requirement.name} is {found}, needed is {requirement.specifier}")
    if wrong:
        return DoctorFinding("broken", "; ".join(wrong), _REINSTALL)
    named = ", ".join(f"{name} {version(name)}" for name in _NAMED_PACKAGES)
    return DoctorFinding("ok", f"all {len(needed)} packages, among them {named}")


def tensorflow() -> DoctorFinding:
    """Check that TensorFlow loads, and a network of the course with it.

    In a process of its own: where it fails it may take the process with it.
    """
    import subprocess
    import time

    from coursekit import settings

    model = settings.course_folder() / "data" / "models" / f"{_SMALL_MODEL}.keras"
    code = _LOADS_A_MODEL.format(model=str(model))
    begun = time.monotonic()
    try:
        ended = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=_TENSORFLOW_SECONDS,
            check=False,
            env=os.environ | {"KERAS_BACKEND": "tensorflow"},
        )
    except subprocess.TimeoutExpired:
        return DoctorFinding(
            "broken", f"TensorFlow did not load in {_TENSORFLOW_SECONDS} s", "Free memory and try again."
        )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [f"exit status {ended.returncode}"])[-1]
        return DoctorFinding("broken", f"TensorFlow does not load: {last}", _REINSTALL)
    graphics, fault = ended.stdout.splitlines()[-1].split(" ", 1)
    if fault != "None":
        return DoctorFinding("broken", f"Keras does not load the course's networks: {fault}", _REINSTALL)
    device = f"{graphics} GPU" if graphics != "0" else "no GPU, which the lessons do not need"
    seconds = time.monotonic() - begun
    return DoctorFinding("ok", f"TensorFlow loads in {seconds:.0f} s, and a network of the course with it; {device}")


def keras_settings() -> DoctorFinding:
    """Check that Keras is not set to another backend, or to images with the channels first."""
    from coursekit import backend

    other = backend.other_keras_settings()
    return DoctorFinding("broken", other) if other else DoctorFinding("ok", "Keras on TensorFlow, channels last")


def machine() -> DoctorFinding:
    """Check the memory."""
    import psutil

    from coursekit.processors import usable_processors

    memory, cores = psutil.virtual_memory(), usable_processors()
    what = (
        f"{cores} processor core{'s' * (cores != 1)}, {memory.total / _GIGABYTE:.0f} GB of memory, "
        f"{memory.available / _GIGABYTE:.1f} GB free"
    )
    if memory.available < 2 * _GIGABYTE:
        return DoctorFinding("note", what, "Close other programs and notebooks before you train a network.")
    return DoctorFinding("ok", what)


def environment_variables() -> DoctorFinding:
    """Check the environment variables of the course, and that the mirror answers."""
    from coursekit import settings
    from coursekit.data.errors import DataError
    from coursekit.data.fetching.mirror import locate

    try:
        what = f"profile {settings.profile()}, data {settings.data_preference()}"
        settings.strict()
    except ValueError as error:
        return DoctorFinding("broken", str(error))
    mirror = settings.mirror()
    if mirror:
        try:
            # Nothing is wanted of it but its index.
            locate(mirror, [])
        except (DataError, ValueError) as error:
            return DoctorFinding("broken", str(error), "Mend or unset COURSEKIT_MIRROR.")
    return DoctorFinding("ok", f"{what}, {f'classroom mirror {mirror}' if mirror else 'no classroom mirror'}")


def cache() -> DoctorFinding:
    """Check that downloads and progress can be kept."""
    import shutil
    import tempfile

    from coursekit import settings

    home = settings.home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            free = shutil.disk_usage(home).free
    except OSError as error:
        cure = "Make it writable, or set COURSEKIT_HOME to a folder that is."
        return DoctorFinding("broken", f"nothing can be kept in {home} ({error.strerror})", cure)
    what = f"downloads and progress are kept in {home}, {free / _GIGABYTE:.0f} GB free"
    if free < 2 * _GIGABYTE:
        return DoctorFinding("note", what, "Free some space, or set COURSEKIT_HOME to a folder on another disk.")
    return DoctorFinding("ok", f"{what}; data sets: coursekit data list")


def widgets() -> DoctorFinding:
    """Check that JupyterLab has the browser's half of the widgets, in the version of Python's half."""
    import json
    from importlib.metadata import requires, version

    from jupyter_core.paths import jupyter_path
    from packaging.requirements import Requirement

    in_browser = {}
    for extension in ("@jupyter-widgets/jupyterlab-manager", "anywidget"):
        files = [Path(folder) / extension / "package.json" for folder in jupyter_path("labextensions")]
        found = next((file for file in files if file.exists()), None)
        if found is None:
            return DoctorFinding("broken", f"JupyterLab lacks the extension {extension}", _REINSTALL)
        in_browser[extension] = json.loads(found.read_text(encoding="utf-8"))["version"]
    if in_browser["anywidget"] != version("anywidget"):
        what = f"anywidget is {version('anywidget')} in Python but {in_browser['anywidget']} in JupyterLab"
        return DoctorFinding("broken", what, _REINSTALL)
    half = next(Requirement(line) for line in requires("ipywidgets") or [] if line.startswith("jupyterlab_widgets"))
    if not half.specifier.contains(version(half.name)):
        what = f"ipywidgets {version('ipywidgets')} needs {half}, but that is {version(half.name)}"
        return DoctorFinding("broken", what, _REINSTALL)
    return DoctorFinding("ok", f"widgets: ipywidgets {version('ipywidgets')}, anywidget {version('anywidget')}")


def browser() -> DoctorFinding:
    """Check whether `coursekit lab` can open a browser."""
    from coursekit.commands.lab import has_browser

    if has_browser():
        return DoctorFinding("ok", "a browser to open JupyterLab in")
    return DoctorFinding("note", "no browser here", "coursekit lab prints the address to open in yours.")


CHECKS: tuple[Callable[[], DoctorFinding], ...] = (
    python,
    kernel,
    package,
    packages,
    keras_settings,
    tensorflow,
    machine,
    environment_variables,
    cache,
    widgets,
    browser,
)
_SLOW = {tensorflow: "TensorFlow is loaded, which takes up to a minute"}
"""Checks that take more than a moment, and what is said before."""
