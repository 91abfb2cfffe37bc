"""The configuration of a class's server: what it names is there, and every lesson fits into a learner's memory."""

import json
import os
from pathlib import Path

import pytest
import yaml
from traitlets.config import Config

HUB = Path(__file__).parents[2] / "docs" / "hub"
MEASURED = json.loads((HUB.parents[1] / "data" / "measured" / "lessons.json").read_text())
# What one server holds beside its kernel: docs/class_server.md, "How many learners fit".
SERVER_MEGABYTES = 140

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a hub runs on Linux")


@pytest.fixture(scope="module")
def configuration():
    config, file = Config(), HUB / "jupyterhub_config.py"
    exec(compile(file.read_text(), file, "exec"), {"get_config": lambda: config, "__file__": str(file)})
    return config


def megabytes(text):
    number, unit = float(text[:-1]), text[-1]
    return number * {"M": 1, "G": 1000}[unit]


def test_every_lesson_fits_into_the_memory_of_a_learner(configuration):
    values = yaml.safe_load((HUB / "values.yaml").read_text())
    needed = max(one["peak_megabytes"] for one in MEASURED["lessons"].values()) + SERVER_MEGABYTES
    assert megabytes(configuration.Spawner.mem_limit) >= needed
    assert megabytes(values["singleuser"]["memory"]["limit"]) >= needed


def test_what_starts_a_server_is_there(configuration):
    python, prepare, server = configuration.Spawner.cmd
    assert Path(python).exists()
    assert Path(server).name == "jupyterhub-singleuser"
    assert Path(prepare) == HUB / "prepare_home.py"
    assert Path(configuration.Spawner.environment["JUPYTER_CONFIG_PATH"]).is_dir()


def test_no_server_is_open_to_the_network_or_its_neighbours(configuration):
    assert configuration.JupyterHub.bind_url.startswith("http://127.0.0.1:")
    assert "--KernelManager.transport=ipc" in configuration.Spawner.args
    assert configuration.SystemdSpawner.isolate_tmp


def test_two_learners_sockets_are_apart(configuration):
    class Spawner:
        def __init__(self, name):
            self.user = type("User", (), {"name": name})

    of = configuration.Spawner.environment["JUPYTER_RUNTIME_DIR"]
    assert of(Spawner("ada")) != of(Spawner("grace"))
    # A socket's path has at most 107 letters: this one and kernel-36 letters-ipc-5.
    assert len(of(Spawner("a" * 32))) + 50 <= 107
