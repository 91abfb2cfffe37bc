"""A loop that never ends is stopped, and the learner hears where."""

import gc
import threading

import pytest

from coursekit.check import convolution, time_limit, welcome


def endless(image):
    while True:
        pass


def swallows_its_errors(image):
    while True:
        try:
            for _ in range(10**9):
                pass
        except Exception:
            continue


def swallows_the_first_interruption(image):
    try:
        endless(image)
    except KeyboardInterrupt:
        endless(image)


@pytest.fixture
def short(monkeypatch):
    # Python's own clearing away takes a fifth of a second in a process with so many tests.
    gc.collect()
    monkeypatch.setattr(time_limit, "SECONDS_TO_NOTICE", 0.05)
    monkeypatch.setattr(time_limit, "SECONDS", 0.2)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("answer", [endless, swallows_its_errors, swallows_the_first_interruption])
def test_an_endless_loop_is_stopped(answer):
    result = welcome.mean_brightness(answer)
    assert result.status == "incorrect"
    assert "does a loop never end?" in result.reason
    assert "\nin line " in result.reason
    assert result.example.startswith("With\n  image = ")


@pytest.mark.usefixtures("short")
def test_before_that_the_stop_button_is_named(capsys):
    welcome.mean_brightness(endless)
    assert "Press ■ above the notebook to stop it" in capsys.readouterr().out


def test_the_next_check_is_as_always(monkeypatch):
    with monkeypatch.context() as short:
        short.setattr(time_limit, "SECONDS_TO_NOTICE", 0.05)
        short.setattr(time_limit, "SECONDS", 0.2)
        welcome.mean_brightness(endless)
    assert welcome.mean_brightness(lambda image: image.mean()).status == "correct"


def test_what_is_quick_leaves_no_thread_behind():
    before = set(threading.enumerate())
    for _ in range(20):
        convolution.first_output(lambda: -4)
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(1)
    assert not [thread for thread in left if thread.is_alive()]


def test_in_another_thread_there_is_no_limit():
    found = []
    thread = threading.Thread(target=lambda: found.append(welcome.mean_brightness(lambda image: image.mean())))
    thread.start()
    thread.join()
    assert found[0].status == "correct"
