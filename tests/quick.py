"""Which cases of a test `make test` runs: the others are marked slow, and `make test-all` runs them all."""

import pytest


def quick_only(names, quick):
    """All names as parameters; those that are not among the quick ones are marked slow."""
    assert set(quick) <= set(names)
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


def quick_values(cases, quick):
    """The values of a mapping as parameters called by their names; those not named as quick are marked slow."""
    assert set(quick) <= set(cases)
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            id=name,
            marks=() if name in quick else pytest.mark.slow,
        )
        for name, value in cases.items()
    ]
