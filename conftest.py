"""How pytest runs the lessons (``pytest --nbval solutions/*.ipynb``): in order, offline, the same on any machine."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from coursekit.authoring.execute import reproducible_settings

# Another version of matplotlib or Pillow writes other bytes for the same picture. Its alt text is compared.
_NOT_COMPARED = ("text/html", "image/svg+xml")
_HOMES = pytest.StashKey[Path]()

# How long an example takes says more about how busy this machine is than about the code.
hypothesis.settings.register_profile("course", deadline=None)
hypothesis.settings.load_profile("course")


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment that the kernels get, and keep the cells in their order."""
    if not (config.getoption("nbval", False) or config.getoption("nbval_lax", False)):
        return
    homes = tempfile.TemporaryDirectory()
    config.add_cleanup(homes.cleanup)
    config.stash[_HOMES] = Path(homes.name)
    # In the unsolved notebooks no check passes: there it must not raise.
    os.environ.update(reproducible_settings(Path(homes.name), strict=config.getoption("nbval")))
    config.option.randomly_reorganize = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the checks on real data where no mirror gives them."""
    if not os.environ.get("COURSEKIT_MIRROR"):
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(pytest.mark.skip(reason="COURSEKIT_MIRROR is not set"))


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Leave out what differs between machines. Standard error stays in: a lesson that writes to it fails."""
    if collector.path.suffix == ".ipynb" and hasattr(collector, "skip_compare"):
        collector.skip_compare += _NOT_COMPARED


@pytest.fixture(autouse=True)
def _figures_closed() -> Iterator[None]:
    """Close the figures that a test or an example left open."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each notebook a home of its own, before its kernel starts: one lesson's progress is not another's."""
    if item.path.suffix == ".ipynb":
        os.environ["COURSEKIT_HOME"] = str(item.config.stash[_HOMES] / item.path.stem)
