"""The base of all explorers, seen through a small one."""

import io
import threading
import time
import zipfile
from dataclasses import dataclass

import ipywidgets
import numpy as np
import pytest

from coursekit.widgets.controls.slider import Slider
from coursekit.widgets.toolkit.explorer import Explorer


@dataclass(frozen=True)
class Seen:
    sentence: str
    value: int


class Squares(Explorer):
    def __init__(self, seconds=0.0):
        self.seconds, self.computed, self.shown = seconds, [], []
        control = ipywidgets.BoundedIntText(2, min=-100, max=100)
        super().__init__("squares", lambda control: control, {"control": control}, rows=[["control"]], below=[])

    def compute(self, state):
        time.sleep(self.seconds)
        self.computed.append(state)
        if state == 0:
            raise ZeroDivisionError("a bug")
        if state < 0:
            raise ValueError("the number is negative: type 0 or more.")
        return Seen(f"{state} squared is {state * state}", state)

    def show(self, view):
        self.shown.append(view.value)

    def still(self, view):
        return np.full((2, 3, 3), view.value, np.uint8)


def type_in(explorer, value):
    """What a browser sends."""
    explorer.control.set_state({"value": value})


def test_a_change_is_answered_by_one_sentence():
    explorer = Squares()
    type_in(explorer, 3)
    assert explorer.view.sentence == explorer.status.text == "3 squared is 9"
    assert explorer.status.state == "ready"
    assert explorer.errors == []


def test_every_answer_is_counted():
    explorer = Squares()
    before = explorer.status.count
    type_in(explorer, 3)
    assert explorer.status.count == before + 1


def test_the_same_state_is_computed_once():
    explorer = Squares()
    for value in (3, 2, 3, 2):
        type_in(explorer, value)
    assert explorer.computed == [2, 3]
    assert explorer.shown == [2, 3, 2, 3, 2]


def test_the_latest_of_many_requests_wins():
    explorer = Squares(seconds=0.05)
    threads = [threading.Thread(target=type_in, args=(explorer, value)) for value in range(3, 23)]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert explorer.shown[-1] == explorer.view.value == explorer.control.value
    assert explorer.shown == sorted(explorer.shown)
    assert len(explorer.computed) < 15


def test_what_cannot_be_computed_is_said_in_place_and_raised():
    explorer = Squares()
    with pytest.raises(ValueError, match="negative"):
        type_in(explorer, -1)
    assert (explorer.status.state, explorer.status.text) == ("error", "the number is negative: type 0 or more.")
    assert explorer.status.detail == ""
    assert explorer.view.value == 2


def test_an_unexpected_error_comes_with_its_traceback():
    explorer = Squares()
    with pytest.raises(ZeroDivisionError):
        type_in(explorer, 0)
    assert explorer.status.text.startswith("ZeroDivisionError: ")
    assert "in compute" in explorer.status.detail


def test_for_learners_an_error_is_shown_and_kept_but_not_raised(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = Squares()
    type_in(explorer, -1)
    assert [str(error) for error in explorer.errors] == ["the number is negative: type 0 or more."]


def test_the_next_answer_clears_an_error(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    explorer = Squares()
    type_in(explorer, -1)
    type_in(explorer, 4)
    assert (explorer.status.state, explorer.status.text) == ("ready", "4 squared is 16")


def test_several_changes_make_one_request():
    explorer = Squares()
    before = explorer.status.count

    def change():
        explorer.control.value = 7
        explorer.control.value = 8

    explorer.change(change)
    assert explorer.status.count == before + 1
    assert explorer.shown[-1] == 8


def test_readers_without_a_kernel_get_a_described_image():
    data, metadata = Squares()._repr_mimebundle_()
    assert data["text/plain"] == "2 squared is 4"
    assert '<img alt="2 squared is 4" width="3" height="2"' in data["text/html"]
    assert "Run this cell to interact." in data["text/html"]
    assert metadata["image/png"]["alt"] == "2 squared is 4"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_the_still_image_is_the_same_each_time():
    first, second = Squares()._repr_mimebundle_()[0], Squares()._repr_mimebundle_()[0]
    for kind in ("text/plain", "text/html", "image/png"):
        assert first[kind] == second[kind]


class Listed(Explorer):
    """A list that decides what another one offers, two numbers under one name, and an HTML area."""

    def __init__(self):
        self.again = 0
        super().__init__(
            "listed",
            lambda **says: tuple(says.items()),
            {
                "kind": ipywidgets.Dropdown(options=["a", "b"]),
                "which": ipywidgets.Dropdown(),
                "sizes": [ipywidgets.BoundedIntText(1, max=9), Slider(value=0.3, step=0.1)],
            },
            actions={"kind": lambda _kind: self.prepare()},
            buttons={"again": ("Once more", self.once_more)},
            rows=[["kind", "which", "again"], ["reset", "download"]],
            figures=["words"],
        )

    def prepare(self):
        self.which.options = [f"{self.kind.value}{number}" for number in range(3)]
        self.which.index = 1

    def once_more(self):
        self.again += 1

    def compute(self, state):
        return Written(str(dict(state)), words_html=f"<p>{len(state)}</p>", code="x = 0")


@dataclass(frozen=True)
class Written:
    sentence: str
    words_html: str
    code: str
    still = np.zeros((1, 1, 3), np.uint8)


def test_controls_become_attributes_and_a_state_by_their_names():
    explorer = Listed()
    assert dict(explorer.state()) == {"kind": "a", "which": "a1", "sizes": (1, 0.3)}
    explorer.sizes[1].set_state({"value": 0.1 + 0.2})
    assert explorer.status.text.endswith("'sizes': (1, 0.3)}")
    explorer.again_button.click()
    assert explorer.again == 1


def test_a_view_fills_the_widgets_of_its_names():
    explorer = Listed()
    assert explorer.words.value == "<p>3</p>"
    assert explorer.code.code == "x = 0"


def test_a_change_that_lists_anew_makes_one_request():
    explorer = Listed()
    before = explorer.status.count
    explorer.kind.set_state({"index": 1})
    assert explorer.status.count == before + 1
    assert explorer.state() == (("kind", "b"), ("which", "b1"), ("sizes", (1, 0.3)))


def test_reset_goes_back_to_what_it_opened_with_also_where_a_list_depends_on_another():
    explorer = Listed()
    first = explorer.state()
    explorer.kind.set_state({"index": 1})
    explorer.which.set_state({"index": 2})
    explorer.sizes[0].set_state({"value": 7})
    explorer.reset_button.click()
    assert explorer.state() == first


def test_a_download_holds_image_words_and_code():
    sent = []
    explorer = Listed()
    explorer.download.send = lambda content, buffers: sent.append((content, buffers))
    explorer.download._asked(None, None, None)
    ((content, (archive,)),) = sent
    assert content == {"name": "listed.zip"}
    assert sorted(zipfile.ZipFile(io.BytesIO(archive)).namelist()) == ["about.txt", "code.py", "image.png"]
