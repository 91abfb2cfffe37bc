"""Packages whose names are loaded on first use."""

import importlib
import subprocess
import sys

import pytest

from coursekit import lazy_loading

LAZY = ("coursekit", "coursekit.networks", "coursekit.training")


@pytest.mark.parametrize("name", LAZY)
def test_every_name_of_the_stub_can_be_had(name):
    package = importlib.import_module(name)
    assert dir(package) == sorted(package.__all__)
    for each in package.__all__:
        assert getattr(package, each) is not None


@pytest.mark.parametrize("name", LAZY)
def test_an_unknown_name_lists_the_known_ones(name):
    package = importlib.import_module(name)
    with pytest.raises(
        AttributeError, match=rf"module '{name}' has no attribute 'nothing'\. It has: .*{dir(package)[0]}"
    ):
        _ = package.nothing


def test_ck_completes_to_what_the_lessons_teach_from_the_start():
    code = "import coursekit as ck; print(*dir(ck))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"start", "convolution", "spectra", "networks", "widgets"} <= set(shown)
    assert not {"annotations", "importlib", "os", "settings", "lazy_loading", "TYPE_CHECKING"} & set(shown)


def test_a_package_without_a_stub_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="stub"):
        lazy_loading.attach("nothing", str(tmp_path / "__init__.py"))
