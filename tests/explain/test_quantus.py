"""Our measures beside those of Quantus, where it is installed: `benchmarks/quantus_agreement.py`."""

import numpy as np
import pytest

from benchmarks.quantus_agreement import AGREEMENT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", AGREEMENT)
def test_measures_agree_with_quantus(name):
    pytest.importorskip("quantus")
    ours, theirs = AGREEMENT[name]()
    np.testing.assert_allclose(ours, theirs, atol=1e-6)
