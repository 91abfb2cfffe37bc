"""One kernel for the lessons of a worker: starting Python and TensorFlow takes longer than many a lesson."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager, start_new_kernel

from coursekit import settings
from coursekit.authoring.execute import QUIET_KERNEL
from coursekit.authoring.reproducible import reproducible_settings

# As conftest.py does for the other tests.
HURRIED = f"""
import gc, runpy
from coursekit import backend
backend.import_keras()
gc.collect()
gc.freeze()
gc.set_threshold(100_000, 20, 100)
runpy.run_path({str(Path(__file__).parents[1] / "quick_tensorflow.py")!r})["hurry"]()
"""
EMPTIED = """
import sys
if "matplotlib.pyplot" in sys.modules:
    sys.modules["matplotlib.pyplot"].close("all")
if "ipywidgets" in sys.modules:
    sys.modules["ipywidgets"].Widget.close_all()
if "keras" in sys.modules:
    sys.modules["keras"].backend.clear_session()
get_ipython().reset(new_session=False)
"""


@pytest.fixture(scope="session")
def running_kernel(worker_home: Path) -> Iterator[KernelManager]:
    """A kernel with the settings of a smoke test, and the arithmetic that learners get (oneDNN), which is quicker."""
    environment = os.environ | reproducible_settings(worker_home, profile="smoke") | {"TF_ENABLE_ONEDNN_OPTS": "1"}
    manager, client = start_new_kernel(
        kernel_name="python3",
        env=environment,
        cwd=str(settings.course_folder() / "solutions"),
        extra_arguments=QUIET_KERNEL,
    )
    client.stop_channels()
    _run(manager, HURRIED)
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(running_kernel: KernelManager) -> KernelManager:
    """The kernel, emptied: no name, figure, widget or network of the lesson before."""
    _run(running_kernel, EMPTIED)
    return running_kernel


def _run(manager: KernelManager, code: str) -> None:
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    reply = client.execute_interactive(code, timeout=120)
    assert reply["content"]["status"] == "ok", reply["content"]
    client.stop_channels()
