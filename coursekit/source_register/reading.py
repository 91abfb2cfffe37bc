"""Reading a register of sources, and refusing one that is not as it should be."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coursekit.source_register.entries import Measurement, Register, Source, Statement

_VERDICTS = ("agrees", "differs", "contradicts itself", "not tested")


def read_register(path: Path) -> Register:
    """Read and check a register of sources.

    Parameters
    ----------
    path : Path
        A TOML file: a table for each source, in it a table for each statement. ``data/sources.toml`` says what
        they hold.

    Returns
    -------
    Register

    Raises
    ------
    ValueError
        If the file is no TOML, an entry lacks something, or holds something that is not known. The message names the
        entry and what to do.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not a TOML file ({error}). Mend that line.") from error
    return Register({key: _source(key, table) for key, table in tables.items()})


def _source(key: str, table: dict[str, Any]) -> Source:
    facts = {word: value for word, value in table.items() if not isinstance(value, dict)}
    _check(
        key, facts, needed={"name": str, "title": str, "covers": str}, more={"author": str, "year": int, "link": str}
    )
    entries = {word: value for word, value in table.items() if isinstance(value, dict)}
    return Source(
        key=key,
        name=facts["name"],
        title=facts["title"],
        covers=facts["covers"],
        author=facts.get("author", ""),
        year=facts.get("year"),
        link=facts.get("link", ""),
        statements={word: _statement(f"{key}.{word}", facts["name"], entry) for word, entry in entries.items()},
    )


def _statement(name: str, source: str, table: dict[str, Any]) -> Statement:
    needed = {"lessons": list, "where": str, "says": str, "verdict": str}
    _check(name, table, needed=needed, more={"figures": dict, "ours": list, "measured": str})
    if table["verdict"] not in _VERDICTS:
        raise ValueError(f"{name}: the verdict is {table['verdict']!r}. Make it one of: {', '.join(_VERDICTS)}.")
    if table["verdict"] in ("agrees", "differs") and "measured" not in table:
        raise ValueError(f"{name}: it {table['verdict']}, but `measured` does not say with what. Add it.")
    ours = table.get("ours", [])
    for one in ours:
        _check(f"{name}, ours", one, needed={"record": str, "key": str, "figure": float}, more={})
    return Statement(
        id=name,
        source=source,
        lessons=tuple(table["lessons"]),
        where=table["where"],
        says=table["says"],
        verdict=table["verdict"],
        figures=table.get("figures", {}),
        ours=tuple(Measurement(**one) for one in ours),
        measured=table.get("measured", ""),
    )


def _check(name: str, table: dict[str, Any], *, needed: Mapping[str, type], more: Mapping[str, type]) -> None:
    """Raise a ValueError if something is missing, is not known, or has the wrong type."""
    missing = sorted(needed.keys() - table.keys())
    unknown = sorted(table.keys() - needed.keys() - more.keys())
    if missing:
        raise ValueError(f"{name} lacks {', '.join(missing)}. Add it to the register of sources.")
    if unknown:
        raise ValueError(f"{name} has {', '.join(unknown)}. It may have: {', '.join([*needed, *more])}.")
    for word, kind in {**needed, **more}.items():
        if word in table and not isinstance(table[word], kind):
            raise ValueError(f"{name}: {word} is {table[word]!r}. It must be {kind.__name__}.")
