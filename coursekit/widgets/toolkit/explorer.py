"""What all explorers share: the latest request wins, errors are shown, a picture stays where no kernel runs."""

from __future__ import annotations

import base64
import html
import threading
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, cast

import anywidget
import ipywidgets
import traitlets

from coursekit import settings
from coursekit.widgets.toolkit.lru import LRUCache
from coursekit.widgets.toolkit.pixels import Pixels, png

_HERE = Path(__file__).parent
_REMEMBERED = 64


class View(Protocol):
    """What an explorer computes: at the least one sentence that says what is to be seen."""

    @property
    def sentence(self) -> str:
        """Alt text, status line and caption at once."""


AState = TypeVar("AState", bound=Hashable)
AView = TypeVar("AView", bound=View)
AResult = TypeVar("AResult")


class StatusLine(anywidget.AnyWidget):
    """The line below an explorer: what is to be seen, that it is busy, or what went wrong.

    Its element carries ``data-ck-state`` (busy, ready or error) and ``data-ck-count``, the number of answered requests.
    """

    _esm = _HERE / "status_line.js"
    _css = _HERE / "explorer.css"
    state = traitlets.Enum(["busy", "ready", "error"], "busy").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    detail = traitlets.Unicode().tag(sync=True)
    count = traitlets.Int().tag(sync=True)


class Explorer(ipywidgets.VBox, Generic[AState, AView]):  # type: ignore[misc]
    """The base of every explorer.

    A subclass gives `state` (what its controls say), `compute` (pure: from a state to what is to be seen), `show` (put
    that into the widgets) and `still` (the picture for readers without a kernel), observes its controls with `request`
    or `when`, and calls `request` once when it is built.

    Attributes
    ----------
    view : View
        What is shown now.
    errors : list of Exception
        Every error that a request met, oldest first.
    """

    view: AView

    def __init__(self, name: str, above: list[ipywidgets.Widget], below: list[ipywidgets.Widget] | None = None) -> None:
        self.errors: list[Exception] = []
        self.status = StatusLine()
        self._lock = threading.RLock()
        self._numbering = threading.Lock()
        self._latest = 0
        self._holder: int | None = None
        self._memory: LRUCache[Any] = LRUCache(_REMEMBERED)
        super().__init__([*above, self.status, *(below or [])])
        self.add_class("ck-explorer")
        self.add_class(f"ck-{name}")

    def state(self) -> AState:
        """Return what the controls say now, as something hashable."""
        raise NotImplementedError

    def compute(self, state: AState) -> AView:
        """Return what is to be seen in this state, without touching a widget."""
        raise NotImplementedError

    def show(self, view: AView) -> None:
        """Put what was computed into the widgets. Changes made here make no new request."""
        raise NotImplementedError

    def still(self, view: AView) -> Pixels:
        """Return a picture of what is shown, for readers without a kernel."""
        raise NotImplementedError

    def request(self, _change: object = None) -> None:
        """Show the present state of the controls: the one observer of every control.

        Where requests come faster than they can be answered, those that a newer one has overtaken are left out. An
        error is shown in the status line, kept in `errors`, and raised only where ``COURSEKIT_STRICT=1``, because
        JupyterLab would hide it.
        """
        if self._holder == threading.get_ident():
            return
        with self._numbering:
            self._latest += 1
            mine = self._latest
        with self._lock:
            if mine != self._latest:
                return
            self.status.state = "busy"
            with self._reporting():
                state = self.state()
                view = self.remember(("view", state), lambda: self.compute(state))
                if mine != self._latest:
                    return
                with self.quietly():
                    self.show(view)
                self.view = view
                self._say("ready", view.sentence)

    def change(self, action: Callable[[], None]) -> None:
        """Let ``action`` set several controls, and answer with one request. Its errors are treated like a request's.

        Called while the explorer itself changes its controls, it does nothing.
        """
        if self._holder == threading.get_ident():
            return
        changed = False
        with self._lock, self._reporting():
            with self.quietly():
                action()
            changed = True
        if changed:
            self.request()

    def when(self, control: ipywidgets.Widget, action: Callable[[Any], None], trait: str = "value") -> None:
        """Let ``action`` take every new value of a control, and answer with one request, see `change`."""
        control.observe(lambda event: self.change(lambda: action(event["new"])), trait)

    @contextmanager
    def quietly(self) -> Iterator[None]:
        """Change several controls at once without a request for each."""
        with self._lock:
            before, self._holder = self._holder, threading.get_ident()
            try:
                yield
            finally:
                self._holder = before

    def remember(self, key: Hashable, compute: Callable[[], AResult]) -> AResult:
        """Return what was computed for this key before, or compute it now and keep it for a while."""
        with self._lock:
            return cast(AResult, self._memory.get(key, compute))

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.errors.append(error)
            if isinstance(error, ValueError):
                # What a person typed or uploaded: the message says what to do.
                self._say("error", str(error))
            else:
                self._say("error", f"{type(error).__name__}: {error}", traceback.format_exc())
            if settings.strict():
                raise

    def _say(self, state: str, text: str, detail: str = "") -> None:
        with self.status.hold_sync():
            self.status.state, self.status.text, self.status.detail = state, text, detail
            self.status.count += 1

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the explorer; and, where no kernel runs (a stored notebook, a web page), a still picture of it."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        if not hasattr(self, "view"):
            return data | {"text/plain": f"{type(self).__name__}: {self.status.text}"}, metadata
        sentence, picture = self.view.sentence, self.still(self.view)
        height, width = picture.shape[:2]
        encoded = base64.b64encode(png(picture, small=True)).decode("ascii")
        data = data | {
            "text/plain": sentence,
            "text/html": (
                f'<img alt="{html.escape(sentence, quote=True)}" width="{width}" height="{height}" '
                f'style="max-width:100%;height:auto" src="data:image/png;base64,{encoded}">'
                f"<p>{html.escape(sentence)} <em>Run this cell to interact.</em></p>"
            ),
            "image/png": encoded,
        }
        return data, metadata | {"image/png": {"alt": sentence, "width": width, "height": height}}
