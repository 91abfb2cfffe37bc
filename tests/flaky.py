"""Run the unit tests again and again, each time in another order and from other seeds, and record what became of them.

python tests/flaky.py 20        # make flaky N=20: writes tests/flaky.md
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
Keras, and other random examples. {date}, Python {python}, {cores} cores, at commit {commit}.

| seed | outcome | seconds |
|---|---|---|
"""


def run(seed: int) -> tuple[int, str, float]:
    """Run the unit tests once: exit status, pytest's last line, seconds."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", MARKS, "-n", "2", "--dist", "loadgroup"]
    command += ["--ignore=tests/lessons", "-p", "no:cacheprovider", f"--randomly-seed={seed}"]
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
    """Run `count` times, write the record after each run, and return how many were red."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    head = HEAD.format(
        count=count,
        date=date.today().isoformat(),
        python=platform.python_version(),
        cores=os.cpu_count(),
        commit=commit.stdout.strip(),
    )
    rows: list[str] = []
    red = 0
    for seed in range(1, count + 1):
        status, outcome, seconds = run(seed)
        red += status != 0
        rows.append(f"| {seed} | {'green' if status == 0 else 'RED'}: {outcome} | {seconds:.0f} |")
        print(rows[-1], flush=True)
        RECORD.write_text(f"{head}{chr(10).join(rows)}\n\n{seed - red} of {seed} green.\n", encoding="utf-8")
    return red


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1])), 1))
