"""Wheel and sdist, installed outside of any checkout: the commands work, and nothing is missing from either."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MOST_MEGABYTES = 30

pytestmark = pytest.mark.slow


def build(kind, source, target):
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (found,) = target.glob("*.whl" if kind == "wheel" else "*.tar.gz")
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """Run a command of the installed wheel in an empty folder; what it needs comes from this environment."""
    installed, folder = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("elsewhere")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(installed)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COURSEKIT_")}
    # Before the checkout of this environment, and nobody's to write in.
    environment |= {
        "PYTHONPATH": str(installed),
        "COURSEKIT_HOME": str(folder / "home"),
        "COURSEKIT_DATA": "sample",
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
    }

    class Elsewhere:
        path = folder

        @staticmethod
        def start(*words):
            return subprocess.Popen(
                [sys.executable, "-m", "coursekit", *words],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )

        @classmethod
        def run(cls, *words):
            process = cls.start(*words)
            said, _ = process.communicate(timeout=600)
            return process.returncode, said

        @classmethod
        def serve(cls, *words):
            """Start a server, open the address that it prints, end it; return the page."""
            process = cls.start(*words)
            try:
                address = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
                for _ in range(600):
                    try:
                        return urllib.request.urlopen(address, timeout=60).read().decode()
                    except ConnectionError:
                        continue
                    except OSError as refused:
                        if not isinstance(getattr(refused, "reason", None), ConnectionError):
                            raise
                raise AssertionError(f"nothing answers at {address}")
            finally:
                os.killpg(process.pid, signal.SIGTERM)
                process.communicate(timeout=60)

    return Elsewhere


def test_the_distribution_has_its_own_name_and_its_size_is_bounded(wheel):
    assert wheel.name.startswith("convnets_by_hand-")
    assert wheel.stat().st_size < MOST_MEGABYTES * 1e6


def test_an_sdist_makes_the_same_wheel(wheel, tmp_path):
    packed = build("sdist", ROOT, tmp_path / "sdist")
    assert packed.stat().st_size < MOST_MEGABYTES * 1e6
    with tarfile.open(packed) as archive:
        # Python 3.11.3 and before know no filters.
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    (unpacked,) = (path for path in tmp_path.iterdir() if path.name.startswith("convnets_by_hand"))
    again = build("wheel", unpacked, tmp_path / "again")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())


def test_what_runs_is_the_installed_copy(elsewhere):
    status, said = elsewhere.run("--version")
    assert status == 0
    assert re.fullmatch(r"coursekit \d+\.\d+\.\d+\S*\n", said)


def test_lab_says_how_to_begin_then_start_and_lab_work(elsewhere):
    shutil.rmtree(elsewhere.path / "work", ignore_errors=True)
    status, said = elsewhere.run("lab", "--no-browser")
    assert (status, "coursekit start 00" in said) == (1, True)
    status, said = elsewhere.run("start", "00", "01")
    assert status == 0, said
    assert sorted(path.name for path in (elsewhere.path / "work").iterdir()) == [
        "00_welcome.ipynb",
        "01_convolution_by_hand.ipynb",
    ]
    assert "JupyterLab" in elsewhere.serve("lab", "--no-browser")


def test_the_gallery_has_its_thumbnails(elsewhere):
    page = elsewhere.serve("apps", "--no-browser")
    assert "Kernel explorer" in page
    assert "static/light/kernel.webp" in page


def test_doctor_and_data_answer(elsewhere):
    status, said = elsewhere.run("doctor")
    assert status == 0, said
    status, said = elsewhere.run("data", "list")
    assert status == 0, said
    assert "mnist" in said
