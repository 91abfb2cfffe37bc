"""How tests are handed out to several processes: a file's tests share what they build once."""

import collections
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("tests/test_pooling.py", "tests/test_kernels.py", "tests/test_descent.py")


@pytest.mark.slow
def test_all_tests_of_a_file_run_in_one_process():
    options = ["-p", "no:nbval", "-n", "2", "--dist", "loadscope", "--no-loadscope-reorder", "-v", "--color=no"]
    command = [sys.executable, "-m", "pytest", *options, *FILES]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    workers = collections.defaultdict(set)
    for worker, file in re.findall(r"^\[(gw\d)\].*PASSED (\S+?)::", shown, flags=re.MULTILINE):
        workers[file].add(worker)
    assert {file: len(found) for file, found in workers.items()} == dict.fromkeys(FILES, 1)
    assert set.union(*workers.values()) == {"gw0", "gw1"}
