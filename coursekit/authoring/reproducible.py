"""The settings under which a lesson's outputs are the same on any machine. Imports nothing that is slow to import."""

from __future__ import annotations

from pathlib import Path

from coursekit import settings

STORED_PROFILE: settings.Profile = "quick"
"""How much work the stored solutions do: what everybody reads."""


ONE_ARITHMETIC = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "COURSEKIT_AT_ONCE": "8",
}
"""Environment variables under which sums are taken in one order: threads divide them; oneDNN, and how many images go
through a network at once, depend on the processor."""


def reproducible_settings(
    home: Path, strict: bool = True, profile: settings.Profile = STORED_PROFILE
) -> dict[str, str]:
    """Return the environment variables under which a lesson's outputs are made and compared.

    Parameters
    ----------
    home : Path
        An empty folder: what this machine's user has downloaded or solved must not show.
    strict : bool
        Whether a failed check raises. The unsolved notebook needs False.
    profile : {"smoke", "quick", "lesson", "full"}
        How much work the lesson does.
    """
    return {
        "COURSEKIT_PROFILE": profile,
        "COURSEKIT_DATA": "sample",
        "COURSEKIT_STRICT": "1" if strict else "0",
        "COURSEKIT_MIRROR": "",
        "COURSEKIT_HOME": str(home),
        "CUDA_VISIBLE_DEVICES": "-1",
        "PYTHONHASHSEED": "0",
        "TQDM_DISABLE": "1",
        **ONE_ARITHMETIC,
    }
