"""Which tests take so long that `make test` leaves them to `make test-all`: measured, not guessed.

python tests/slow_tests.py    # make slowest: runs every unit test once and writes tests/slow_tests.txt

A test or doctest that takes longer than a seventh of a second is put on the list. But a third of the test functions of
every file (of its doctests, in a module) stay in `make test`, those with the quickest cases, so that no part of the
course is without a proof there.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".txt")
SECONDS = 1 / 7
SHARE = 1 / 3
_RUN = ["-q", "-p", "no:nbval", "-m", "not browser and not slow and not real_data and not lesson"]
_HEAD = "# Written by `make slowest`: seconds, test. `make test-all` runs them, and so does pytest where one is named."


def listed() -> dict[str, float]:
    """Return the seconds of every test on the list."""
    if not LIST.exists():
        return {}
    lines = LIST.read_text(encoding="utf-8").splitlines()[1:]
    return {test: float(seconds) for seconds, _, test in (line.partition(" ") for line in lines)}


def gone(names: Iterable[str]) -> list[str]:
    """Return what is on the list and is no test any more."""
    return sorted(set(listed()) - set(names))


def chosen(seconds: Mapping[str, float]) -> dict[str, float]:
    """Return the tests that `make test` leaves out, of all tests and how long they took."""
    files: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for test in seconds:
        files[test.partition("::")[0]][test.partition("[")[0]].append(test)
    left_out: dict[str, float] = {}
    for functions in files.values():
        quickest = sorted(
            (min(cases, key=seconds.__getitem__) for cases in functions.values()), key=seconds.__getitem__
        )
        kept = set(quickest[: math.ceil(SHARE * len(quickest))])
        for cases in functions.values():
            left_out |= {test: seconds[test] for test in cases if seconds[test] > SECONDS and test not in kept}
    return dict(sorted(left_out.items()))


class _Stopwatch:
    """How long each test took, with what was set up for it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration


def main() -> int:
    """Measure, and write the list; a failed run leaves it as it was."""
    before = LIST.read_bytes() if LIST.exists() else None
    # Nothing is slow while it is measured.
    LIST.unlink(missing_ok=True)
    watch = _Stopwatch()
    status = pytest.main(_RUN, plugins=[watch])
    if status and before is not None:
        LIST.write_bytes(before)
    if not status:
        lines = [f"{took:.2f} {test}" for test, took in chosen(watch.seconds).items()]
        LIST.write_text("\n".join([_HEAD, *lines, ""]), encoding="utf-8")
        print(f"{len(lines)} of {len(watch.seconds)} tests are left to make test-all.")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
