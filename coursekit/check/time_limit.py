"""A time limit for one call of a learner's function, and what Jupyter's stop button leaves to be read."""

from __future__ import annotations

import _thread
import threading
import types

SECONDS_TO_NOTICE = 10.0
SECONDS = 60.0
"""No answer of the course takes so long by far; a loop that never ends does."""

_SECONDS_BETWEEN = 0.5


class Interrupted(KeyboardInterrupt):
    """The learner stopped a check. In a notebook it is one sentence, without the course's own lines."""

    def _render_traceback_(self) -> list[str]:
        return str(self).split("\n")


class TimeLimit:
    """Interrupts the main thread where a block takes too long; `exceeded` says that it was this, and nobody's key.

    Python runs on only when a call of a library comes back: such a call is interrupted late. Outside of the main thread
    there is no limit, for no other thread can be interrupted.

    Examples
    --------
    >>> with TimeLimit() as limit:
    ...     answer = sum(range(10))
    >>> limit.exceeded
    False
    """

    def __init__(self) -> None:
        self.exceeded = False
        self._over = threading.Event()
        self._deciding = threading.Lock()

    def __enter__(self) -> TimeLimit:
        if threading.current_thread() is threading.main_thread():
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        try:
            # An interruption that was decided already arrives while this waits, and so inside of the block.
            with self._deciding:
                self._over.set()
        finally:
            self._over.set()

    def _watch(self) -> None:
        if self._over.wait(SECONDS_TO_NOTICE):
            return
        print(
            f"Your function has been running for {SECONDS_TO_NOTICE:.0f} s. Press ■ above the notebook to stop it; "
            f"after {SECONDS:.0f} s the check stops it."
        )
        if self._over.wait(SECONDS - SECONDS_TO_NOTICE):
            return
        # Again and again: Python swallows an interruption that arrives while it clears away lost objects.
        while not self._over.wait(_SECONDS_BETWEEN if self.exceeded else 0):
            with self._deciding:
                if not self._over.is_set():
                    self.exceeded = True
                    _thread.interrupt_main()
