"""The results' page: what the literature reports and what we measured, from the records and the register of sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HEAD = """# Results: reported and ours

Every figure below is read from a record in `data/` when this page is made; nothing is typed in. "Ours" is one run
unless it says otherwise, judged on its test set; the interval is a 95 % interval over the test images.
"""


def write(course: Path, source: Path) -> int:
    """Write the page and return how many runs it shows."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((course / "data" / "runs").rglob("*.json"))]
    families: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        families.setdefault(run["dataset"], []).append(run)
    parts = [_HEAD, *_reported(course)]
    parts.append("## Every recorded training\n")
    for dataset, family in families.items():
        parts.append(f"### {_title(dataset)}\n\n" + _table(family))
    (source / "results.md").write_text("\n".join(parts), encoding="utf-8")
    return len(runs)


def _table(runs: list[dict[str, Any]]) -> str:
    lines = [
        "| run | parameters | trained on | epochs | test | ours | 95 % interval |",
        "|---|---|---|---|---|---|---|",
    ]
    for run in sorted(runs, key=lambda one: -one["test"].get("accuracy", 0)):
        test = run["test"]
        of = "" if run["source"] == "real" else ", synthetic"
        low, high = test.get("accuracy_low"), test.get("accuracy_high")
        interval = f"{low:.3f} to {high:.3f}" if low is not None else "not recorded"
        lines.append(
            f"| `{run['name']}` | {run['parameters']:,} | {run['images']:,}{of} | {run['epochs']} | "
            f"{test.get('images', 0):,} | {test['accuracy']:.3f} | {interval} |"
        )
    return "\n".join(lines) + "\n"


def _title(dataset: str) -> str:
    from coursekit.data.sets import CATALOGUE

    return CATALOGUE[dataset].title if dataset in CATALOGUE else dataset.replace("_", " ")


def _reported(course: Path) -> list[str]:
    return []
