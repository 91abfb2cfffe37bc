"""The networks that an explorer of models offers: the person's own, and trained ones of the course."""

from __future__ import annotations

from coursekit.widgets.sources.models import NamedModel, course_model


class OfferedNetworks:
    """Networks by name, each loaded when it is asked for, and then kept.

    Parameters
    ----------
    own : NamedModel, optional
        The person's.
    """

    def __init__(self, own: NamedModel | None) -> None:
        self._own = own
        self._loaded = {own.name: own} if own else {}

    def get(self, name: str) -> NamedModel:
        """Return the network of that name."""
        if name not in self._loaded:
            self._loaded[name] = course_model(name)
        return self._loaded[name]

    def is_own(self, named: NamedModel) -> bool:
        """Return whether this network is the person's."""
        return named is self._own
