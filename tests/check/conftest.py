"""A home of its own for each test, and learners' settings: checks do not raise."""

from __future__ import annotations

from pathlib import Path

import pytest

from coursekit.check import grading, progress


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(grading, "STRICT", False)
    monkeypatch.setattr(progress, "_in_memory", progress.Progress())
    return tmp_path / "home"
