"""What a lesson takes: python tests/lessons/measure_lessons.py [--profile lesson] [NN ...].

It writes data/measured/lessons.json. Each solved notebook runs once to its last cell in a kernel of its own, with the
samples that need no network. Counted are the kernel's processor seconds, of all its threads, and the most memory that
it ever held.
"""

import argparse
import datetime
import json
import os
import platform
import tempfile
from pathlib import Path

import psutil

from coursekit.authoring.lesson_names import choose, lesson_names

COURSE = Path(__file__).parents[2]
RECORD = COURSE / "data" / "measured" / "lessons.json"
CELL_SECONDS = 3600


def measure(path, profile):
    """Run a notebook with a profile; return its kernel's processor seconds and its peak of memory in MB."""
    import nbformat
    from nbclient import NotebookClient

    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"COURSEKIT_PROFILE": profile, "COURSEKIT_DATA": "sample", "COURSEKIT_HOME": home}
        client = NotebookClient(
            nbformat.read(path, as_version=4), timeout=CELL_SECONDS, resources={"metadata": {"path": home}}
        )
        with client.setup_kernel():
            kernel = psutil.Process(client.km.provisioner.process.pid)
            for index, cell in enumerate(client.nb.cells):
                client.execute_cell(cell, index)
            times, status = kernel.cpu_times(), Path(f"/proc/{kernel.pid}/status").read_text()
    (peak,) = (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {"processor_seconds": round(times.user + times.system), "peak_megabytes": round(peak * 1024 / 1e6)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", metavar="NN")
    parser.add_argument("--profile", choices=["quick", "lesson"], default="quick")
    asked = parser.parse_args()
    part = "lessons" if asked.profile == "quick" else "lesson_profile"
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {"lessons": {}}
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    record |= {
        "data": "sample",
        "processor": model or platform.machine(),
        "python": platform.python_version(),
    }
    record["until"] = datetime.date.today().isoformat()
    for name in choose(asked.lessons, lesson_names(COURSE / "solutions", ".ipynb")):
        found = measure(COURSE / "solutions" / f"{name}.ipynb", asked.profile)
        record[part] = dict(sorted((record.get(part, {}) | {name[:2]: found}).items()))
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(name, found, flush=True)


if __name__ == "__main__":
    main()
