"""``coursekit doctor``: each fault is told with its cure, and all checks are made."""

import argparse
import importlib.metadata
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

from coursekit.commands import doctor


@pytest.fixture
def quick(monkeypatch):
    """Leave the check out that takes seconds."""
    monkeypatch.setattr(doctor, "CHECKS", [check for check in doctor.CHECKS if check is not doctor.tensorflow])


def run():
    return doctor.run(argparse.Namespace())


def test_here_nothing_is_broken(quick, capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(doctor.CHECKS)
    assert {line.split()[1] for line in lines} <= {"ok", "note"}


def test_the_versions_are_told(quick, capsys):
    run()
    assert f"tensorflow {importlib.metadata.version('tensorflow')}" in capsys.readouterr().out


def test_a_check_that_fails_is_told_and_the_others_go_on(capsys, monkeypatch):
    def kernel():
        raise ModuleNotFoundError("No module named 'jupyter_client'")

    monkeypatch.setattr(doctor, "CHECKS", [kernel, doctor.machine])
    assert run() == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("✗ broken  kernel: No module named 'jupyter_client'. Install again")
    assert second.startswith(("✓ ok", "! note"))


def test_another_kernel_is_broken(monkeypatch):
    other = KernelSpec(argv=["/elsewhere/bin/python", "-m", "ipykernel_launcher"])
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda manager, name: other)
    finding = doctor.kernel()
    assert finding.status == "broken"
    assert "ipykernel install" in finding.cure


def test_another_projects_package_of_our_name_is_broken(monkeypatch, tmp_path):
    (tmp_path / "coursekit").mkdir()
    (tmp_path / "coursekit" / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    finding = doctor.package()
    assert finding.status == "broken"
    assert f"{tmp_path / 'coursekit'} is another project's" in finding.what
    assert "pip uninstall coursekit" in finding.cure


def test_the_distribution_is_the_one_that_is_built():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == doctor.DISTRIBUTION


def test_a_package_too_old_is_broken(monkeypatch):
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "1.26" if name == "numpy" else version(name))
    finding = doctor.packages()
    assert (finding.status, finding.what) == ("broken", "numpy is 1.26, needed is >=2.0")


def test_a_tensorflow_that_kills_its_process_is_broken(monkeypatch):
    ended = subprocess.CompletedProcess([], returncode=-4, stdout="", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: ended)
    assert doctor.tensorflow().what == "TensorFlow does not load: exit status -4"


@pytest.mark.slow
def test_a_network_of_the_course_is_loaded():
    assert "and a network of the course with it" in doctor.tensorflow().what


def test_a_keras_that_loads_no_network_of_the_course_is_broken(monkeypatch):
    ended = subprocess.CompletedProcess([], 0, stdout="0 TypeError: unknown input_axes\n", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: ended)
    finding = doctor.tensorflow()
    assert finding.status == "broken"
    assert "does not load the course's networks: TypeError: unknown input_axes" in finding.what


def test_keras_set_for_another_project_is_broken(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    finding = doctor.keras_settings()
    assert finding.status == "broken"
    assert "KERAS_BACKEND is 'jax'" in finding.what


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("COURSEKIT_PROFILE", "fast", "must be one of smoke"),
        ("COURSEKIT_MIRROR", "/nowhere", "/nowhere is not there"),
        ("COURSEKIT_MIRROR", "http://127.0.0.1:9/mirror", "127.0.0.1:9"),
    ],
)
def test_a_wrong_setting_is_broken(monkeypatch, variable, value, message):
    monkeypatch.setenv(variable, value)
    finding = doctor.environment_variables()
    assert finding.status == "broken"
    assert message in finding.what


def test_a_cache_folder_that_cannot_be_made_is_broken(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "file"))
    finding = doctor.cache()
    assert finding.status == "broken"
    assert "COURSEKIT_HOME" in finding.cure


def test_widgets_of_two_versions_are_broken(monkeypatch):
    version = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.1" if name == "anywidget" else version(name))
    assert doctor.widgets().what.startswith("anywidget is 0.1 in Python but")


def test_jupyterlab_without_the_widgets_half_is_broken(monkeypatch, tmp_path):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    assert doctor.widgets().what == "JupyterLab lacks the extension @jupyter-widgets/jupyterlab-manager"


def test_python_outside_an_environment_is_a_note(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "base_prefix", str(tmp_path))
    assert doctor.python().status == "note"
