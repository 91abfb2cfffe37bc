"""What all explorers share: the latest request wins, errors are shown, an image stays where no kernel runs."""

from __future__ import annotations

import base64
import html
import re
import threading
import traceback
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

import anywidget
import ipywidgets
import numpy as np
import traitlets
from numpy.typing import NDArray
from PIL import Image

from coursekit import settings
from coursekit.plot.webp import webp
from coursekit.widgets.controls.code_box import CodeBox
from coursekit.widgets.toolkit.code import with_imports
from coursekit.widgets.toolkit.download import Download, parts_of
from coursekit.widgets.toolkit.layout import below_controls
from coursekit.widgets.toolkit.lru import LRUCache
from coursekit.widgets.toolkit.pixels import Pixels, png

_HERE = Path(__file__).parent
_REMEMBERED = 64
_LARGE = 40_000  # bytes of a stored image


class View(Protocol):
    """What an explorer computes: at the least one sentence that says what is shown."""

    @property
    def sentence(self) -> str:
        """Alt text, status line and caption at once."""


AState = TypeVar("AState", bound=Hashable)
AView = TypeVar("AView", bound=View)
AResult = TypeVar("AResult")
Element: TypeAlias = str | ipywidgets.Widget
"""A widget of an explorer, or its name, see `Explorer.element`."""


class StatusLine(anywidget.AnyWidget):
    """The line below an explorer: what is shown, that it is busy, or what went wrong.

    Its element carries ``data-ck-state`` (busy, ready or error) and ``data-ck-count``, the number of answered requests.
    """

    _esm = _HERE / "status_line.js"
    _css = _HERE / "explorer.css"
    state = traitlets.Enum(["busy", "ready", "error"], "busy").tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    detail = traitlets.Unicode().tag(sync=True)
    count = traitlets.Int().tag(sync=True)


class Explorer(ipywidgets.VBox, Generic[AState, AView]):  # type: ignore[misc]
    """The base of every explorer: named controls make a state, a state is computed to a view, a view fills the page.

    A subclass hands its controls over and gives `compute`; everything else has a default. Each control becomes an
    attribute of its name, or of ``<name>_name`` where the class has a property of that name, and is observed: whatever
    changes, the explorer takes the state of all controls, computes its view (or remembers it), and shows it.

    Parameters
    ----------
    name : str
        Of the kind of explorer, for style sheets: ``ck-<name>``.
    state : function
        Takes what every control says, by its name, and returns it as something hashable: a frozen dataclass.
    controls : mapping of str to widget, or to a list or a dict of widgets
        An `ImageList` brings its button for uploads. Several widgets under one name are read as a tuple.
    actions : mapping of str to function, optional
        What is to be done with a control's new value before the state is taken.
    buttons : mapping of str to (str, function), optional
        The words on each button, and what it does. It becomes the attribute ``<name>_button``.
    rows : sequence of rows of str or widget
        The controls above, see `element`.
    figures, below : sequence of str or widget
        What stands below the controls, and below the status line. A name that is not one of a control makes an HTML
        area, see `show`.
    archive : str, optional
        Name of the file that the button "Download" makes.

    Attributes
    ----------
    view : View
        What is shown now.
    errors : list of Exception
        Every error that a request met, oldest first.
    reset_keeps_image : bool
        Of the class: whether the button "Reset" leaves the chosen image as it is.
    """

    view: AView
    reset_keeps_image = True

    def __init__(
        self,
        name: str,
        state: Callable[..., AState],
        controls: Mapping[str, Any],
        *,
        actions: Mapping[str, Callable[[Any], None]] | None = None,
        buttons: Mapping[str, tuple[str, Callable[[], None]]] | None = None,
        rows: Sequence[Sequence[Element]] = (),
        figures: Sequence[Element] = (),
        below: Sequence[Element] = ("code",),
        archive: str = "",
    ) -> None:
        self.errors: list[Exception] = []
        self.status = StatusLine()
        self._lock = threading.RLock()
        self._numbering = threading.Lock()
        self._latest = 0
        self._holder: int | None = None
        self._memory: LRUCache[Any] = LRUCache(_REMEMBERED)
        self._state, self._controls, self._archive = state, dict(controls), archive or name
        self._rows, self._figures = rows, figures
        for key, control in controls.items():
            setattr(self, f"{key}_name" if hasattr(type(self), key) else key, control)
            if hasattr(control, "upload"):
                self.upload = control.upload
                control.upload.observe(partial(self._take_upload, control), "value")
        for key, (words, press) in (buttons or {}).items():
            self._add_button(key, words, press)
        super().__init__([self.arranged(), self.status, *map(self.element, below)])
        self.add_class("ck-explorer")
        self.add_class(f"ck-{name}")
        for key, control in controls.items():
            for one in _each(control):
                if hasattr(one, "refused"):
                    self.when(one, partial(_refuse, one), "refused")
                if actions and key in actions:
                    self.when(one, actions[key], _trait(one))
                else:
                    one.observe(self.request, _trait(one))
        with self.quietly():
            self.prepare()
        self.request()
        self._opened_with = [
            (one, getattr(one, _trait(one)), (actions or {}).get(key))
            for key, control in controls.items()
            for one in _each(control)
            if not (self.reset_keeps_image and hasattr(one, "upload"))
        ]

    def prepare(self) -> None:
        """Set what can only be set once all controls are there; called before the first request, and makes none."""

    def arranged(self) -> ipywidgets.Widget:
        """Return all that stands above the status line: the rows of controls, and the figures below them."""
        return below_controls(
            [[self.element(one) for one in row] for row in self._rows], *map(self.element, self._figures)
        )

    def element(self, name: Element) -> ipywidgets.Widget:
        """Return a widget of the explorer by its name, and make it where it is a standard one.

        Parameters
        ----------
        name : str or widget
            A control or a button of the explorer; "upload"; "reset", "code" or "download", which are made; or any
            other name, which makes an HTML area. A widget is returned as it is.
        """
        if not isinstance(name, str):
            return name
        if name in self._controls:
            return self._controls[name]
        if name == "reset" and not hasattr(self, "reset_button"):
            self._add_button("reset", "Reset", self.reset)
        if hasattr(self, f"{name}_button"):
            return getattr(self, f"{name}_button")
        if not hasattr(self, name):
            if name == "code":
                made: ipywidgets.Widget = CodeBox()
            elif name == "download":
                made = Download(f"{self._archive}.zip", self._parts)
            else:
                made = ipywidgets.HTML()
            setattr(self, name, made)
        return getattr(self, name)

    def state(self) -> AState:
        """Return what the controls say now, as something hashable."""
        return self._state(**{name: reading(control) for name, control in self._controls.items()})

    def compute(self, state: AState) -> AView:
        """Return what is shown in this state, without touching a widget."""
        raise NotImplementedError

    def show(self, view: AView) -> None:
        """Put what was computed into the widgets. Changes made here make no new request.

        As it is here, every HTML area and code box takes the attribute of the view that has its name, with or without
        ``_html``. A code box puts the imports above, so that the code runs in a cell of its own.
        """
        for name, widget in list(vars(self).items()):
            trait = "value" if isinstance(widget, ipywidgets.HTML) else getattr(type(widget), "shown", None)
            field = next((one for one in (f"{name}_html", name) if hasattr(view, one)), None)
            if trait is not None and field is not None:
                shown = getattr(view, field)
                setattr(widget, trait, with_imports(shown) if isinstance(widget, CodeBox) else shown)

    def still(self, view: AView) -> Pixels:
        """Return an image of what is shown, for readers without a kernel: as it is here, the view's ``still``.

        Parameters
        ----------
        view : view
            What `compute` returned.

        Returns
        -------
        uint8 array (height, width, 3 or 4)
        """
        return cast(Any, view).still  # type: ignore[no-any-return]

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Return the numbers that a download holds, by name.

        Returns
        -------
        mapping of str to array
            Of any shape.
        """
        return {}

    def reset(self) -> None:
        """Set every control back to what the explorer opened with; the chosen image stays if `reset_keeps_image`."""
        self.change(self._open_again)

    def advance(self, name: str) -> None:
        """Add 1 to a control that holds a whole number; after its largest value comes its smallest."""
        control = self._controls[name]
        control.value = control.value + 1 if control.value < control.max else control.min

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

    def _take_upload(self, images: Any, event: Mapping[str, Any]) -> None:
        """Show an upload. One that cannot be shown as the controls stand leaves no trace in the list."""
        before, known = images.value, images.options
        shown = self.status.count
        try:
            self.change(lambda: images.take(event["new"]))
        finally:
            if self.status.state == "error" and self.status.count > shown and images.options != known:
                with self.quietly():
                    images.forget(images.value, before)

    def _open_again(self) -> None:
        for control, value, action in self._opened_with:
            if getattr(control, _trait(control)) != value:
                setattr(control, _trait(control), value)
                if action is not None:
                    # It may list anew what a control that comes later chooses from.
                    action(value)

    def _add_button(self, name: str, words: str, press: Callable[[], None]) -> None:
        button = ipywidgets.Button(description=words)
        button.on_click(lambda _button: press())
        setattr(self, f"{name}_button", button)

    def _parts(self) -> dict[str, bytes]:
        code = with_imports(getattr(self.view, "code", ""))
        return parts_of(self.view.sentence, code, self.still(self.view), self.arrays())

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self.errors.append(error)
            if isinstance(error, ValueError):
                # What a person typed or uploaded: the message says what to do, by the controls and not by code.
                self._say("error", re.sub(r'Pass (\w+)="(\w+)"', r'Choose \1 "\2"', str(error)))
            else:
                self._say("error", f"{type(error).__name__}: {error}", traceback.format_exc())
            if settings.strict():
                raise
        except KeyboardInterrupt:
            # The button ■ of the notebook: what was asked for takes too long.
            self._say("error", "Stopped. What is shown is as it was before; choose something quicker, or go on.")

    def _say(self, state: str, text: str, detail: str = "") -> None:
        with self.status.hold_sync():
            self.status.state, self.status.text, self.status.detail = state, text, detail
            self.status.count += 1

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the explorer; and, where no kernel runs (a stored notebook, a web page), a still image of it."""
        bundle = super()._repr_mimebundle_(**options)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle or {}, {})
        if not hasattr(self, "view"):
            return data | {"text/plain": f"{type(self).__name__}: {self.status.text}"}, metadata
        sentence, image = self.view.sentence, self.still(self.view)
        height, width = image.shape[:2]
        coloured = base64.b64encode(webp(Image.fromarray(np.ascontiguousarray(image)), _LARGE)).decode("ascii")
        encoded = base64.b64encode(png(image, small=True)).decode("ascii")
        data = data | {
            "text/plain": sentence,
            "text/html": (
                f'<img alt="{html.escape(sentence, quote=True)}" width="{width}" height="{height}" '
                f'style="max-width:100%;height:auto" src="data:image/webp;base64,{coloured}">'
                f"<p>{html.escape(sentence)} <em>Run this cell to interact.</em></p>"
            ),
            "image/png": encoded,
        }
        return data, metadata | {"image/png": {"alt": sentence, "width": width, "height": height}}


def reading(control: Any) -> Any:
    """Return what a control, or each of several, says, as something hashable: lists become tuples.

    Examples
    --------
    >>> reading(ipywidgets.IntText(3))
    3
    """
    if isinstance(control, Mapping | list):
        return tuple(map(reading, _each(control)))
    return _hashable(getattr(control, "reading", getattr(control, _trait(control))))


def _refuse(control: Any, reason: str) -> None:
    """Let a control that could not take what was typed say so, as an error of the explorer."""
    if reason:
        # The same may be typed again.
        control.refused = ""
        raise ValueError(reason)


def _each(control: Any) -> list[Any]:
    if isinstance(control, Mapping):
        return list(control.values())
    return control if isinstance(control, list) else [control]


def _trait(control: ipywidgets.Widget) -> str:
    """The trait of a control that a person changes."""
    return getattr(type(control), "changed", "value")


def _hashable(value: Any) -> Any:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
