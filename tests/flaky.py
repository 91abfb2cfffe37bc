"""Run the unit tests again and again, each time in another order and from other seeds, and record what became of them.

python tests/flaky.py 20        # make flaky N=20: writes tests/flaky.md

Twenty runs take over an hour on two cores. A record that was cut off is gone on with: each row names its commit.
"""

import os
import platform
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

RECORD = Path(__file__).with_name("flaky.md")
MARKS = "not browser and not slow and not real_data"
HEAD = """# The unit tests, {count} times

Made by `make flaky N={count}`: every run has another order of the tests, another seed of Python, NumPy and
Keras, and other random examples.

| seed | outcome | seconds | when | commit | Python, cores |
|---|---|---|---|---|---|
"""


def run(seed: int) -> tuple[int, str, float]:
    """Run the unit tests once: exit status, pytest's last line, seconds."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", MARKS, "-n", "2", "--dist", "loadscope"]
    command += ["--no-loadscope-reorder", "--ignore=tests/lessons", "-p", "no:cacheprovider", "-p", "no:nbval"]
    command += [f"--randomly-seed={seed}"]
    command += ["--hypothesis-profile=seeded", f"--hypothesis-seed={seed}"]
    start = time.perf_counter()
    ended = subprocess.run(
        command, env=os.environ | {"COURSEKIT_TEST_SEED": str(seed)}, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - start
    if ended.returncode:
        print(ended.stdout[-20_000:], ended.stderr[-2_000:], flush=True)
    return ended.returncode, re.sub(r" in [\d.]+s.*", "", ended.stdout.strip().splitlines()[-1]).strip("= "), seconds


def main(count: int) -> int:
    """Run up to `count` times, write the record after each run, and return how many were red."""
    head = HEAD.format(count=count)
    rows = _rows_so_far(head)
    red = sum("RED" in row for row in rows)
    machine = f"{platform.python_version()}, {os.cpu_count()}"
    for seed in range(len(rows) + 1, count + 1):
        status, outcome, seconds = run(seed)
        red += status != 0
        word = "green" if status == 0 else "RED"
        rows.append(f"| {seed} | {word}: {outcome} | {seconds:.0f} | {date.today()} | {_commit()} | {machine} |")
        print(rows[-1], flush=True)
        RECORD.write_text(f"{head}{chr(10).join(rows)}\n\n{seed - red} of {seed} green.\n", encoding="utf-8")
    return red


def _rows_so_far(head: str) -> list[str]:
    """Return the rows of a record that was cut off before its last run; none of one that is complete or another."""
    if not RECORD.exists() or not (text := RECORD.read_text(encoding="utf-8")).startswith(head):
        return []
    rows = [line for line in text.removeprefix(head).splitlines() if line.startswith("| ")]
    return rows if f"{len(rows)} times" not in head else []


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return found.stdout.strip()


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1])), 1))
