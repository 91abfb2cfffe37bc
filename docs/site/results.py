"""The results' page: what the literature reports and what we measured, from the records and the register of sources."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from coursekit.source_register import Register, Statement, read_register

_HEAD = """# Results: reported and ours

What is reported comes from the register of sources, `data/sources.toml` (`ck.sources()` in a notebook); what is ours
from the records in `data/`. A figure of ours is one run unless it says otherwise. The intervals below are 95 %
intervals over the test images: they do not say how far another seed would move a figure.
"""


def write(course: Path, source: Path) -> int:
    """Write the page and return how many runs it shows."""
    runs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((course / "data" / "runs").rglob("*.json"))]
    families: dict[str, list[dict[str, Any]]] = {}
    for run in runs:
        families.setdefault(run["dataset"], []).append(run)
    register = read_register(course / "data" / "sources.toml")
    parts = [_HEAD, *_reported(register)]
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


def _reported(register: Register) -> list[str]:
    parts = ["## What others say, and what we measured\n"]
    for source in register.sources.values():
        about = ", ".join(filter(None, [source.author, str(source.year or "")]))
        title = f"[{source.title}]({source.link})" if source.link else source.title
        parts.append(f"### {source.name}\n\n{title}{f' ({about})' if about else ''}.\n")
        parts.append("| lesson | what it says | reported | ours | verdict |\n|---|---|---|---|---|")
        parts += [_statement(one) for one in source.statements.values()]
        parts.append("")
    return parts


def _statement(one: Statement) -> str:
    rows = dict(one.rows())
    ours = " ".join(filter(None, [rows.get("ours"), rows.get("measured")])) or "not measured"
    cells = (", ".join(one.lessons), one.says, rows.get("figures", "no figure"), ours, f"**{one.verdict}**")
    return f"| {' | '.join(_in_cell(text) for text in cells)} |"


def _in_cell(text: str) -> str:
    """Return a sentence as a cell of a table shows it; a star or a dollar of it is no markup."""
    return text if text.startswith("**") else re.sub(r"([*_|$<\[])", r"\\\1", " ".join(text.split()))
