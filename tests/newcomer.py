"""The way of somebody new, timed: python tests/newcomer.py clones this repository and runs its first lesson.

Printed are the seconds of each step on this computer: clone, `make` (packages from the network, or from uv's cache),
`coursekit doctor`, and the cells of lesson 00 up to the first image that it shows and to its end.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LESSON = """
import sys, time
import nbformat
from nbclient import NotebookClient
begin, notebook = time.perf_counter(), nbformat.read(sys.argv[1], as_version=4)
client, seen = NotebookClient(notebook, timeout=900), set()
with client.setup_kernel():
    for index, cell in enumerate(notebook.cells):
        client.execute_cell(cell, index)
        shown = "".join(str(output.get("data", {}).get("text/html", "")) for output in cell.get("outputs", []))
        for what, word in (("first image", "<img"), ("first heatmap", "heat")):
            if what not in seen and "<img" in shown and word in shown:
                seen.add(what)
                print(f"  {what} of lesson 00: {time.perf_counter() - begin:.0f} s", flush=True)
print(f"  end of lesson 00: {time.perf_counter() - begin:.0f} s")
"""


def timed(name, *command, check=True, **options):
    begin = time.perf_counter()
    status = subprocess.run(command, check=check, **options).returncode
    print(f"{name}: {time.perf_counter() - begin:.0f} s" + f", status {status}" * bool(status), flush=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        ours = ("COURSEKIT_", "PYTHON")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        environment |= {"COURSEKIT_HOME": f"{folder}/home", "COURSEKIT_DATA": "sample"}
        begin = time.perf_counter()
        timed("git clone", "git", "clone", "--quiet", str(ROOT), str(course))
        timed("make: Python, packages, course", "make", ".venv/.course", cwd=course, env=environment)
        python = course / ".venv" / "bin" / "python"
        timed("coursekit doctor", python, "-m", "coursekit", "doctor", check=False, cwd=course, env=environment)
        lesson = course / "notebooks" / "00_welcome.ipynb"
        timed("lesson 00", python, "-c", LESSON, lesson, cwd=lesson.parent, env=environment)
        load = os.getloadavg()[0]
        print(f"all: {time.perf_counter() - begin:.0f} s; load {load:.0f} on {os.cpu_count()} processor cores")


if __name__ == "__main__":
    main()
