"""Words of our own for which the field has a word: what a learner reads here must be found by a search elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

STANDARD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "picture": "image",
        "pictures": "images",
        "energy_inside": "relevance_mass_accuracy",
        "rank_accuracy": "relevance_rank_accuracy",
        "mirror_averaged": "flip_tta",
        "new_head": "transfer",
        "StopWhenDiverged": "TerminateOnNaN",
    }
)
"""What is written where to what is written instead."""

# As a word, or as a part of a name such as `unit_pictures` or `PictureList`.
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMES = re.compile(r"[A-Za-z_]+")
_ANY = re.compile("|".join(STANDARD_WORDS), re.IGNORECASE)
# What is made by a program is synthetic; a figure, or a sample from many, may be drawn.
_DRAWN = re.compile(r"\bdrawn (images?|eyes?|pets|cats|dogs|flowers?|scenes?|spectra|fundus|objects)\b", re.IGNORECASE)

# What speaks for an answer may be called evidence; the pixels that a mask marks are a ground-truth mask.
_MASK = re.compile(
    r"\b(?:on|in|inside|outside|within|covers?|marks?) the evidence\b|\bevidence (?:masks?|outlined|is known)\b"
    r"|(?:known[ _]evidence|evidence_masks?)\b|\.evidence\b|\bevidence=",
    re.IGNORECASE,
)


def house_words(text: str) -> list[tuple[str, str]]:
    """Return the words of a text for which there is a standard one.

    Parameters
    ----------
    text : str
        Prose or code.

    Returns
    -------
    list of (str, str)
        Each word as it is written there, and the standard word.

    Examples
    --------
    >>> house_words("unit_pictures holds one image a unit")
    [('pictures', 'images')]
    >>> house_words("Offline there are drawn eyes.")
    [('drawn eyes', 'synthetic eyes')]
    >>> house_words("The hottest pixel lies on the evidence.")
    [('on the evidence', 'ground-truth mask')]
    """
    found = []
    for name in filter(_ANY.search, _NAMES.findall(text)):
        for word in [name, *(_PARTS.findall(name) if name not in STANDARD_WORDS else ())]:
            standard = STANDARD_WORDS.get(word) or STANDARD_WORDS.get(word.lower())
            if standard is not None and (word, standard) not in found:
                found.append((word, standard))
    found += [(one[0], f"synthetic {one[1]}") for one in _DRAWN.finditer(text)]
    return found + [(one[0], "ground-truth mask") for one in _MASK.finditer(text)]
