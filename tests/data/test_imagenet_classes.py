"""The names of ImageNet's classes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import coursekit.data
from coursekit.data import imagenet_classes

# Named as in Keras' list they would be taken for others.
TOLD_APART = {
    "crane (bird)": "crane",
    "crane (machine)": "crane",
    "Pembroke Welsh corgi": "Pembroke",
    "Cardigan Welsh corgi": "Cardigan",
    "maillot (swimsuit)": "maillot",
}


def rows() -> list[tuple[str, str]]:
    """The WordNet identity and the name of each class, as they stand in the table."""
    table = Path(coursekit.data.__file__).with_name("imagenet_classes.txt").read_text(encoding="utf-8")
    return re.findall(r"^(n\d{8}) (.+)$", table, re.MULTILINE)


def test_a_thousand_names_of_which_no_two_are_alike():
    assert len({name.lower() for name in imagenet_classes()}) == 1000


def test_names_of_the_table_in_its_order():
    assert imagenet_classes() == tuple(name for _, name in rows())
    assert [imagenet_classes()[number] for number in (0, 281, 967, 999)] == [
        "tench",
        "tabby",
        "espresso",
        "toilet tissue",
    ]


@pytest.mark.real_data
def test_names_and_order_are_those_of_keras(real_mirror: str):
    index = json.loads((Path(real_mirror) / "weights" / "imagenet_class_index.json").read_bytes())
    keras = [(wordnet, name.replace("_", " ")) for wordnet, name in (index[str(number)] for number in range(1000))]
    assert [(wordnet, TOLD_APART.get(name, name)) for wordnet, name in rows()] == keras
