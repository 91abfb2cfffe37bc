"""A command that served pages ends, whatever its server has left running."""

import sys

import pytest

WAITS_FOR_EVER = """
import threading
from coursekit.commands.serving import end_after_serving
threading.Thread(target=threading.Event().wait).start()
print("said before the end")
{end}
"""


def test_it_ends_though_a_thread_waits_for_ever(in_background):
    with in_background([sys.executable, "-c", WAITS_FOR_EVER.format(end="end_after_serving()")]) as command:
        assert command.process.wait(20) == 0
        assert command.log.read_text() == "said before the end\n"


@pytest.mark.slow
def test_without_it_such_a_thread_is_waited_for_and_is_stopped_by_the_tests(in_background):
    with in_background([sys.executable, "-c", WAITS_FOR_EVER.format(end="print('done', flush=True)")]) as command:
        command.first("done")
        assert command.process.poll() is None
    assert command.process.poll() is not None
