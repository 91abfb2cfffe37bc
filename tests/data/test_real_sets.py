"""Every data set of the mirror is what its index says: hashes, classes, counts a class."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

from coursekit.data import load, sets
from coursekit.data.fetching import download

pytestmark = pytest.mark.real_data
NAMES = list(sets.CATALOGUE)


@pytest.fixture
def index(real_mirror: str, monkeypatch) -> dict[str, dict]:
    monkeypatch.setenv("COURSEKIT_MIRROR", real_mirror)
    monkeypatch.setenv("COURSEKIT_DATA", "real")
    address = real_mirror if "://" in real_mirror else Path(real_mirror).resolve().as_uri()
    with urlopen(f"{address.rstrip('/')}/index.json") as file:
        data_sets = json.load(file)["data_sets"]
    return {file["path"]: data_set | {"file": file} for data_set in data_sets for file in data_set["files"]}


@pytest.mark.parametrize("name", NAMES)
def test_catalogue_and_index_state_the_same_hash(index: dict, name: str):
    file = sets.entry(name).mirror.files[0]
    assert (file.size, file.checksum) == (index[file.address]["file"]["bytes"], index[file.address]["file"]["sha256"])


@pytest.mark.parametrize("name", NAMES)
def test_file_has_the_listed_hash(index: dict, real_mirror: str, tmp_path: Path, name: str):
    file = sets.entry(name).mirror.files[0]
    download.save(f"{real_mirror.rstrip('/')}/{file.address}", tmp_path / "file", None, file.size)
    assert hashlib.sha256((tmp_path / "file").read_bytes()).hexdigest() == index[file.address]["file"]["sha256"]


@pytest.mark.parametrize("name", NAMES)
def test_classes_and_counts_are_as_listed(index: dict, name: str):
    entry, dataset = sets.entry(name), load(name)
    assert dataset.source == "real"
    listed = index[entry.mirror.files[0].address]
    assert list(dataset.classes) == listed["classes"]
    if name == "raman_mice":
        labels = {"all": dataset.table.labels} | {
            tissue: dataset.table.labels[dataset.table.tissue == tissue] for tissue in ("biopsy", "preparation")
        }
    else:
        splits = [split for split in (dataset.train, dataset.validation, dataset.test) if split is not None]
        assert not any(split.broken for split in splits)
        labels = {split.name: split.labels for split in splits}
        if "all" in listed["counts"]:
            labels = {"all": np.concatenate(list(labels.values()))}
    assert set(labels) == set(listed["counts"])
    for part, counts in listed["counts"].items():
        assert np.bincount(labels[part]).tolist() == [counts[title] for title in dataset.classes]
        assert len(labels[part]) == counts["total"]
        assert entry.counts.get(part, counts["total"]) == counts["total"]


def test_no_patient_stands_in_two_splits(index: dict):
    dataset = load("retina")
    patients = [set(split.groups.tolist()) for split in (dataset.train, dataset.validation, dataset.test)]
    assert all(patients)
    assert sum(map(len, patients)) == len(set().union(*patients))
