"""Execute a lesson's solution so that any machine gets the same outputs, and store nothing that changes by itself."""

from __future__ import annotations

import atexit
import copy
import os
import re
from collections.abc import Mapping
from pathlib import Path

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from coursekit.authoring.source import LessonSource

QUIET_KERNEL = ["--log-level=ERROR"]
"""Arguments of a kernel; without them each one warns that it talks to this process without encryption."""

_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_NOT_STORED_TAG = "output-not-stored"
_SECONDS_A_CELL = 600
_STARTS = 3
_OVERWRITTEN = re.compile(r"^.*\r(?=[^\n])", re.MULTILINE)
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*m")


def execute(
    source: LessonSource, folder: Path, environment: Mapping[str, str], kernel: KernelManager | None = None
) -> NotebookNode:
    """Run a lesson from top to bottom in a fresh kernel and return its notebook with normalised outputs.

    Parameters
    ----------
    source : LessonSource
        The lesson.
    folder : Path
        The kernel's working folder.
    environment : mapping of str to str
        Environment variables of the kernel, beside those of this process; see `reproducible_settings`.
    kernel : jupyter_client.KernelManager, optional
        A kernel that runs already, with an environment of its own, and goes on afterwards.

    Raises
    ------
    RuntimeError
        If a cell raises, or writes to standard error: the message names the cell.
    """
    for start in range(_STARTS):
        notebook = copy.deepcopy(source.notebook)
        client = NotebookClient(
            notebook,
            km=kernel,
            kernel_name="python3",
            timeout=_SECONDS_A_CELL,
            record_timing=False,
            store_widget_state=False,
            extra_arguments=QUIET_KERNEL,
            resources={"metadata": {"path": str(folder)}},
        )
        try:
            client.execute(env=os.environ | dict(environment))
            break
        except CellExecutionError as error:
            raise RuntimeError(_failure(source, notebook, error)) from error
        except RuntimeError:
            # Another program may take a port between its choice and the kernel's start: the kernel dies at once.
            # nbclient would stop, once more and at the very end, the kernel that has never been.
            atexit.unregister(client._cleanup_kernel)
            if start == _STARTS - 1 or any(cell.execution_count for cell in code_cells(notebook)):
                raise
    _refuse_stderr(source, notebook)
    return carry_outputs(source.notebook, notebook)


def carry_outputs(to: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook with the outputs of another one that has the same code cells, normalised."""
    notebook = copy.deepcopy(to)
    pairs = zip(code_cells(notebook), code_cells(executed), strict=True)
    for count, (cell, run) in enumerate(pairs, start=1):
        cell.execution_count = None if run.execution_count is None else count
        cell.outputs = [] if _NOT_STORED_TAG in cell.metadata.get("tags", []) else _normalised(run.outputs, count)
    return notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return a notebook's code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _normalised(outputs: list[NotebookNode], count: int) -> list[NotebookNode]:
    kept: list[NotebookNode] = []
    for output in copy.deepcopy(outputs):
        if output.output_type == "stream":
            if kept and kept[-1].output_type == "stream" and kept[-1].name == output.name:
                kept[-1].text += output.text
            else:
                kept.append(output)
            # A progress line that was written over: only what was left to be seen.
            kept[-1].text = _OVERWRITTEN.sub("", kept[-1].text)
            continue
        if "data" in output:
            output.data.pop(_WIDGET_VIEW, None)
            if not output.data:
                continue
        if "execution_count" in output:
            output.execution_count = count
        kept.append(output)
    return kept


def _failure(source: LessonSource, notebook: NotebookNode, error: CellExecutionError) -> str:
    failed = [
        index
        for index, cell in enumerate(notebook.cells)
        if any(output.output_type == "error" for output in cell.get("outputs", []))
    ]
    place = source.place(failed[-1]) if failed else "a cell"
    return f"{source.name}.py, {place} raises:\n{_COLOUR_CODES.sub('', str(error.traceback))}"


def _refuse_stderr(source: LessonSource, notebook: NotebookNode) -> None:
    written = [
        f"{source.place(index)}: {output.text.strip()}"
        for index, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    if written:
        raise RuntimeError(
            "\n  ".join([f"{source.name}.py writes to standard error. Mend what the message is about:", *written])
        )
