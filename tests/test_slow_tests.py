"""Which tests `make test` leaves to `make test-all`."""

from tests.slow_tests import SECONDS, chosen

SLOW, QUICK = 2 * SECONDS, SECONDS / 2


def test_what_takes_long_is_left_out_case_by_case():
    assert chosen({"tests/test_a.py::test_b[1]": SLOW, "tests/test_a.py::test_b[2]": QUICK}) == {
        "tests/test_a.py::test_b[1]": SLOW
    }


def test_a_third_of_the_functions_of_each_file_stay_and_the_quickest_of_their_cases():
    file = {f"tests/test_a.py::test_{number}": SLOW + number for number in range(6)}
    assert set(file) - set(chosen(file)) == {"tests/test_a.py::test_0", "tests/test_a.py::test_1"}
    only = {"tests/test_b.py::test_c[x]": SLOW + 1, "tests/test_b.py::test_c[y]": SLOW}
    assert list(chosen(file | only))[-1] == "tests/test_b.py::test_c[x]"
    assert len(chosen(file | only)) == 5
