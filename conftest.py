"""How pytest runs: the same on any machine, offline, from one seed, and nothing that this machine's user has kept."""

import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from unittest import mock

from coursekit.authoring.reproducible import ONE_ARITHMETIC, reproducible_settings

# Before NumPy and TensorFlow are first imported.
os.environ.update(ONE_ARITHMETIC)

import hypothesis
import numpy as np
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Another version of matplotlib or Pillow writes other bytes for the same image. Its alt text is compared.
_NOT_COMPARED = ("text/html", "image/svg+xml")
_LESSON = "test_the_unsolved_notebook_runs_and_every_solution_passes_its_check"
_FOLDER = pytest.StashKey[Path]()
# `make flaky` changes it: what holds for one seed only is found there.
_SEED = int(os.environ.get("COURSEKIT_TEST_SEED", "0"))
# The checks on real data need it. To every other test it is as if there were none: the same data on any machine.
_MIRROR = os.environ.get("COURSEKIT_MIRROR", "")
# Continuous integration has forty minutes on whatever machine it gets. What would begin after this moment (seconds, as
# `date +%s` prints them) is skipped and counted: a slow machine proves less, and says how much less.
_UNTIL = float(os.environ.get("COURSEKIT_TEST_UNTIL") or "inf")
# What somebody chose for the lessons is not for their proof.
_SETTINGS = ("COURSEKIT_DATA", "COURSEKIT_PROFILE", "COURSEKIT_STRICT")

# How long an example takes says more about how busy this machine is than about the code: no deadline. The same examples
# in each run: `--hypothesis-profile=wide` tries twenty times as many, `seeded` others for each --hypothesis-seed.
hypothesis.settings.register_profile("course", deadline=None, derandomize=True, max_examples=25)
hypothesis.settings.register_profile("wide", deadline=None, derandomize=True, max_examples=500)
hypothesis.settings.register_profile("seeded", deadline=None, max_examples=25)
hypothesis.settings.load_profile("course")


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a home of its own, and nbval's kernels the settings under which outputs are stored."""
    # Every test is seeded below; pytest-randomly would seed once more, each run with another number.
    config.option.randomly_reset_seed = False
    for name in _SETTINGS:
        os.environ.pop(name, None)
    # jsonschema would load it to check internationalised addresses, of which no notebook holds one: its grammars take
    # four seconds, in each process.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    config.stash[_FOLDER] = _folder_of_run(config)
    os.environ["COURSEKIT_HOME"] = str(_home(config, "tests"))
    if _runs_notebooks(config):
        compared = config.getoption("nbval")
        # In the unsolved notebooks no check passes: there it must not raise. Nothing is compared, so they run small.
        settings = {"strict": True} if compared else {"strict": False, "profile": "smoke"}
        os.environ.update(reproducible_settings(_home(config, "notebooks"), **settings))
        config.option.randomly_reorganize = False
        if config.getoption("dist", "no") == "load":
            # `-n 2` alone would hand the cells of one notebook to two processes.
            config.option.dist = "loadfile"


def pytest_collection_finish() -> None:
    """Let Python look for lost objects less often, and not among the libraries: a seventh of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    if "tensorflow" in sys.modules:
        from tests.quick_tensorflow import hurry

        hurry()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the checks on real data where no mirror gives them; say what comes first, after all have been shuffled."""
    for item in items:
        if item.get_closest_marker("real_data") and not _MIRROR:
            item.add_marker(pytest.mark.skip(reason="COURSEKIT_MIRROR is not set"))
    # The longest first: else one worker would still run a lesson when the other has nothing left to do.
    items.sort(key=lambda item: item.get_closest_marker("lesson") is None)


class _AFileEach(LoadScopeScheduling):
    """A file's tests share what they build once, so they go to one worker; a lesson goes to any."""

    def _split_scope(self, nodeid: str) -> str:
        path, _, test = nodeid.partition("::")
        return nodeid if test.startswith(_LESSON) else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """Hand the tests out by file: pytest-xdist's own `loadgroup` does nothing under pytest 9.2, without a word."""
    return _AFileEach(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Leave out what differs between machines. Standard error stays in: a lesson that writes to it fails."""
    if collector.path.suffix == ".ipynb" and hasattr(collector, "skip_compare"):
        collector.skip_compare += _NOT_COMPARED


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> Iterator[None]:
    """Seed what is made once for many tests: else it would depend on which of them runs first."""
    if fixturedef.scope != "function":
        _seed()
    return (yield)


@pytest.fixture(autouse=True)
def _seeded_and_figures_closed() -> Iterator[None]:
    """Begin each test and each example from one seed, and close the figures that it left open."""
    _seed(keep_compiled=True)
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture
def course_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return a new home (downloads, trained weights, progress) whose synthetic samples are there already."""
    home = _with_samples(tmp_path / "home", request.config.stash[_FOLDER])
    monkeypatch.setenv("COURSEKIT_HOME", str(home))
    return home


@pytest.fixture(scope="session")
def worker_home(request: pytest.FixtureRequest, worker_id: str) -> Path:
    """Return a home that the tests of this worker share."""
    return _home(request.config, worker_id)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give the mirror to the checks on real data only, and each notebook its home: progress is one lesson's own."""
    if time.time() > _UNTIL:
        pytest.skip("no time is left for it (COURSEKIT_TEST_UNTIL)")
    # Not for what a test starts: it would be cut short in the middle of the test.
    os.environ.pop("COURSEKIT_TEST_UNTIL", None)
    os.environ["COURSEKIT_MIRROR"] = _MIRROR if item.get_closest_marker("real_data") else ""
    if item.path.suffix == ".ipynb":
        os.environ["COURSEKIT_HOME"] = str(_home(item.config, item.path.stem))


def _seed(keep_compiled: bool = False) -> None:
    random.seed(_SEED)
    np.random.seed(_SEED)  # noqa: NPY002 - libraries draw from it
    if "keras" in sys.modules:
        # TensorFlow also forgets what it has compiled, for operations that hold a random state; the next test would
        # compile the same network again, which took a tenth of the suite's time. Keras holds its states elsewhere.
        kept = mock.patch("tensorflow.python.eager.context.pywrap_tfe.TFE_ContextClearCaches")
        with kept if keep_compiled else nullcontext():
            sys.modules["keras"].utils.set_random_seed(_SEED)


def _runs_notebooks(config: pytest.Config) -> bool:
    return bool(config.getoption("nbval", False) or config.getoption("nbval_lax", False))


def _folder_of_run(config: pytest.Config) -> Path:
    """Return a folder that all workers of this run share, gone when the run ends."""
    if "COURSEKIT_TEST_FOLDER" not in os.environ:
        folder = tempfile.TemporaryDirectory(prefix="coursekit-tests-", ignore_cleanup_errors=True)
        config.add_cleanup(folder.cleanup)
        # Workers inherit it.
        os.environ["COURSEKIT_TEST_FOLDER"] = folder.name
    return Path(os.environ["COURSEKIT_TEST_FOLDER"])


def _home(config: pytest.Config, name: str) -> Path:
    folder = config.stash[_FOLDER]
    return _with_samples(folder / name, folder)


def _with_samples(home: Path, folder: Path) -> Path:
    """Make a home whose folder of synthetic samples is that of the whole run: each sample is drawn once."""
    (folder / "samples").mkdir(exist_ok=True)
    home.mkdir(exist_ok=True)
    try:
        (home / "samples").symlink_to(folder / "samples", target_is_directory=True)
    except FileExistsError:
        pass
    except OSError:
        # Windows allows links to administrators only: there each home draws for itself.
        (home / "samples").mkdir(exist_ok=True)
    return home
