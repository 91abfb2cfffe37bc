"""What the controls of the model browser say."""

from __future__ import annotations

from dataclasses import dataclass

from coursekit.widgets.model.summary import Summary


@dataclass(frozen=True)
class ModelState:
    """What the controls of the model browser say.

    Attributes
    ----------
    network, image : str
    group : str
        "all", or which layers are listed.
    search : str
        What the name or the kind of a listed layer contains.
    layer : str or None
        The chosen layer; None where none is listed.
    kernel, channel : int
        Which kernel, that is which channel of the output, and which channel of the input.
    summary : {"none", "all", "convolutions"}
    """

    network: str
    image: str
    group: str
    search: str
    layer: str | None
    kernel: int
    channel: int
    summary: Summary
